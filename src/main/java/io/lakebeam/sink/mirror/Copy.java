package io.lakebeam.sink.mirror;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/** Rows on their way into one table. Ended by {@link #end}, or else taken back. */
final class Copy implements AutoCloseable {
  private static final int BUFFER = 1 << 16;

  private final CopyIn in;
  private final byte[] buffer = new byte[BUFFER];
  private int filled;
  private long rows;

  /**
   * @param table quoted
   */
  Copy(Connection connection, String table, List<String> columns) throws SQLException {
    this.in =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn("COPY " + table + " (" + Sql.list(columns) + ") FROM STDIN");
  }

  void write(byte[] line) throws SQLException {
    if (filled + line.length > BUFFER) {
      flush();
    }
    if (line.length > BUFFER) {
      in.writeToCopy(line, 0, line.length);
    } else {
      System.arraycopy(line, 0, buffer, filled, line.length);
      filled += line.length;
    }
    rows++;
  }

  private void flush() throws SQLException {
    if (filled > 0) {
      in.writeToCopy(buffer, 0, filled);
      filled = 0;
    }
  }

  /** How many rows the table has got. */
  long end() throws SQLException {
    flush();
    in.endCopy();
    return rows;
  }

  @Override
  public void close() throws SQLException {
    if (in.isActive()) {
      in.cancelCopy();
    }
  }
}
