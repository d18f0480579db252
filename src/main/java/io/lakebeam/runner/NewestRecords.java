package io.lakebeam.runner;

import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest records of a topic, once: what lies before them is passed over, and what comes later
 * is never news. For an update that only tries a topic.
 */
final class NewestRecords implements SourceDiscovery {
  private final SourceDiscovery topic;
  private final long most;

  /**
   * @param topic whose records are read from the first one on
   * @param most offsets of all partitions
   */
  NewestRecords(SourceDiscovery topic, long most) {
    this.topic = topic;
    this.most = most;
  }

  @Override
  public Discovery discover(SourcePosition since, long maxRows) {
    if (!since.isStart()) {
      return new Discovery(List.of(), since, false, List.of());
    }
    Discovery all = topic.present(since);
    List<Slice> newest = new ArrayList<>();
    long left = most;
    int partitions = all.slices().size();
    for (Slice slice : all.slices()) {
      long share = Math.min(slice.weight(), Math.max(1, left / partitions));
      if (share > 0 && left > 0) {
        newest.add(slice.newest(share));
      }
      left -= share;
      partitions--;
    }
    return new Discovery(newest, all.position(), false, List.of());
  }
}
