package io.lakebeam.delta;

import java.util.List;

/**
 * What happened to a table's rows between two versions, in the order it happened. A file that came
 * and went in between is in both lists.
 *
 * @param afterVersion exclusive
 * @param toVersion inclusive
 */
public record Changes(
    long afterVersion, long toVersion, List<DataFile> added, List<DataFile> removed) {
  public Changes {
    added = List.copyOf(added);
    removed = List.copyOf(removed);
  }

  public boolean isEmpty() {
    return added.isEmpty() && removed.isEmpty();
  }
}
