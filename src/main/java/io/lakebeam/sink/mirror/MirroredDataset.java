package io.lakebeam.sink.mirror;

import io.lakebeam.storage.Place;
import java.util.List;

/**
 * A dataset that is shown.
 *
 * @param table where it is
 * @param key columns that its rows are looked up by; empty when nothing is known of it
 */
public record MirroredDataset(String name, Place table, List<String> key) {
  public MirroredDataset {
    key = List.copyOf(key);
  }
}
