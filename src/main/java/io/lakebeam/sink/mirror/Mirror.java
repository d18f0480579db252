package io.lakebeam.sink.mirror;

import io.lakebeam.delta.Changes;
import io.lakebeam.delta.ChangesGoneException;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaException;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.sink.Sink;
import io.lakebeam.sink.SinkException;
import io.lakebeam.sink.mirror.Progress.Owner;
import io.lakebeam.spec.MirrorSpec;
import io.lakebeam.spec.secret.SecretText;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A database at work that shows datasets as they are. It is given how the tables are at the end of
 * epochs, and goes on from what the database says of itself to the newest of these, in one
 * transaction.
 */
public final class Mirror implements Sink {
  /** An index takes no row of that size. */
  private static final String TOO_LARGE = "54000";

  private static final int ANSWERS_SECONDS = 10;

  private final MirrorSpec spec;
  private final Owner owner;
  private final List<MirroredDataset> datasets;
  private final Database database;
  private volatile @Nullable Cut newest;
  private volatile @Nullable Connection connection;
  private @Nullable Cut shown;
  private boolean isIndexed = true;
  private boolean hasIndexes = true;
  private long arrived;

  /**
   * @param lake where the tables are
   * @param pipeline what that knows it by
   * @param datasets in the order in which they are shown
   * @param resolve the value of a setting
   */
  public Mirror(
      MirrorSpec spec,
      String lake,
      String pipeline,
      List<MirroredDataset> datasets,
      Function<SecretText, String> resolve) {
    this.spec = spec;
    this.owner = new Owner(lake, pipeline);
    this.datasets = List.copyOf(datasets);
    this.database = new Database(spec, resolve);
  }

  @Override
  public String name() {
    return spec.name();
  }

  /** Nothing: the database says where it stands, once it is asked for the first time. */
  @Override
  public void begin() {}

  /**
   * Notes how the tables are, to be shown. To be called when nobody is writing them: at the end of
   * an epoch.
   *
   * @param epoch its number
   */
  public void offer(long epoch) {
    Map<String, Snapshot> tables = new TreeMap<>();
    for (MirroredDataset each : datasets) {
      DeltaTable.at(each.table()).latest().ifPresent(now -> tables.put(each.name(), now));
    }
    newest = new Cut(epoch, tables);
  }

  @Override
  public void deliver(BooleanSupplier isToStop) {
    Cut next = newest;
    while (next != null && next != shown && !isToStop.getAsBoolean()) {
      if (show(next, isToStop)) {
        shown = next;
      }
      next = newest;
    }
  }

  @Override
  public long arrived() {
    return arrived;
  }

  @Override
  public void abort() {
    Connection open = connection;
    if (open != null) {
      try {
        open.abort(Runnable::run);
      } catch (SQLException e) {
        log("a connection is not ended", e);
      }
    }
  }

  /** Ends the connection; it is opened again when it is needed. */
  @Override
  public void close() {
    Connection open = connection;
    connection = null;
    if (open != null) {
      try {
        open.close();
      } catch (SQLException e) {
        log("a connection is not closed", e);
      }
    }
  }

  private static void log(String text, Exception e) {
    System.getLogger(Mirror.class.getName()).log(System.Logger.Level.DEBUG, text, e);
  }

  private Connection open() throws SQLException {
    Connection open = connection;
    if (open != null && !open.isValid(ANSWERS_SECONDS)) {
      // It has stood idle, and somebody on the way has ended it.
      close();
      open = null;
    }
    if (open == null) {
      open = database.connect();
      connection = open;
    }
    return open;
  }

  /** False when it was asked to stop before. */
  private boolean show(Cut cut, BooleanSupplier isToStop) {
    boolean isDone = false;
    try {
      isDone = show(open(), cut, isToStop);
      return isDone;
    } catch (SQLException e) {
      if (isIndexed && TOO_LARGE.equals(e.getSQLState())) {
        isIndexed = false;
        return false; // it is tried again, without
      }
      throw database.told(e);
    } catch (DeltaException e) {
      throw database.permanent(
          ErrorCode.INPUT_MISSING,
          "rows that are to be shown cannot be read",
          e.getMessage(),
          "restore the file, or compute the table anew with --full-refresh");
    } catch (TableTransfer.StoppedException e) {
      return false;
    } finally {
      if (!isDone) {
        close(); // which takes back what was under way
      }
    }
  }

  private boolean show(Connection open, Cut cut, BooleanSupplier isToStop) throws SQLException {
    database.begin(open);
    Progress progress = new Progress(open, spec.schema());
    progress.create();
    Map<String, Progress.Row> before =
        progress.locked(datasets.stream().map(MirroredDataset::name).toList());
    for (MirroredDataset each : datasets) {
      Snapshot now = cut.tables().get(each.name());
      if (now == null) {
        continue;
      }
      if (!isIndexed && hasIndexes && before.containsKey(each.name())) {
        dropIndexes(open, each, before.get(each.name()));
      }
      TableTransfer transfer =
          new TableTransfer(open, database, spec.schema(), each, now, isIndexed, isToStop);
      try {
        Progress.Row after = transfer.show(Optional.ofNullable(before.get(each.name())), owner);
        progress.put(each.name(), cut.epoch(), after);
      } finally {
        arrived += transfer.arrived();
      }
    }
    if (isToStop.getAsBoolean()) {
      return false;
    }
    open.commit();
    hasIndexes = isIndexed;
    return true;
  }

  /** Values are too long for an index. */
  private void dropIndexes(Connection open, MirroredDataset dataset, Progress.Row row)
      throws SQLException {
    if (!row.owner().equals(owner)) {
      return; // which is refused
    }
    List<String> indexes = new ArrayList<>();
    try (PreparedStatement asked =
        open.prepareStatement(
            "SELECT i.indexrelid::regclass::text FROM pg_index i WHERE i.indrelid ="
                + " to_regclass(?) AND NOT i.indisunique")) {
      asked.setString(1, Sql.quoted(spec.schema(), dataset.name()));
      try (ResultSet each = asked.executeQuery()) {
        while (each.next()) {
          indexes.add(each.getString(1));
        }
      }
    }
    try (Statement statement = open.createStatement()) {
      for (String index : indexes) {
        statement.execute("DROP INDEX " + index);
      }
    }
  }

  /**
   * What the database does not show yet, as far as a look at both tells: rows that have come or
   * gone since, by dataset; zero for those that are shown as they are.
   *
   * @throws SinkException when the database does not answer
   */
  public Map<String, Long> waiting() {
    Map<String, Long> waiting = new TreeMap<>();
    Map<String, Progress.Row> seen = seen();
    for (MirroredDataset each : datasets) {
      waiting.put(
          each.name(),
          DeltaTable.at(each.table())
              .latest()
              .map(now -> waiting(each, now, seen.get(each.name())))
              .orElse(0L));
    }
    return waiting;
  }

  private Map<String, Progress.Row> seen() {
    try (Connection open = database.connect()) {
      Progress progress = new Progress(open, spec.schema());
      return progress.isThere()
          ? progress.seen(datasets.stream().map(MirroredDataset::name).toList())
          : Map.of();
    } catch (SQLException e) {
      throw database.told(e);
    }
  }

  private static long waiting(MirroredDataset dataset, Snapshot now, Progress.@Nullable Row row) {
    if (row == null || !row.id().equals(now.id()) || row.version() > now.version()) {
      return now.rows().orElse(1L);
    }
    try {
      Changes changes = DeltaTable.at(dataset.table()).changes(row.version(), now.version());
      return sum(changes.added(), changes.removed());
    } catch (ChangesGoneException e) {
      return now.rows().orElse(1L);
    }
  }

  private static long sum(List<DataFile> added, List<DataFile> removed) {
    Map<String, Long> files = new HashMap<>();
    added.forEach(file -> files.merge(file.path(), rows(file), Long::sum));
    removed.forEach(file -> files.merge(file.path(), -rows(file), Long::sum));
    return files.values().stream().mapToLong(Math::abs).sum();
  }

  private static long rows(DataFile file) {
    return Math.max(1, file.rows());
  }
}
