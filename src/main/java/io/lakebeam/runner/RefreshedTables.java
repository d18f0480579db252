package io.lakebeam.runner;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.epoch.FullRefresh;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.pipeline.CompiledFlow;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.DecidedTables;
import io.lakebeam.pipeline.TableOwners;
import io.lakebeam.storage.Place;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Puts the rows of tables that were computed anew in the place of those that their readers see: all
 * of a table in one commit, which carries the number of the epoch in which that is done. Doing it
 * again changes nothing.
 */
final class RefreshedTables {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  /** Somebody who writes the table all the time is somebody to be told of. */
  private static final int ATTEMPTS = 10;

  private final CompiledPipeline pipeline;
  private final FullRefresh refresh;
  private final long epoch;
  private final boolean isLossAccepted;

  /**
   * @param epoch in which they take their places
   * @param isLossAccepted true when rows of others may go
   */
  RefreshedTables(
      CompiledPipeline pipeline, FullRefresh refresh, long epoch, boolean isLossAccepted) {
    this.pipeline = pipeline;
    this.refresh = refresh;
    this.epoch = epoch;
    this.isLossAccepted = isLossAccepted;
  }

  /**
   * Replaces what the tables have, each after those that it follows.
   *
   * @throws UpdateFailedException when a table cannot be committed, or has rows of others
   */
  void replace() {
    for (CompiledTable table : pipeline.tables()) {
      if (refresh.tables().contains(table.name())) {
        replace(table);
      }
    }
    DerivedTables.in(pipeline, epoch).follow(refresh.tables());
  }

  private void replace(CompiledTable table) {
    CompiledTable staged = table.stagedIn(refresh.id());
    DeltaTable.at(table.home()).latest().ifPresent(now -> requireOwnRows(table, now));
    Failures.requireCommitted(
        table.quarantineName(),
        replace(
            table.quarantineName(),
            staged.quarantinePath(),
            table.quarantineHome(),
            table.quarantineDefinition(),
            now -> {}));
    Failures.requireCommitted(
        table.name(),
        replace(
            table.name(),
            staged.path(),
            table.home(),
            table.definition(),
            now -> requireOwnRows(table, now)));
  }

  private void requireOwnRows(CompiledTable table, Snapshot now) {
    boolean isReplaced = isReplaced(DeltaTable.at(table.home()), table.name());
    long rows = isLossAccepted || isReplaced ? 0 : foreignRows(table, now);
    if (rows > 0) {
      throw foreign(table.name(), rows);
    }
  }

  private boolean isReplaced(DeltaTable table, String name) {
    String application = DecidedTables.application(pipeline.id(), name);
    return table.transactionVersion(application).orElse(0) >= epoch;
  }

  /**
   * @param check of the version that is replaced; one that comes after it is a conflict
   */
  private CommitOutcome replace(
      String name, Place path, Place home, TableDefinition definition, Consumer<Snapshot> check) {
    DeltaTable table = DeltaTable.at(home);
    CommitOutcome outcome = new CommitOutcome.AlreadyCommitted(epoch);
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      Optional<Snapshot> found = DeltaTable.at(path).latest();
      // Looked at behind it: a run that has tidied up has replaced all tables before.
      if (isReplaced(table, name)) {
        return new CommitOutcome.AlreadyCommitted(epoch);
      }
      Snapshot staged = found.orElseThrow(() -> gone(name, path));
      Snapshot now = table.latest().orElseGet(() -> made(table, definition));
      check.accept(now);
      outcome =
          table.commit(
              Commit.builder(DecidedTables.application(pipeline.id(), name), epoch)
                  .remove(now.files())
                  .add(staged.files().stream().map(this::below).toList())
                  .readFrom(now.version())
                  .marks(Map.of(DecidedTables.refreshes(pipeline.id(), name), epoch))
                  .redefine(
                      new TableDefinition(
                          staged.schema(),
                          staged.partitionBy(),
                          definition.comment(),
                          definition.properties()))
                  .operation(Commit.Operation.WRITE)
                  .parameters(
                      Map.of(
                          "mode", "Overwrite",
                          "pipeline", pipeline.name(),
                          "epoch", Long.toString(epoch)))
                  .build());
      if (!(outcome instanceof CommitOutcome.Conflicted)) {
        return outcome;
      }
    }
    return outcome;
  }

  /** Somebody has deleted it since the update began. */
  private Snapshot made(DeltaTable table, TableDefinition definition) {
    table.create(definition.with(TableOwners.property(pipeline.id())));
    return table.latest().orElseThrow();
  }

  private static UpdateFailedException gone(String name, Place path) {
    return new UpdateFailedException(
        ErrorCode.INPUT_MISSING,
        "what was computed anew of table " + name + " is not there any more",
        "somebody has deleted " + path + " before it could take the place of the table",
        "restore the folder, and run again");
  }

  /** A file as the log of the table names it: it stays where it was written. */
  private DataFile below(DataFile file) {
    return file.below(refresh.id());
  }

  /** Deletes the logs of the folders that the rows were in before the tables were whole. */
  void tidy() {
    for (CompiledTable table : pipeline.tables()) {
      if (refresh.tables().contains(table.name())) {
        CompiledTable staged = table.stagedIn(refresh.id());
        deleteLog(staged.path());
        deleteLog(staged.quarantinePath());
      }
    }
  }

  private static void deleteLog(Place folder) {
    folder.storage().delete(folder.child("_delta_log").path());
  }

  /**
   * How many rows a table has that no flow of the pipeline has made, as far as statistics tell:
   * they lack what every row of a flow has. What an author's transform makes may lack it too, so of
   * such tables nothing is known.
   */
  static long foreignRows(CompiledTable table, Snapshot now) {
    boolean areKnown =
        table.flows().stream()
            .noneMatch(flow -> flow.input() instanceof CompiledFlow.FromTransform);
    return areKnown ? now.files().stream().mapToLong(RefreshedTables::rowsWithoutSource).sum() : 0;
  }

  private static long rowsWithoutSource(DataFile file) {
    if (file.statistics().isEmpty()) {
      return 0;
    }
    try {
      return MAPPER
          .readTree(file.statistics())
          .path("nullCount")
          .path(HiddenColumns.SOURCE.name())
          .asLong(0);
    } catch (JsonProcessingException e) {
      return 0; // somebody else's way to write them
    }
  }

  /** Nobody but whoever has added them can add them again. */
  static UpdateFailedException foreign(String table, long rows) {
    return new UpdateFailedException(
        ErrorCode.REFRESH_REFUSED,
        "table " + table + " cannot be computed anew without loss",
        String.format(
            Locale.ROOT,
            "%,d of its rows were added by somebody else, and nothing that the pipeline reads has"
                + " them",
            rows),
        "copy these rows (their _source is NULL) to a table of your own, and run with --accept-loss,"
            + " which goes on without them");
  }
}
