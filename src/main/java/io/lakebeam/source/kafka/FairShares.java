package io.lakebeam.source.kafka;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** A bound on rows, spread over partitions: who has little gets all, the others alike. */
public final class FairShares {
  private FairShares() {}

  /**
   * Each partition's share.
   *
   * @param available rows by partition
   * @return rows by partition, in sum at most {@code maxRows} and as near to it as there are rows
   */
  public static SortedMap<Integer, Long> of(SortedMap<Integer, Long> available, long maxRows) {
    List<Map.Entry<Integer, Long>> fewestFirst = new ArrayList<>(available.entrySet());
    fewestFirst.sort(
        Map.Entry.<Integer, Long>comparingByValue()
            .thenComparing(Map.Entry.comparingByKey(Comparator.naturalOrder())));
    SortedMap<Integer, Long> shares = new TreeMap<>();
    long left = maxRows;
    int takers = fewestFirst.size();
    for (Map.Entry<Integer, Long> each : fewestFirst) {
      long fair = left / takers + (left % takers == 0 ? 0 : 1);
      long share = Math.min(each.getValue(), Math.min(fair, left));
      shares.put(each.getKey(), share);
      left -= share;
      takers--;
    }
    return shares;
  }
}
