package io.lakebeam.pipeline;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.epoch.Decision;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.storage.Place;
import java.util.List;
import java.util.Map;

/**
 * Carries out what is decided of tables: commits the files of the decision, first those of the
 * quarantine, then what the quarantine log says, then those of the table. Doing it again changes
 * nothing.
 */
public final class DecidedTables {
  private DecidedTables() {}

  /** Who commits an epoch's rows to a table, as Delta knows it. */
  public static String application(String id, String table) {
    return id + "/" + table;
  }

  /**
   * Whose version, as Delta knows it, is the epoch in which a table, or a quarantine, was last
   * computed anew.
   */
  public static String refreshes(String id, String table) {
    return application(id, table) + "/refresh";
  }

  /** The epoch in which the rows of a quarantine were last made anew; 0 for never. */
  public static long refreshed(String id, CompiledTable table) {
    return DeltaTable.at(table.quarantineHome())
        .transactionVersion(refreshes(id, table.quarantineName()))
        .orElse(0);
  }

  /**
   * What became of a decision.
   *
   * @param table that was committed last: the quarantine, or its log, when that commit has failed
   * @param outcome of that commit
   */
  public record CarriedOut(String table, CommitOutcome outcome) {
    /** True when all tables have what is decided. */
    public boolean isWhole() {
      return outcome.isIn();
    }
  }

  /**
   * Decides what an epoch puts into a table of windows.
   *
   * @param lake that has the table
   * @return what is decided: this, or what an earlier attempt has decided
   */
  public static Decision decide(
      Ledger ledger, Place lake, CompiledTable table, long epoch, Decision decision) {
    return ledger.decide(epoch, decision, earlier -> isThere(lake, table, earlier));
  }

  /**
   * True when all files of a decision are there. Who vacuums a table knows nothing of decisions,
   * and a week may pass before somebody goes on with an epoch.
   *
   * @param lake that has the table
   */
  public static boolean isThere(Place lake, CompiledTable table, Decision decision) {
    return isThere(table.path(), decision.files())
        && isThere(table.quarantinePath(), decision.quarantineFiles())
        && isThere(QuarantineLog.in(lake), decision.logFiles());
  }

  private static boolean isThere(Place path, List<DataFile> files) {
    return files.stream().allMatch(file -> path.storage().status(file.location(path)).isPresent());
  }

  /**
   * Carries out a decision on a table whose rows come from the epoch's slices.
   *
   * @param lake that has the table
   * @param id of the pipeline
   * @param pipeline its name, for the table's history
   */
  public static CarriedOut carryOut(
      Place lake, String id, String pipeline, CompiledTable table, long epoch, Decision decision) {
    CommitOutcome quarantine =
        commit(
            id,
            pipeline,
            table.quarantineName(),
            table.quarantinePath(),
            table.quarantineDefinition(),
            epoch,
            decision.quarantineFiles());
    if (!quarantine.isIn()) {
      return new CarriedOut(table.quarantineName(), quarantine);
    }
    if (!decision.logFiles().isEmpty()) {
      DeltaTable.at(QuarantineLog.in(lake)).create(QuarantineLog.DEFINITION);
    }
    CommitOutcome log =
        commit(
            id,
            pipeline,
            table.name() + "/" + QuarantineLog.TABLE,
            QuarantineLog.in(lake),
            QuarantineLog.DEFINITION,
            epoch,
            decision.logFiles());
    if (!log.isIn()) {
      return new CarriedOut(QuarantineLog.TABLE, log);
    }
    return new CarriedOut(
        table.name(),
        commit(
            id, pipeline, table.name(), table.path(), table.definition(), epoch, decision.files()));
  }

  private static CommitOutcome commit(
      String id,
      String pipeline,
      String name,
      Place path,
      TableDefinition definition,
      long epoch,
      List<DataFile> files) {
    if (files.isEmpty()) {
      return new CommitOutcome.AlreadyCommitted(epoch);
    }
    return DeltaTable.at(path)
        .commit(
            Commit.builder(application(id, name), epoch)
                .add(files)
                .writtenFor(definition)
                .operation(Commit.Operation.STREAMING_UPDATE)
                .parameters(Map.of("pipeline", pipeline, "epoch", Long.toString(epoch)))
                .build());
  }

  /** In one word for people, what a commit was. */
  public static String word(CommitOutcome outcome, Decision decision) {
    if (outcome.version() >= 0) {
      return "committed";
    }
    return decision.files().isEmpty() ? "unchanged" : "already committed";
  }
}
