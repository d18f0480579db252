package io.lakebeam.runner;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.SchemaChange;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.TableMismatchException;
import io.lakebeam.delta.upsert.UpsertTable;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.TableOwners;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of the columns of a pipeline's streaming tables, found out before anything is
 * written. Views are not among them: a view with other columns is computed anew.
 *
 * @param additive by table; its quarantine gets the same columns, each with its next rows
 * @param refused by table or quarantine
 */
record SchemaChanges(
    Map<String, SchemaChange.Additive> additive, Map<String, SchemaChange.Refused> refused) {

  /** Looks at the tables as they are now; those that do not exist yet do not change. */
  static SchemaChanges of(CompiledPipeline pipeline) {
    Map<String, SchemaChange.Additive> additive = new LinkedHashMap<>();
    Map<String, SchemaChange.Refused> refused = new LinkedHashMap<>();
    for (CompiledTable table : pipeline.streamingTables()) {
      Map<String, String> owner = TableOwners.property(pipeline.id());
      SchemaChange ofTable = change(table.path(), table.definition().with(owner));
      SchemaChange ofQuarantine =
          change(table.quarantinePath(), table.quarantineDefinition().with(owner));
      if (ofTable instanceof SchemaChange.Additive change) {
        additive.put(table.name(), change);
      } else if (ofTable instanceof SchemaChange.Refused change) {
        refused.put(table.name(), change);
      }
      if (ofQuarantine instanceof SchemaChange.Refused change) {
        refused.put(table.quarantineName(), change);
      }
    }
    for (CompiledUpsert upsert : pipeline.upserts()) {
      UpsertTable table = upsert.in(pipeline.id(), pipeline.lake());
      if (table.isToBeMergedAnew()) {
        continue; // and is then what is declared
      }
      SchemaChange change =
          change(upsert.path(), upsert.definition().with(TableOwners.property(pipeline.id())));
      Optional<SchemaChange.Refused> drift = drift(upsert);
      if (drift.isPresent()) {
        refused.put(upsert.name(), drift.get());
      } else if (change instanceof SchemaChange.Additive added) {
        additive.put(upsert.name(), added);
      } else if (change instanceof SchemaChange.Refused differs) {
        refused.put(upsert.name(), differs);
      }
    }
    return new SchemaChanges(additive, refused);
  }

  /** What the rows that are there have in common has to stay as it is. */
  private static Optional<SchemaChange.Refused> drift(CompiledUpsert upsert) {
    Optional<Snapshot> now = DeltaTable.at(upsert.path()).latest();
    if (now.isEmpty()) {
      return Optional.empty();
    }
    String there = UpsertTable.form(now.get()).orElse("rows that flows have added");
    String declared = upsert.query().form();
    return there.equals(declared)
        ? Optional.empty()
        : Optional.of(
            new SchemaChange.Refused(
                List.of(
                    new TableMismatchException.Difference(
                        "upsert",
                        oneLine(there),
                        oneLine(declared),
                        "its rows are told apart and ordered by that"))));
  }

  private static String oneLine(String form) {
    return String.join(", ", form.lines().toList());
  }

  /** Of the other tables, and their quarantines. */
  SchemaChanges without(Set<String> tables) {
    Set<String> names = new HashSet<>(tables);
    tables.forEach(table -> names.add(table + "_quarantine"));
    Map<String, SchemaChange.Additive> added = new LinkedHashMap<>(additive);
    Map<String, SchemaChange.Refused> other = new LinkedHashMap<>(refused);
    added.keySet().removeAll(names);
    other.keySet().removeAll(names);
    return new SchemaChanges(added, other);
  }

  private static SchemaChange change(Place path, TableDefinition definition) {
    return DeltaTable.at(path).changeTo(definition).orElseGet(SchemaChange.Unchanged::new);
  }

  /**
   * Goes on only when rows fit every table.
   *
   * @throws UpdateFailedException that names each difference
   */
  void requireNoneRefused() {
    if (refused.isEmpty()) {
      return;
    }
    List<String> differences = new ArrayList<>();
    refused.forEach(
        (table, change) ->
            change
                .differences()
                .forEach(difference -> differences.add("table " + table + ", " + difference)));
    throw new UpdateFailedException(
        ErrorCode.COLUMNS_REFUSED,
        "columns of "
            + (refused.size() == 1 ? "a table that exists" : "tables that exist")
            + " cannot become what the pipeline declares",
        String.join(". ", differences),
        WAY_OUT);
  }

  /** What to do about tables that cannot become what is declared. */
  static final String WAY_OUT =
      "declare the columns as the table has them; or run with --full-refresh, which computes the"
          + " table anew with the columns that are declared; or give the dataset another name: it is"
          + " a new table then, with the rows of the tables that it follows";

  /** Of a table that is gone through where nothing knows what it is to the pipeline. */
  static UpdateFailedException explained(TableMismatchException mismatch) {
    return new UpdateFailedException(mismatch.told().withFix(WAY_OUT), List.of(), mismatch);
  }
}
