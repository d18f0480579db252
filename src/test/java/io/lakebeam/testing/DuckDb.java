package io.lakebeam.testing;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** DuckDB in memory: a reader and writer of Parquet that shares no code with Java's. */
public final class DuckDb {
  private DuckDb() {}

  /**
   * Reads Parquet files and writes what it found into another one.
   *
   * @param from a file, or several
   * @param options of COPY, such as {@code PARQUET_VERSION V2}; may be empty
   */
  public static void copy(List<Path> from, Path to, String options) throws SQLException {
    String files = String.join("', '", from.stream().map(Path::toString).toList());
    write("SELECT * FROM read_parquet(['" + files + "'])", to, options);
  }

  /** Writes what a query gives into a Parquet file. */
  public static void write(String query, Path to, String options) throws SQLException {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute(
          "COPY ("
              + query
              + ") TO '"
              + to
              + "' (FORMAT parquet"
              + (options.isEmpty() ? "" : ", ")
              + options
              + ")");
    }
  }

  /** The rows of a query, each value as DuckDB's own text; null for NULL. */
  public static List<List<String>> texts(String query) throws SQLException {
    List<List<String>> rows = new ArrayList<>();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet found = statement.executeQuery(query)) {
      while (found.next()) {
        List<String> row = new ArrayList<>();
        for (int i = 1; i <= found.getMetaData().getColumnCount(); i++) {
          row.add(found.getString(i));
        }
        rows.add(row);
      }
    }
    return rows;
  }
}
