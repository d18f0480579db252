package io.lakebeam.delta;

import io.delta.standalone.DeltaLog;
import io.delta.standalone.Operation;
import io.delta.standalone.OptimisticTransaction;
import io.delta.standalone.actions.Action;
import io.delta.standalone.actions.Metadata;
import io.delta.standalone.actions.RemoveFile;
import io.delta.standalone.exceptions.DeltaConcurrentModificationException;
import io.delta.standalone.internal.DeltaLogImpl;
import io.delta.standalone.internal.SnapshotImpl;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.ScalaValues;
import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.function.Supplier;
import org.apache.hadoop.fs.Path;

/**
 * A Delta table, whoever else writes it.
 *
 * <pre>{@code
 * DeltaTable flights = DeltaTable.at(lake.child("flights"));
 * flights.create(definition);
 * CommitOutcome outcome = flights.commit(Commit.builder("airlines/flights", 42).add(files).build());
 * }</pre>
 *
 * Instances are kept, because opening a log costs time that grows with the table's age. Every call
 * looks at the log again, so two instances of one table do no harm. Thread-safe. Calls throw {@link
 * DeltaException} for a table that cannot be used as asked and {@link StorageException} for storage
 * that fails.
 */
public final class DeltaTable {
  static final String ENGINE_NAME = "Lakebeam/";
  static final String ENGINE = ENGINE_NAME + version();

  /** A table of more versions than this has a history that somebody may want. */
  private static final int MOST_REDEFINITIONS = 50;

  /** Two creators at once is one retry; more is a table that somebody keeps deleting. */
  private static final int CREATE_ATTEMPTS = 10;

  private final Place place;
  private final String path;
  private final DeltaLog log;

  private DeltaTable(Place place, Path path) {
    this.place = place;
    this.path = path.toString();
    this.log = guarded("open", () -> DeltaLog.forTable(place.storage().configuration(), path));
  }

  /**
   * The table in a folder, which need not exist yet.
   *
   * @throws DeltaException when it or its log is a symbolic link: that may lead out of its lake
   */
  public static DeltaTable at(Place place) {
    Path path = place.path();
    requireNoLink(path, "table ");
    requireNoLink(new Path(path, "_delta_log"), "the log ");
    return place
        .storage()
        .kept(Open.class, Open::new)
        .table(path.toString(), () -> new DeltaTable(place, path));
  }

  /** The tables that are open, by their paths; those that were asked for last. */
  private static final class Open {
    /** More than a pipeline has; a JVM that goes through many lakes forgets the oldest. */
    private static final int MOST = 1000;

    private final Map<String, DeltaTable> tables =
        Collections.synchronizedMap(
            new LinkedHashMap<>(16, 0.75f, true) {
              @Override
              protected boolean removeEldestEntry(Map.Entry<String, DeltaTable> eldest) {
                return size() > MOST;
              }
            });

    DeltaTable table(String path, Supplier<DeltaTable> opened) {
      DeltaTable open = tables.get(path);
      if (open != null) {
        return open;
      }
      // Opened without holding the map, so that a store that is slow delays this table only.
      DeltaTable mine = opened.get();
      DeltaTable first = tables.putIfAbsent(path, mine);
      return first == null ? mine : first;
    }
  }

  private static void requireNoLink(Path folder, String what) {
    if (Storage.isLink(folder)) {
      throw new DeltaException(
          ErrorCode.TABLE_UNSUPPORTED,
          what
              + folder
              + " is a symbolic link, and links within a lake are not followed: name the folder that"
              + " it leads to, or put it in its place");
    }
  }

  /** Where it is. */
  public Place place() {
    return place;
  }

  /** The table's folder, absolute. */
  public String path() {
    return path;
  }

  /** The table as it is now; empty when it does not exist. */
  public Optional<Snapshot> latest() {
    return guarded(
        "read",
        () -> {
          io.delta.standalone.Snapshot snapshot = log.update();
          return snapshot.getVersion() < 0 ? Optional.empty() : Optional.of(snapshot(snapshot));
        });
  }

  /**
   * The table as it was.
   *
   * @throws DeltaException when the version does not exist, or its log files no longer do
   */
  public Snapshot at(long version) {
    return guarded(
        "read version " + version + " of",
        () -> {
          log.update();
          return snapshot(log.getSnapshotForVersionAsOf(version));
        });
  }

  /**
   * Makes the table exist, whoever makes it exist first. One that has been made with the same
   * properties and never held a row becomes what is asked for. One that lacks columns gets them
   * with the first {@link #commit} that is written for them.
   *
   * @return true when this call has made it
   * @throws TableMismatchException when it exists and its columns or partitions cannot become these
   */
  public boolean create(TableDefinition definition) {
    for (int attempt = 1; ; attempt++) {
      Optional<Snapshot> existing = latest();
      try {
        return existing.isPresent()
            ? guarded("compare", () -> redefine(definition))
            : guarded("create", () -> createNow(definition));
      } catch (DeltaException e) {
        if (!(e.getCause() instanceof DeltaConcurrentModificationException)
            || attempt == CREATE_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  /**
   * What becomes of the columns when rows of a definition are added; empty when the table does not
   * exist. What {@link #create} would make of it counts as done.
   */
  public Optional<SchemaChange> changeTo(TableDefinition definition) {
    return guarded(
        "compare",
        () -> {
          io.delta.standalone.Snapshot snapshot = log.update();
          if (snapshot.getVersion() < 0) {
            return Optional.empty();
          }
          Metadata metadata = snapshot.getMetadata();
          SchemaChange change = MergedColumns.of(metadata, definition).change();
          boolean isRedefined =
              !(change instanceof SchemaChange.Unchanged) && isUnwritten(metadata, definition);
          return Optional.of(isRedefined ? new SchemaChange.Unchanged() : change);
        });
  }

  /**
   * Commits once, however often it is called with the same application id and version. Appends
   * never conflict; a commit that says what it read does, when rows came or went since.
   */
  public CommitOutcome commit(Commit commit) {
    return new Transaction(place, path, log, commit).run();
  }

  /**
   * Data files that came and went with commits that changed rows.
   *
   * @param afterVersion exclusive; -1 for the table's beginning
   * @param toVersion inclusive
   * @throws ChangesGoneException when the log no longer goes back that far
   */
  public Changes changes(long afterVersion, long toVersion) {
    if (toVersion <= afterVersion) {
      return new Changes(afterVersion, afterVersion, List.of(), List.of());
    }
    return guarded(
        "read the changes of", () -> new LogChanges(path, log).between(afterVersion, toVersion));
  }

  /** The last version that an application committed; empty when it never did. */
  public OptionalLong transactionVersion(String applicationId) {
    return guarded(
        "read",
        () -> {
          OptimisticTransaction transaction = log.startTransaction();
          long version = transaction.readVersion() < 0 ? -1 : transaction.txnVersion(applicationId);
          return version < 0 ? OptionalLong.empty() : OptionalLong.of(version);
        });
  }

  /**
   * What was done to the table, newest first; empty when it does not exist.
   *
   * @param limit versions, at most
   */
  public List<HistoryEntry> history(int limit) {
    return guarded("read the history of", () -> new LogChanges(path, log).history(limit));
  }

  /**
   * How long files stay that were removed: {@code delta.deletedFileRetentionDuration}, or a week.
   */
  public Duration fileRetention() {
    return guarded(
        "read", () -> Duration.ofMillis(((DeltaLogImpl) log).tombstoneRetentionMillis()));
  }

  /**
   * Files that older versions have and the latest has not, as far back as {@link #fileRetention}.
   * Delta's public classes do not tell.
   */
  List<RemoveFile> removedFiles() {
    return guarded(
        "read",
        () -> {
          SnapshotImpl snapshot = (SnapshotImpl) log.update();
          return ScalaValues.list(snapshot.tombstones());
        });
  }

  private Snapshot snapshot(io.delta.standalone.Snapshot snapshot) {
    Metadata metadata = snapshot.getMetadata();
    return new Snapshot(
        metadata.getId(),
        snapshot.getVersion(),
        DeltaTypes.schema(metadata.getSchema()),
        metadata.getPartitionColumns(),
        metadata.getDescription() == null ? "" : metadata.getDescription(),
        metadata.getConfiguration(),
        new LazyList<>(
            () ->
                guarded(
                    "read", () -> snapshot.getAllFiles().stream().map(Actions::file).toList())));
  }

  private boolean createNow(TableDefinition definition) {
    OptimisticTransaction transaction = log.startTransaction();
    if (transaction.readVersion() >= 0) {
      return checkFits(definition);
    }
    Metadata metadata =
        Metadata.builder()
            .schema(DeltaTypes.struct(definition.schema()))
            .partitionColumns(definition.partitionBy())
            .description(definition.comment().isEmpty() ? null : definition.comment())
            .configuration(definition.properties())
            .createdTime(System.currentTimeMillis())
            .build();
    Map<String, String> parameters =
        Map.of(
            "partitionBy",
            Actions.quoted(
                definition.partitionBy().stream().map(Actions::quoted).toList().toString()));
    List<Action> actions = List.of(metadata);
    transaction.commit(
        actions, new Operation(Operation.Name.CREATE_TABLE, parameters, Map.of()), ENGINE);
    return true;
  }

  /** Gives a table that nobody has written to what is asked for; false, because nothing is made. */
  private boolean redefine(TableDefinition definition) throws IOException {
    OptimisticTransaction transaction = log.startTransaction();
    Metadata metadata = transaction.metadata();
    boolean isSame = MergedColumns.areSame(metadata, definition);
    if (isSame || !isUnwritten(metadata, definition)) {
      return checkFits(definition);
    }
    transaction.updateMetadata(
        metadata
            .copyBuilder()
            .schema(DeltaTypes.struct(definition.schema()))
            .partitionColumns(definition.partitionBy())
            .build());
    transaction.commit(
        List.<Action>of(),
        new Operation(Operation.Name.REPLACE_COLUMNS, Map.of(), Map.of()),
        ENGINE);
    return false;
  }

  /** The owner counts: an empty table of somebody else is theirs all the same. */
  private boolean isUnwritten(Metadata metadata, TableDefinition definition) throws IOException {
    return metadata.getConfiguration().equals(definition.properties())
        && new LogChanges(path, log).isUnwritten(MOST_REDEFINITIONS);
  }

  /** Compares with the version that was looked at last; false, because nothing is made. */
  private boolean checkFits(TableDefinition definition) {
    Metadata metadata = log.snapshot().getMetadata();
    if (MergedColumns.of(metadata, definition).change() instanceof SchemaChange.Refused refused) {
      throw new TableMismatchException(path, refused.differences());
    }
    return false;
  }

  private <T> T guarded(String tried, Callable<T> action) {
    try {
      return action.call();
    } catch (DeltaException | StorageException e) {
      throw e;
    } catch (Exception e) {
      throw failure(tried, place, e);
    }
  }

  /** An error of delta-standalone, whose Scala code also throws IOExceptions undeclared. */
  static ExplainedException failure(String tried, Place table, Exception error) {
    String path = table.path().toString();
    Optional<String> damage = DamagedLog.explain(table, error);
    if (damage.isPresent()) {
      return new DeltaException(ErrorCode.TABLE_DAMAGED, damage.get(), error);
    }
    for (Throwable cause = error; cause != null; cause = cause.getCause()) {
      if (cause instanceof IOException) {
        return new StorageException(tried + " table", path, error);
      }
    }
    // Not only where Delta says so: it stumbles over actions that came with newer features.
    Optional<String> feature = newFeature(table);
    if (feature.isPresent()) {
      return new DeltaException(
          ErrorCode.TABLE_UNSUPPORTED,
          "cannot " + tried + " table " + path + ": " + feature.get(),
          error);
    }
    // Of a class that is not public: it tells what the table asks for and what Delta can.
    boolean isTooNew = error.getClass().getSimpleName().equals("InvalidProtocolVersionException");
    String reason =
        isTooNew
            ? "somebody has given it a feature, such as a CHECK constraint or column mapping, that"
                + " Lakebeam does not know ("
                + reason(error)
                + "); copy its rows to a table without"
            : reason(error);
    return new DeltaException(
        isTooNew ? ErrorCode.TABLE_UNSUPPORTED : ErrorCode.TABLE_FAILED,
        "cannot " + tried + " table " + path + ": " + reason,
        error);
  }

  private static Optional<String> newFeature(Place table) {
    try {
      return ForeignWork.of(table).explained();
    } catch (StorageException e) {
      // The first error is the one to tell.
      return Optional.empty();
    }
  }

  /** The first line that says something. */
  static String reason(Throwable error) {
    String text = error.getMessage() == null ? "" : error.getMessage();
    return text.lines()
        .map(String::strip)
        .filter(line -> !line.isEmpty())
        .findFirst()
        .orElse(error.getClass().getSimpleName());
  }

  private static String version() {
    String version = DeltaTable.class.getPackage().getImplementationVersion();
    return version == null ? "dev" : version;
  }
}
