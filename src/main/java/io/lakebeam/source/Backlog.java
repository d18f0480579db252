package io.lakebeam.source;

import java.io.Serializable;

/**
 * What a source has behind the slices of a plan, as far as the look at it has told. Each is {@link
 * #UNKNOWN} where it has not.
 *
 * @param records at most: offsets of a topic
 * @param files of a folder
 * @param bytes of these files
 */
public record Backlog(long records, long files, long bytes) implements Serializable {
  /** In place of a number. */
  public static final long UNKNOWN = -1;

  /** Of a source that does not tell. */
  public static final Backlog NONE_KNOWN = new Backlog(UNKNOWN, UNKNOWN, UNKNOWN);

  public static Backlog ofTopic(long records) {
    return new Backlog(records, UNKNOWN, UNKNOWN);
  }

  public static Backlog ofFiles(long files, long bytes) {
    return new Backlog(UNKNOWN, files, bytes);
  }

  public boolean isKnown() {
    return !equals(NONE_KNOWN);
  }

  /** That of two sources: what one of them does not tell is that of the other. */
  public Backlog plus(Backlog other) {
    return new Backlog(
        sum(records, other.records), sum(files, other.files), sum(bytes, other.bytes));
  }

  private static long sum(long one, long other) {
    return one == UNKNOWN || other == UNKNOWN ? Math.max(one, other) : one + other;
  }

  /** This backlog when a slice is left behind too. */
  Backlog with(Slice left) {
    return new Backlog(
        records == UNKNOWN ? UNKNOWN : records + left.rows().orElse(0),
        files == UNKNOWN ? UNKNOWN : files + left.ofFile().stream().count(),
        bytes == UNKNOWN
            ? UNKNOWN
            : bytes + left.ofFile().stream().mapToLong(Slice.FileSlice::bytes).sum());
  }

  /** This backlog when records of a slice are left behind too. */
  Backlog withRows(long rows) {
    return records == UNKNOWN ? this : new Backlog(records + rows, files, bytes);
  }
}
