package io.lakebeam.delta.upsert;

import io.lakebeam.delta.DataFile;
import java.io.Serializable;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What brings a table up to date with its changes.
 *
 * @param from the version of the table of changes that it shows; -1 for none
 * @param to the version that it will show
 * @param isAnew true when everything that the table holds is replaced
 * @param generation how often that was, this time included
 * @param version of the table that the units were made for
 * @param rememberedVersion the same of what is remembered
 * @param since what came before that is not remembered, in microseconds since 1970
 * @param truncated what comes before that is deleted, as {@link Truncations} have it; null for none
 * @param truncations how many of the changes were of all rows
 * @param truncates true when rows of the table may come before that
 * @param units that the work is divided into
 */
public record Merge(
    long from,
    long to,
    boolean isAnew,
    long generation,
    String upstreamId,
    long version,
    long rememberedVersion,
    long since,
    @Nullable String truncated,
    long truncations,
    boolean truncates,
    List<MergeUnit> units)
    implements Serializable {
  public Merge {
    units = List.copyOf(units);
  }

  /** Tells two merges apart that are not of the same changes and files. */
  public String key() {
    return key(from, to, generation, upstreamId, version, rememberedVersion);
  }

  static String key(
      long from, long to, long generation, String upstreamId, long version, long remembered) {
    return String.format(
        "%d to %d, %d, %s, %d, %d", from, to, generation, upstreamId, version, remembered);
  }

  /** What became of a unit. */
  public record Part(
      String merge,
      int unit,
      List<DataFile> added,
      List<DataFile> removed,
      List<DataFile> remembered,
      Counts counts)
      implements Serializable {
    public Part {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
      remembered = List.copyOf(remembered);
    }
  }

  /**
   * What changes did, in rows.
   *
   * @param changes that were merged
   * @param upserted rows that are new, or say something else now
   * @param deleted keys that had a row and have none any more
   * @param late changes that were older than what the table had of their key
   * @param ties changes with the sequence of another one of the key that says something else
   */
  public record Counts(long changes, long upserted, long deleted, long late, long ties)
      implements Serializable {
    public static final Counts NONE = new Counts(0, 0, 0, 0, 0);

    public Counts plus(Counts other) {
      return new Counts(
          changes + other.changes,
          upserted + other.upserted,
          deleted + other.deleted,
          late + other.late,
          ties + other.ties);
    }
  }
}
