package io.lakebeam.sink.mirror;

import io.lakebeam.delta.Changes;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaException;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sink.mirror.Progress.Owner;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Lets a table of PostgreSQL show a version of a Delta table, within a transaction of somebody
 * else. Rows that are the same stay. Readers are kept waiting only where columns change.
 *
 * <pre>
 *  what the log says since ── rows of files that went ─┐
 *                          └─ rows of files that came ─┴─ held against each other ── delete, COPY
 *  nobody can tell, or the counts do not agree ────────── all rows ── delete all, COPY
 * </pre>
 */
final class TableTransfer {
  /** Of rows that have gone, in memory. */
  private static final long MOST_BYTES = 64L << 20;

  private static final String GONE = "_lakebeam_gone";
  private static final String STAGED = "_lakebeam_staged";

  private final Connection connection;
  private final Database database;
  private final String schema;
  private final MirroredDataset dataset;
  private final Snapshot now;
  private final boolean isIndexed;
  private final BooleanSupplier isToStop;
  private final List<Column> shown;
  private final List<MirroredColumn> columns;
  private final List<String> names;
  private final CopyText text;
  private final String table;
  private long arrived;

  /**
   * @param now what is to be shown
   * @param isIndexed false for tables that are made without an index
   * @param isToStop asked between two files
   */
  TableTransfer(
      Connection connection,
      Database database,
      String schema,
      MirroredDataset dataset,
      Snapshot now,
      boolean isIndexed,
      BooleanSupplier isToStop) {
    this.connection = connection;
    this.database = database;
    this.schema = schema;
    this.dataset = dataset;
    this.now = now;
    this.isIndexed = isIndexed;
    this.isToStop = isToStop;
    this.shown = MirroredColumn.shown(now.schema());
    this.columns = shown.stream().map(MirroredColumn::of).toList();
    this.names = columns.stream().map(MirroredColumn::name).toList();
    this.text = new CopyText(shown);
    this.table = Sql.quoted(schema, dataset.name());
  }

  /** Somebody has asked for an end; nothing of the transaction counts. */
  static final class StoppedException extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  /** A change that cannot be made row by row, as far as is known; the text says why. */
  private static final class NotKnownException extends Exception {
    private static final long serialVersionUID = 1;

    NotKnownException(String why) {
      super(why);
    }
  }

  /** How many rows were sent. */
  long arrived() {
    return arrived;
  }

  /**
   * Brings it up to date.
   *
   * @param before how far it is; empty for a table that is not known
   * @param owner whose table it is to be
   * @return how far it is then
   */
  Progress.Row show(Optional<Progress.Row> before, Owner owner) throws SQLException {
    requireOwn(before, owner);
    Optional<List<MirroredColumn>> there = there();
    requireAsLeft(before, there);
    if (before.isEmpty() || there.isEmpty()) {
      return row(owner, made());
    }
    Progress.Row known = before.get();
    boolean isSame = known.id().equals(now.id());
    if (isSame && isShown(known)) {
      return known;
    }
    List<MirroredColumn> added = new ArrayList<>(columns);
    added.removeAll(there.get());
    Set<String> had = there.get().stream().map(MirroredColumn::name).collect(Collectors.toSet());
    boolean isGrown =
        columns.containsAll(there.get())
            && added.stream().noneMatch(column -> had.contains(column.name()));
    if (!isGrown) {
      return row(owner, replacedWithColumns(there.get()));
    }
    for (MirroredColumn column : added) {
      run("ALTER TABLE " + table + " ADD COLUMN " + column.ddl());
    }
    if (!isSame || known.version() > now.version()) {
      return row(owner, replaced());
    }
    Savepoint savepoint = connection.setSavepoint();
    try {
      long rows = changed(known);
      connection.releaseSavepoint(savepoint);
      return row(owner, rows);
    } catch (NotKnownException | DeltaException e) {
      System.getLogger(TableTransfer.class.getName())
          .log(System.Logger.Level.DEBUG, "all rows of " + dataset.name() + " are replaced", e);
      connection.rollback(savepoint);
      return row(owner, replaced());
    }
  }

  /** A later version is there already when a run that stood still comes to its end. */
  private boolean isShown(Progress.Row known) {
    return known.version() == now.version()
        || known.version() > now.version()
            && DeltaTable.at(dataset.table())
                .latest()
                .filter(latest -> latest.id().equals(known.id()))
                .filter(latest -> latest.version() >= known.version())
                .isPresent();
  }

  private Progress.Row row(Owner owner, long rows) {
    return new Progress.Row(owner, now.id(), now.version(), rows, MirroredColumn.text(columns));
  }

  private void requireOwn(Optional<Progress.Row> before, Owner owner) {
    Optional<Owner> other = before.map(Progress.Row::owner).filter(each -> !each.equals(owner));
    if (other.isPresent()) {
      throw database.permanent(
          ErrorCode.SINK_FAILED,
          "the table " + schema + "." + dataset.name() + " shows another pipeline",
          "it is that of " + other.get().pipeline() + " in the lake " + other.get().lake(),
          "name another schema; or, when that pipeline is this one in another place, DROP TABLE "
              + table
              + " and DELETE its row of "
              + Progress.TABLE);
    }
  }

  private void requireAsLeft(Optional<Progress.Row> before, Optional<List<MirroredColumn>> there) {
    if (there.isEmpty()) {
      return;
    }
    if (before.isEmpty()) {
      throw database.permanent(
          ErrorCode.SINK_FAILED,
          "there is a table " + schema + "." + dataset.name() + " that is no mirror",
          "this sink has not made it, and does not touch what others have made",
          "name another schema, rename that table, or DROP it");
    }
    if (!MirroredColumn.text(there.get()).equals(before.get().columns())) {
      throw database.permanent(
          ErrorCode.SINK_FAILED,
          "the table " + schema + "." + dataset.name() + " is not as the mirror has left it",
          "somebody has changed its columns, or has made another table in its place",
          "put them back, rename that table, or DROP it: then it is made again");
    }
  }

  /** The columns of what has the name; empty for nothing. */
  private Optional<List<MirroredColumn>> there() throws SQLException {
    try (PreparedStatement asked =
        connection.prepareStatement(
            "SELECT a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_class c"
                + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                + " LEFT JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0"
                + " AND NOT a.attisdropped"
                + " WHERE n.nspname = ? AND c.relname = ? ORDER BY a.attnum")) {
      asked.setString(1, schema);
      asked.setString(2, dataset.name());
      try (ResultSet each = asked.executeQuery()) {
        boolean isThere = false;
        List<MirroredColumn> found = new ArrayList<>();
        while (each.next()) {
          isThere = true;
          if (each.getString(1) != null) {
            found.add(new MirroredColumn(each.getString(1), each.getString(2)));
          }
        }
        return isThere ? Optional.of(found) : Optional.empty();
      }
    }
  }

  private long made() throws SQLException {
    run(
        "CREATE TABLE "
            + table
            + " ("
            + columns.stream().map(MirroredColumn::ddl).collect(Collectors.joining(", "))
            + ")");
    long rows = copied(table);
    if (isIndexed && !key().isEmpty()) {
      run("CREATE INDEX ON " + table + " (" + Sql.list(key()) + ")");
    }
    return rows;
  }

  /** The columns of the key, where the table has them all and can be looked up by them. */
  private List<String> key() {
    Map<String, String> types = new HashMap<>();
    columns.forEach(column -> types.put(column.name(), column.type()));
    boolean isWhole =
        dataset.key().stream()
            .allMatch(name -> types.containsKey(name) && !types.get(name).equals("jsonb"));
    // More columns than that PostgreSQL takes in no index.
    return isWhole && dataset.key().size() <= 32 ? dataset.key() : List.of();
  }

  /** Other readers see the old rows until the transaction ends. */
  private long replaced() throws SQLException {
    run("DELETE FROM " + table);
    return copied(table);
  }

  /** Readers wait from the change of columns on; so rows are brought near before. */
  private long replacedWithColumns(List<MirroredColumn> there) throws SQLException {
    run("DROP TABLE IF EXISTS pg_temp." + STAGED);
    run(
        "CREATE TEMPORARY TABLE "
            + STAGED
            + " ("
            + columns.stream().map(MirroredColumn::ddl).collect(Collectors.joining(", "))
            + ") ON COMMIT DROP");
    long rows = copied("pg_temp." + STAGED);
    List<MirroredColumn> gone = new ArrayList<>(there);
    gone.removeAll(columns);
    List<MirroredColumn> added = new ArrayList<>(columns);
    added.removeAll(there);
    run("DELETE FROM " + table);
    List<String> changes = new ArrayList<>();
    gone.forEach(column -> changes.add("DROP COLUMN " + Sql.quoted(column.name())));
    added.forEach(column -> changes.add("ADD COLUMN " + column.ddl()));
    run("ALTER TABLE " + table + " " + String.join(", ", changes));
    String list = Sql.list(names);
    run("INSERT INTO " + table + " (" + list + ") SELECT " + list + " FROM pg_temp." + STAGED);
    boolean hasLostKey = gone.stream().map(MirroredColumn::name).anyMatch(dataset.key()::contains);
    if (hasLostKey && isIndexed && !key().isEmpty()) {
      run("CREATE INDEX ON " + table + " (" + Sql.list(key()) + ")");
    }
    return rows;
  }

  private long copied(String into) throws SQLException {
    try (Copy copy = new Copy(connection, into, names)) {
      for (DataFile file : now.files()) {
        copy(file, copy);
      }
      return copy.end();
    }
  }

  private void copy(DataFile file, Copy copy) throws SQLException {
    try (CloseableIterator<InternalRow> rows = rows(file)) {
      while (rows.hasNext()) {
        copy.write(text.line(rows.next()));
        arrived++;
      }
    }
  }

  private CloseableIterator<InternalRow> rows(DataFile file) {
    if (isToStop.getAsBoolean()) {
      throw new StoppedException();
    }
    return DataFileReader.read(dataset.table(), file, now.schema(), names);
  }

  /**
   * Makes the changes since.
   *
   * @return how many rows the table has then
   * @throws NotKnownException when that is not what the log says
   */
  private long changed(Progress.Row known) throws SQLException, NotKnownException {
    Changes changes = DeltaTable.at(dataset.table()).changes(known.version(), now.version());
    // A file that came and went in between is on both sides.
    Map<String, Integer> times = new HashMap<>();
    changes.added().forEach(file -> times.merge(file.path(), 1, Integer::sum));
    changes.removed().forEach(file -> times.merge(file.path(), -1, Integer::sum));
    List<DataFile> came = once(changes.added(), times, true);
    List<DataFile> went = once(changes.removed(), times, false);
    long rows = known.rows();
    if (went.isEmpty()) {
      try (Copy copy = came.isEmpty() ? null : new Copy(connection, table, names)) {
        for (DataFile file : came) {
          copy(file, copy);
        }
        rows += copy == null ? 0 : copy.end();
      }
    } else {
      rows += exchanged(came, went);
    }
    Optional<Long> counted = now.rows();
    if (counted.isPresent() && counted.get() != rows) {
      throw new NotKnownException("the table has " + counted.get() + " rows, the mirror " + rows);
    }
    return rows;
  }

  private static List<DataFile> once(
      List<DataFile> files, Map<String, Integer> times, boolean areAdded) {
    Set<String> seen = new HashSet<>();
    return files.stream()
        .filter(file -> areAdded ? times.get(file.path()) > 0 : times.get(file.path()) < 0)
        .filter(file -> seen.add(file.path()))
        .toList();
  }

  /** How many rows the table has more. */
  private long exchanged(List<DataFile> came, List<DataFile> went)
      throws SQLException, NotKnownException {
    run("DROP TABLE IF EXISTS pg_temp." + GONE);
    run("CREATE TEMPORARY TABLE " + GONE + " (LIKE " + table + ") ON COMMIT DROP");
    Difference difference = new Difference(MOST_BYTES);
    long gone = 0;
    try (Copy copy = new Copy(connection, "pg_temp." + GONE, names)) {
      for (DataFile file : went) {
        try (CloseableIterator<InternalRow> rows = rows(file)) {
          while (rows.hasNext()) {
            byte[] line = text.line(rows.next());
            if (!difference.hold(line)) {
              copy.write(line);
            }
          }
        }
      }
      gone += copy.end();
    }
    long added;
    try (Copy copy = new Copy(connection, table, names)) {
      for (DataFile file : came) {
        try (CloseableIterator<InternalRow> rows = rows(file)) {
          while (rows.hasNext()) {
            byte[] line = text.line(rows.next());
            if (!difference.cancels(line)) {
              copy.write(line);
              arrived++;
            }
          }
        }
      }
      added = copy.end();
    }
    try (Copy copy = new Copy(connection, "pg_temp." + GONE, names)) {
      for (Map.Entry<ByteBuffer, Integer> each : difference.left().entrySet()) {
        for (int i = 0; i < each.getValue(); i++) {
          copy.write(each.getKey().array());
        }
      }
      gone += copy.end();
    }
    if (gone > 0) {
      int deleted = deleted();
      if (deleted != gone) {
        throw new NotKnownException(gone + " rows went, and " + deleted + " of them were there");
      }
    }
    return added - gone;
  }

  /**
   * Deletes the rows that have gone, each as often as it has. Rows are compared as PostgreSQL
   * writes them, which tells NULL from all else, and 0.0 from -0.0.
   */
  private int deleted() throws SQLException {
    run("ANALYZE pg_temp." + GONE);
    List<String> key = key();
    boolean isLookedUp = !key.isEmpty() && !hasNull(key);
    String keys =
        !isLookedUp
            ? ""
            : IntStream.range(0, key.size())
                .mapToObj(i -> "\"_g\"." + Sql.quoted(key.get(i)) + " AS \"_k" + i + "\", ")
                .collect(Collectors.joining());
    String groups =
        !isLookedUp
            ? ""
            : key.stream()
                .map(name -> "\"_g\"." + Sql.quoted(name) + ", ")
                .collect(Collectors.joining());
    String on =
        !isLookedUp
            ? ""
            : IntStream.range(0, key.size())
                .mapToObj(
                    i -> "\"_t\"." + Sql.quoted(key.get(i)) + " = \"_m\".\"_k" + i + "\" AND ")
                .collect(Collectors.joining());
    try (Statement statement = connection.createStatement()) {
      return statement.executeUpdate(
          "DELETE FROM "
              + table
              + " WHERE ctid = ANY (ARRAY(SELECT \"_c\" FROM (SELECT \"_t\".ctid AS \"_c\","
              + " row_number() OVER (PARTITION BY \"_m\".\"_x\") AS \"_i\", \"_m\".\"_n\""
              + " FROM "
              + table
              + " AS \"_t\" JOIN (SELECT "
              + keys
              + "\"_g\"::text AS \"_x\", count(*) AS \"_n\" FROM pg_temp."
              + GONE
              + " AS \"_g\" GROUP BY "
              + groups
              + "\"_g\"::text) AS \"_m\" ON "
              + on
              + "\"_t\"::text = \"_m\".\"_x\") AS \"_r\" WHERE \"_i\" <= \"_n\"))");
    }
  }

  private boolean hasNull(List<String> key) throws SQLException {
    String isNull =
        key.stream().map(name -> Sql.quoted(name) + " IS NULL").collect(Collectors.joining(" OR "));
    try (Statement statement = connection.createStatement();
        ResultSet answer =
            statement.executeQuery(
                "SELECT EXISTS (SELECT FROM pg_temp." + GONE + " WHERE " + isNull + ")")) {
      answer.next();
      return answer.getBoolean(1);
    }
  }

  private void run(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }
}
