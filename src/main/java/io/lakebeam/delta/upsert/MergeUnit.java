package io.lakebeam.delta.upsert;

import io.lakebeam.delta.DataFile;
import java.io.Serializable;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A part of a merge that is done by itself: the changes of a range of keys, and the files of the
 * table that may have a row of one of these.
 *
 * @param merge the {@link Merge#key} of the merge that it is a part of
 * @param number from 0 on
 * @param from the least key of its changes, as bytes; null for any
 * @param until the first key behind them; null for any
 * @param leaves files of the table that it replaces
 * @param changes files of the table of changes that may have some of it
 * @param remembered files that may have what is remembered of its keys
 * @param since what came before that is not remembered, in microseconds since 1970
 * @param truncated what comes before that is deleted, as {@link Truncations} have it; null for none
 * @param truncates true when rows of the files may come before that
 */
public record MergeUnit(
    String merge,
    int number,
    byte @Nullable [] from,
    byte @Nullable [] until,
    List<DataFile> leaves,
    List<DataFile> changes,
    List<DataFile> remembered,
    long since,
    @Nullable String truncated,
    boolean truncates)
    implements Serializable {
  public MergeUnit {
    leaves = List.copyOf(leaves);
    changes = List.copyOf(changes);
    remembered = List.copyOf(remembered);
  }
}
