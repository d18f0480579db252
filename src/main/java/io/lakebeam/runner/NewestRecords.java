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
    if (!((SourcePosition.Offsets) since).next().isEmpty()) {
      return new Discovery(List.of(), since, false, List.of());
    }
    Discovery all = topic.present(since);
    List<Slice> newest = new ArrayList<>();
    long left = most;
    int partitions = all.slices().size();
    for (Slice slice : all.slices()) {
      Slice.KafkaRange range = (Slice.KafkaRange) slice;
      long share = Math.min(range.to() - range.from(), Math.max(1, left / partitions));
      if (share > 0 && left > 0) {
        newest.add(
            new Slice.KafkaRange(
                range.source(), range.topic(), range.partition(), range.to() - share, range.to()));
      }
      left -= share;
      partitions--;
    }
    return new Discovery(newest, all.position(), false, List.of());
  }
}
