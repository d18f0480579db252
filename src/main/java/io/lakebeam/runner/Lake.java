package io.lakebeam.runner;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.epoch.PipelineNames;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.TableOwners;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tables a pipeline needs, made before anything is read so that readers find them at once. */
final class Lake {
  private final CompiledPipeline pipeline;
  private final List<String> neighbours;
  private final UpdateListener listener;
  private final Set<String> anew;

  private Lake(
      CompiledPipeline pipeline,
      List<String> neighbours,
      Set<String> anew,
      UpdateListener listener) {
    this.anew = Set.copyOf(anew);
    this.pipeline = pipeline;
    this.listener = listener;
    this.neighbours = List.copyOf(neighbours);
  }

  /** A table to be made, with what the pipeline calls it. */
  private record Declared(
      String dataset, String name, Place path, TableDefinition definition, boolean isView) {}

  /**
   * Makes what is missing.
   *
   * @param neighbours other pipelines with a ledger in this lake
   * @param anew tables that become what is declared when they are computed anew: of those that are
   *     there, nothing is asked for
   * @return streaming tables that were not there, and that will lack what was read before
   * @throws UpdateFailedException when a table belongs to another pipeline, or has columns that
   *     cannot become those declared; nothing is made then, unless that pipeline is making it at
   *     the same moment
   * @throws io.lakebeam.delta.TableMismatchException when somebody makes a table at the same moment
   *     that cannot become what is declared
   */
  static List<String> prepare(
      CompiledPipeline pipeline,
      List<String> neighbours,
      Set<String> anew,
      UpdateListener listener) {
    return new Lake(pipeline, neighbours, anew, listener).prepare();
  }

  /**
   * What {@link #prepare} would make.
   *
   * @throws UpdateFailedException when a table belongs to another pipeline
   */
  static List<String> missing(CompiledPipeline pipeline, List<String> neighbours) {
    Lake lake = new Lake(pipeline, neighbours, Set.of(), new UpdateListener() {});
    List<Declared> declared = lake.declared();
    List<String> missing =
        declared.stream().filter(table -> !lake.isThere(table)).map(Declared::name).toList();
    declared.forEach(lake::requireSameKind);
    return missing;
  }

  private List<String> prepare() {
    List<Declared> declared = declared();
    List<Declared> missing = declared.stream().filter(table -> !isThere(table)).toList();
    declared.forEach(this::requireSameKind);
    SchemaChanges changes = SchemaChanges.of(pipeline).without(pipeline.withUpserts(anew));
    changes.requireNoneRefused();
    changes.additive().forEach(listener::columnsChange);
    List<String> made = new ArrayList<>();
    for (Declared table : declared) {
      boolean isThere = !missing.contains(table);
      if (isThere && (isAnew(table) || table.isView() && mayBeRedefined(table))) {
        continue;
      }
      if (DeltaTable.at(table.path()).create(table.definition())) {
        made.add(table.name());
      } else if (missing.contains(table)) {
        // Somebody has made it since it was looked for.
        isThere(table);
      }
    }
    new EventLog(pipeline.lake(), pipeline.id(), pipeline.name()).create();
    made.retainAll(pipeline.tables().stream().map(CompiledTable::name).toList());
    return made;
  }

  /** True for a table that becomes what is declared when it is computed anew. */
  private boolean isAnew(Declared table) {
    return anew.contains(table.dataset())
        || pipeline
            .upsert(table.name())
            .filter(each -> each.in(pipeline.id(), pipeline.lake()).isToBeMergedAnew())
            .isPresent();
  }

  private List<Declared> declared() {
    List<Declared> declared = new ArrayList<>();
    for (CompiledTable table : pipeline.streamingTables()) {
      declared.add(declared(table.name(), table.name(), table.path(), table.definition(), false));
      declared.add(
          declared(
              table.name(),
              table.quarantineName(),
              table.quarantinePath(),
              table.quarantineDefinition(),
              false));
    }
    for (CompiledUpsert upsert : pipeline.upserts()) {
      // It becomes what is declared when its changes are computed anew.
      declared.add(
          declared(upsert.upstream(), upsert.name(), upsert.path(), upsert.definition(), false));
    }
    for (CompiledView view : pipeline.views()) {
      declared.add(declared(view.name(), view.name(), view.path(), view.definition(), true));
    }
    return declared;
  }

  private Declared declared(
      String dataset, String name, Place path, TableDefinition definition, boolean isView) {
    return new Declared(
        dataset, name, path, definition.with(TableOwners.property(pipeline.id())), isView);
  }

  /** All of a view comes from the table it follows: with other columns, it is computed anew. */
  private boolean mayBeRedefined(Declared view) {
    return DeltaTable.at(view.path())
        .latest()
        .filter(
            now ->
                ViewTable.isComputed(now)
                    || TableOwners.isOf(pipeline.id(), now) && now.files().isEmpty())
        .isPresent();
  }

  /**
   * All that a view's table has is replaced, and to a streaming table rows are only added: neither
   * may be done to a table of the other kind, or to one that somebody else has made for a view.
   */
  private void requireSameKind(Declared table) {
    Optional<Snapshot> now = DeltaTable.at(table.path()).latest();
    if (now.isEmpty()
        || (table.isView() ? mayBeRedefined(table) : !ViewTable.isComputed(now.get()))) {
      return;
    }
    throw new UpdateFailedException(
        ErrorCode.TABLE_OF_OTHER_PIPELINE,
        "table "
            + table.name()
            + " is there as something else, with the columns "
            + now.get().schema().ddl(),
        table.isView()
            ? "a materialized view would take the place of all that it has"
            : "it is a materialized view, and rows of a streaming table would be added to it",
        "give the dataset another name, or move the folder " + table.path() + " away");
  }

  /** True when the table is there and ours; one that is another pipeline's is refused. */
  private boolean isThere(Declared table) {
    Optional<Snapshot> now = DeltaTable.at(table.path()).latest();
    now.flatMap(
            snapshot ->
                TableOwners.other(pipeline.id(), neighbours, table.name(), table.path(), snapshot))
        .ifPresent(
            owned -> {
              throw ofOther(owned.table(), owned.pipeline());
            });
    return now.isPresent();
  }

  private UpdateFailedException ofOther(String table, String id) {
    String owner = PipelineNames.of(pipeline.lake()).name(id);
    String name = pipeline.name();
    String anotherPlace = "give the dataset another name, or pipeline " + name + " another lake";
    return new UpdateFailedException(
        ErrorCode.TABLE_OF_OTHER_PIPELINE,
        "table "
            + table
            + " belongs to "
            + (owner.equals(name) ? "another " : "")
            + "pipeline "
            + owner,
        "it is in the same lake, and rows of two pipelines in one table could not be told apart,"
            + " nor counted once",
        owner.equals(name)
            ? anotherPlace
            : "if "
                + name
                + " is what "
                + owner
                + " is called now, run lakebeam adopt with --from "
                + owner
                + "; otherwise "
                + anotherPlace);
  }
}
