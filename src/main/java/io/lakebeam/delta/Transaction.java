package io.lakebeam.delta;

import io.delta.standalone.DeltaLog;
import io.delta.standalone.Operation;
import io.delta.standalone.OptimisticTransaction;
import io.delta.standalone.VersionLog;
import io.delta.standalone.actions.Action;
import io.delta.standalone.actions.AddFile;
import io.delta.standalone.actions.FileAction;
import io.delta.standalone.actions.Metadata;
import io.delta.standalone.actions.SetTransaction;
import io.delta.standalone.exceptions.DeltaConcurrentModificationException;
import io.lakebeam.delta.CommitOutcome.AlreadyCommitted;
import io.lakebeam.delta.CommitOutcome.Committed;
import io.lakebeam.delta.CommitOutcome.Conflicted;
import io.lakebeam.delta.CommitOutcome.Failed;
import io.lakebeam.delta.CommitOutcome.Unknown;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.storage.Place;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One commit, until its outcome is known.
 *
 * <pre>
 * what happens meanwhile                 outcome
 * -------------------------------------  ------------------------------------------------
 * nothing, or others append              Committed
 * the same application committed it      AlreadyCommitted, nothing written
 * others change the table's properties   append: tried again; copy-on-write: Conflicted
 * others change its columns              Failed, if what was written does not fit them any more
 * rows come or go since readVersion      Conflicted
 * the application's last is not follows  Conflicted
 * another one is beyond its bound        Conflicted
 * killed before the log file exists      nothing happened; the next attempt commits
 * killed or failed after it exists       Committed or, for the next attempt, AlreadyCommitted
 * failed, and the log does not have it   Failed
 * failed, and the log cannot be read     Unknown: it may have been put all the same
 * </pre>
 */
final class Transaction {
  private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);

  /** Against foreign changes to the table's definition; appends rebase without an attempt. */
  private static final int ATTEMPTS = 20;

  private final Place place;
  private final String table;
  private final DeltaLog log;
  private final Commit commit;

  /** True once the store was asked to put the version, whatever it answers. */
  private boolean isSent;

  Transaction(Place place, String table, DeltaLog log, Commit commit) {
    this.place = place;
    this.table = table;
    this.log = log;
    this.commit = commit;
  }

  CommitOutcome run() {
    DeltaConcurrentModificationException last = null;
    for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
      long readVersion = -1;
      isSent = false;
      try {
        OptimisticTransaction transaction = log.startTransaction();
        readVersion = transaction.readVersion();
        return attempt(transaction);
      } catch (DeltaConcurrentModificationException e) {
        last = e;
      } catch (Exception e) {
        if (e instanceof InterruptedException) {
          Thread.currentThread().interrupt();
        }
        return afterFailure(e, readVersion);
      }
    }
    return new Conflicted(DeltaTable.reason(last));
  }

  private CommitOutcome attempt(OptimisticTransaction transaction) throws IOException {
    if (transaction.readVersion() < 0) {
      return new Failed(ErrorCode.TABLE_MISSING, "table " + table + " does not exist");
    }
    // Asking is what makes Delta treat the same application's concurrent commit as a conflict.
    long seen = transaction.txnVersion(commit.applicationId());
    if (seen >= commit.applicationVersion()) {
      return new AlreadyCommitted(seen);
    }
    if (commit.follows().isPresent() && commit.follows().getAsLong() != seen) {
      return new Conflicted("another run has committed version " + seen + " of it in the meantime");
    }
    for (Map.Entry<String, Long> bound : commit.bounds().entrySet()) {
      if (transaction.txnVersion(bound.getKey()) > bound.getValue()) {
        return new Conflicted("others have made all of it anew in the meantime");
      }
    }
    Optional<MergedColumns> columns =
        commit.writtenFor().map(definition -> MergedColumns.of(transaction.metadata(), definition));
    if (columns.isPresent() && columns.get().change() instanceof SchemaChange.Refused refused) {
      // Somebody else has changed them since the update began.
      return new Failed(
          ErrorCode.COLUMNS_REFUSED,
          "rows were written for other columns than the table has by now: " + refused);
    }
    if (commit.readVersion().isPresent()) {
      Optional<Conflicted> conflict =
          conflict(commit.readVersion().getAsLong(), transaction.readVersion());
      if (conflict.isPresent()) {
        return conflict.get();
      }
      transaction.readWholeTable();
    }
    updateMetadata(transaction, columns);
    List<Action> actions = actions();
    isSent = true;
    return new Committed(transaction.commit(actions, operation(), DeltaTable.ENGINE).getVersion());
  }

  /** Delta starts every transaction at the latest version, so what came before is ours to check. */
  private Optional<Conflicted> conflict(long readVersion, long latest) throws IOException {
    if (readVersion > latest) {
      return Optional.of(
          new Conflicted("version " + readVersion + " was read, the latest is " + latest));
    }
    if (readVersion == latest) {
      return Optional.empty();
    }
    Iterator<VersionLog> versions = log.getChanges(readVersion + 1, false);
    while (versions.hasNext()) {
      VersionLog version = versions.next();
      boolean[] changed = new boolean[1];
      LogChanges.visit(
          version,
          action -> {
            changed[0] |= action instanceof FileAction || action instanceof Metadata;
            return !changed[0];
          });
      if (changed[0] && version.getVersion() <= latest) {
        return Optional.of(
            new Conflicted(
                "version "
                    + version.getVersion()
                    + " changed the table after version "
                    + readVersion
                    + " was read"));
      }
    }
    return Optional.empty();
  }

  /** In the same version as the rows: nobody sees a column before there are rows that have it. */
  private void updateMetadata(OptimisticTransaction transaction, Optional<MergedColumns> columns) {
    Metadata metadata = transaction.metadata();
    Map<String, String> properties = new HashMap<>(metadata.getConfiguration());
    properties.putAll(commit.properties());
    Metadata.Builder updated = metadata.copyBuilder().configuration(properties);
    boolean isOther = !properties.equals(metadata.getConfiguration());
    Optional<TableDefinition> redefined =
        commit.redefined().filter(definition -> !MergedColumns.areSame(metadata, definition));
    if (redefined.isPresent()) {
      updated
          .schema(DeltaTypes.struct(redefined.get().schema()))
          .partitionColumns(redefined.get().partitionBy());
      isOther = true;
    }
    if (!commit.added().isEmpty()
        && columns.isPresent()
        && columns.get().change() instanceof SchemaChange.Additive) {
      updated.schema(columns.get().schema());
      isOther = true;
    }
    if (isOther) {
      transaction.updateMetadata(updated.build());
    }
  }

  private List<Action> actions() {
    List<Action> actions = new ArrayList<>();
    Optional<Long> now = Optional.of(System.currentTimeMillis());
    actions.add(new SetTransaction(commit.applicationId(), commit.applicationVersion(), now));
    new TreeMap<>(commit.marks())
        .forEach((id, version) -> actions.add(new SetTransaction(id, version, now)));
    commit.removed().forEach(file -> actions.add(Actions.remove(file, commit.content())));
    commit.added().forEach(file -> actions.add(Actions.add(file, commit.content())));
    return actions;
  }

  private Operation operation() {
    Map<String, String> metrics = new HashMap<>();
    List<DataFile> added = commit.added();
    metrics.put(Operation.Metrics.numFiles, Integer.toString(added.size()));
    metrics.put(
        Operation.Metrics.numOutputBytes,
        Long.toString(added.stream().mapToLong(DataFile::bytes).sum()));
    if (added.stream().noneMatch(file -> file.rows() == DataFile.UNKNOWN_ROWS)) {
      metrics.put(
          Operation.Metrics.numOutputRows,
          Long.toString(added.stream().mapToLong(DataFile::rows).sum()));
    }
    if (!commit.removed().isEmpty()) {
      metrics.put(Operation.Metrics.numRemovedFiles, Integer.toString(commit.removed().size()));
    }
    commit.metrics().forEach((name, count) -> metrics.put(name, Long.toString(count)));
    Map<String, String> parameters = new HashMap<>();
    commit.parameters().forEach((name, text) -> parameters.put(name, Actions.quoted(text)));
    return new Operation(Operation.Name.valueOf(commit.operation().name()), parameters, metrics);
  }

  /**
   * A store may have put what it answers with an error, and writing a checkpoint may fail when the
   * commit itself is long done: the log knows.
   */
  private CommitOutcome afterFailure(Exception error, long readVersion) {
    LOG.debug("commit to {} failed", table, error);
    ExplainedException failure = DeltaTable.failure("commit to", place, error);
    if (isSent) {
      try {
        Optional<CommitOutcome> done = find(readVersion + 1);
        if (done.isPresent()) {
          LOG.warn(
              "table {} has the commit, but something failed after it: {}",
              table,
              DeltaTable.reason(error));
          return done.get();
        }
      } catch (IOException | RuntimeException e) {
        LOG.debug("the log of {} cannot be read", table, e);
        return new Unknown(failure.getMessage());
      }
    }
    return new Failed(code(failure), failure.getMessage());
  }

  /** Of a failure of which nobody knows more, that the commit is not in the table. */
  private static ErrorCode code(ExplainedException failure) {
    return switch (failure.code()) {
      case TABLE_FAILED, STORAGE_FAILED -> ErrorCode.COMMIT_FAILED;
      default -> failure.code();
    };
  }

  private Optional<CommitOutcome> find(long from) throws IOException {
    Iterator<VersionLog> versions = log.getChanges(from, false);
    while (versions.hasNext()) {
      VersionLog version = versions.next();
      List<String> paths = new ArrayList<>();
      boolean[] same = new boolean[1];
      LogChanges.visit(
          version,
          action -> {
            if (action instanceof SetTransaction transaction) {
              same[0] |=
                  transaction.getAppId().equals(commit.applicationId())
                      && transaction.getVersion() == commit.applicationVersion();
            } else if (action instanceof AddFile add) {
              paths.add(add.getPath());
            }
            return true;
          });
      if (same[0]) {
        boolean ours = paths.equals(commit.added().stream().map(DataFile::path).toList());
        return Optional.of(
            ours
                ? new Committed(version.getVersion())
                : new AlreadyCommitted(commit.applicationVersion()));
      }
    }
    return Optional.empty();
  }
}
