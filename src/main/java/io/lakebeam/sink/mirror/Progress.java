package io.lakebeam.sink.mirror;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collection;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far the tables of a schema are: the table {@code _lakebeam_mirror} beside them, written in
 * the transactions that change them.
 */
final class Progress {
  static final String TABLE = "_lakebeam_mirror";

  private final Connection connection;
  private final String schema;

  Progress(Connection connection, String schema) {
    this.connection = connection;
    this.schema = schema;
  }

  /**
   * What is known of one table.
   *
   * @param owner whose table it is: a lake, and a pipeline in it
   * @param id of the Delta table that it shows
   * @param version of that
   * @param rows that it has
   * @param columns that it was left with
   */
  record Row(Owner owner, String id, long version, long rows, String columns) {}

  /**
   * Whose tables these are.
   *
   * @param lake URI or path
   * @param pipeline what that lake knows it by
   */
  record Owner(String lake, String pipeline) {}

  private String table() {
    return Sql.quoted(schema, TABLE);
  }

  /** True when the schema has been written to before. */
  boolean isThere() throws SQLException {
    try (PreparedStatement asked = connection.prepareStatement("SELECT to_regclass(?)")) {
      asked.setString(1, table());
      try (ResultSet answer = asked.executeQuery()) {
        answer.next();
        return answer.getString(1) != null;
      }
    }
  }

  /** Makes schema and table where there are none. */
  void create() throws SQLException {
    if (isThere()) {
      return;
    }
    boolean hasSchema;
    try (PreparedStatement asked = connection.prepareStatement("SELECT to_regnamespace(?)")) {
      asked.setString(1, Sql.quoted(schema));
      try (ResultSet answer = asked.executeQuery()) {
        answer.next();
        hasSchema = answer.getString(1) != null;
      }
    }
    try (Statement statement = connection.createStatement()) {
      if (!hasSchema) {
        statement.execute("CREATE SCHEMA " + Sql.quoted(schema));
      }
      statement.execute(
          "CREATE TABLE "
              + table()
              + " (table_name text PRIMARY KEY, lake text NOT NULL, pipeline text NOT NULL,"
              + " delta_table text NOT NULL, delta_version bigint NOT NULL,"
              + " epoch bigint NOT NULL, row_count bigint NOT NULL, columns text NOT NULL,"
              + " mirrored_at timestamp with time zone NOT NULL)");
    }
  }

  /** By table; others that write them wait until this transaction ends. */
  Map<String, Row> locked(Collection<String> tables) throws SQLException {
    return read(tables, " FOR UPDATE");
  }

  /** By table, for a look. */
  Map<String, Row> seen(Collection<String> tables) throws SQLException {
    return read(tables, "");
  }

  private Map<String, Row> read(Collection<String> tables, String lock) throws SQLException {
    Map<String, Row> rows = new TreeMap<>();
    try (PreparedStatement asked =
        connection.prepareStatement(
            "SELECT table_name, lake, pipeline, delta_table, delta_version, row_count, columns FROM "
                + table()
                + " WHERE table_name = ANY (?) ORDER BY table_name"
                + lock)) {
      asked.setArray(1, connection.createArrayOf("text", tables.toArray()));
      try (ResultSet each = asked.executeQuery()) {
        while (each.next()) {
          rows.put(
              each.getString(1),
              new Row(
                  new Owner(each.getString(2), each.getString(3)),
                  each.getString(4),
                  each.getLong(5),
                  each.getLong(6),
                  each.getString(7)));
        }
      }
    }
    return rows;
  }

  void put(String table, long epoch, Row row) throws SQLException {
    try (PreparedStatement put =
        connection.prepareStatement(
            "INSERT INTO "
                + table()
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, clock_timestamp()) ON CONFLICT (table_name) DO"
                + " UPDATE SET lake = excluded.lake, pipeline = excluded.pipeline,"
                + " delta_table = excluded.delta_table, delta_version = excluded.delta_version,"
                + " epoch = excluded.epoch, row_count = excluded.row_count,"
                + " columns = excluded.columns, mirrored_at = excluded.mirrored_at")) {
      put.setString(1, table);
      put.setString(2, row.owner().lake());
      put.setString(3, row.owner().pipeline());
      put.setString(4, row.id());
      put.setLong(5, row.version());
      put.setLong(6, epoch);
      put.setLong(7, row.rows());
      put.setString(8, row.columns());
      put.executeUpdate();
    }
  }
}
