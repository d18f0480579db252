package io.lakebeam.epoch;

import java.io.Serializable;
import java.util.Objects;

/**
 * Which windows of a table an epoch closes: those that end behind one watermark, and not behind the
 * next. Durable before anything of it is committed, so that every attempt closes the same.
 *
 * @param table id of the table that gets the windows
 * @param read id of the table whose rows they are made of
 * @param from version of that table up to which its rows are told; -1 for none
 * @param to the version that the windows are computed from
 * @param before the watermark so far, in microseconds since 1970
 * @param until the watermark from now on
 */
public record Closing(String table, String read, long from, long to, long before, long until)
    implements Serializable {
  public Closing {
    Objects.requireNonNull(table, "table");
    Objects.requireNonNull(read, "read");
    if (to <= from || until < before) {
      throw new IllegalArgumentException(
          "from version %d to %d, watermark from %d to %d".formatted(from, to, before, until));
    }
  }

  /** True for the closing of the same table over the same table, not of ones made anew. */
  public boolean isOfSameTables(Closing other) {
    return table.equals(other.table) && read.equals(other.read);
  }
}
