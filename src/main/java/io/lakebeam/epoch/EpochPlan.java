package io.lakebeam.epoch;

import io.lakebeam.source.Slice;
import io.lakebeam.source.SourcePosition;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What an epoch reads, fixed and durable before anything of it is read.
 *
 * @param number 1 for a pipeline's first epoch, then one more each
 * @param plannedAt in milliseconds; the time that every row of the epoch carries, however often the
 *     epoch is replayed
 * @param slices what is read; may be empty, when only views are behind
 * @param positions where each source with news stands after this epoch: all offsets of a topic, the
 *     files that this epoch adds to those seen
 * @param versions of tables of the lake that queries join with: as they stand after the epoch
 *     before
 * @param startsUpdate true for the first epoch that an update plans
 */
public record EpochPlan(
    String pipeline,
    long number,
    Instant plannedAt,
    List<Slice> slices,
    Map<String, SourcePosition> positions,
    Map<String, Long> versions,
    boolean startsUpdate)
    implements Serializable {
  public EpochPlan {
    Objects.requireNonNull(pipeline, "pipeline");
    Objects.requireNonNull(plannedAt, "plannedAt");
    if (number < 1) {
      throw new IllegalArgumentException("epochs count from 1, not " + number);
    }
    slices = List.copyOf(slices);
    positions = new TreeMap<>(positions);
    versions = new TreeMap<>(versions);
  }

  /** Of a pipeline that joins with none of its tables. */
  public EpochPlan(
      String pipeline,
      long number,
      Instant plannedAt,
      List<Slice> slices,
      Map<String, SourcePosition> positions) {
    this(pipeline, number, plannedAt, slices, positions, Map.of(), false);
  }

  /** The same plan, reading something else in place of its slices. */
  public EpochPlan reading(List<Slice> others) {
    return new EpochPlan(pipeline, number, plannedAt, others, positions, versions, startsUpdate);
  }
}
