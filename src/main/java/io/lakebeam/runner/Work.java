package io.lakebeam.runner;

import io.lakebeam.source.Slice;
import java.util.Collection;

/**
 * What an update has before it, as far as it knows.
 *
 * @param what it does, for people, such as {@code reading}
 * @param weight of all that it is to read, as slices {@linkplain Slice#weight weigh}
 * @param isExact true when the weight is the number of rows: a file's rows are guessed
 */
public record Work(String what, long weight, boolean isExact) {
  public static Work of(String what, Collection<? extends Slice> slices) {
    return new Work(
        what,
        slices.stream().mapToLong(Slice::weight).sum(),
        slices.stream().allMatch(slice -> slice.rows().isPresent()));
  }
}
