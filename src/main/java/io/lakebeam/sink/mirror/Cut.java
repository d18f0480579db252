package io.lakebeam.sink.mirror;

import io.lakebeam.delta.Snapshot;
import java.util.Map;
import java.util.TreeMap;

/**
 * Tables as they were together: at the end of an epoch, when nothing is written.
 *
 * @param epoch its number
 * @param tables by the names of their datasets; without those that are not made yet
 */
record Cut(long epoch, Map<String, Snapshot> tables) {
  Cut {
    tables = new TreeMap<>(tables);
  }
}
