package io.lakebeam.epoch;

import io.lakebeam.source.Backlog;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourcePosition;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

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
 * @param inputs fingerprints of the sources and datasets as they were declared, by name; none in
 *     plans of versions that did not write them
 * @param rounds so many rounds of {@linkplain Decisions decisions} were there when the attempt
 *     began; no part of the plan as it is kept
 * @param decided datasets that the attempt leaves as they are, because an earlier one has decided
 *     what they get; no part of the plan as it is kept
 * @param update the id of the update that makes the attempt; empty where nobody has said so; no
 *     part of the plan as it is kept
 * @param backlogs what each source has behind the slices, as far as the look at it has told; none
 *     in an attempt at what an earlier run has planned; no part of the plan as it is kept
 */
public record EpochPlan(
    String pipeline,
    long number,
    Instant plannedAt,
    List<Slice> slices,
    Map<String, SourcePosition> positions,
    Map<String, Long> versions,
    boolean startsUpdate,
    Map<String, String> inputs,
    int rounds,
    Set<String> decided,
    String update,
    Map<String, Backlog> backlogs)
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
    inputs = new TreeMap<>(inputs);
    decided = new TreeSet<>(decided);
    Objects.requireNonNull(update, "update");
    backlogs = new TreeMap<>(backlogs);
  }

  /** That nothing is decided of yet. */
  public EpochPlan(
      String pipeline,
      long number,
      Instant plannedAt,
      List<Slice> slices,
      Map<String, SourcePosition> positions,
      Map<String, Long> versions,
      boolean startsUpdate) {
    this(
        pipeline,
        number,
        plannedAt,
        slices,
        positions,
        versions,
        startsUpdate,
        Map.of(),
        0,
        Set.of(),
        "",
        Map.of());
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

  /**
   * An attempt at the same epoch that reads something else in place of the plan's slices.
   *
   * @param known rounds of decisions that it goes on from
   * @param without datasets whose part is decided
   */
  public EpochPlan attempt(List<Slice> others, int known, Set<String> without) {
    return with(others, known, without, update, backlogs);
  }

  /** The same, done by an update. */
  public EpochPlan by(String other) {
    return with(slices, rounds, decided, other, backlogs);
  }

  /** The same, of sources that have so much behind it. */
  EpochPlan before(Map<String, Backlog> others) {
    return with(slices, rounds, decided, update, others);
  }

  private EpochPlan with(
      List<Slice> otherSlices,
      int otherRounds,
      Set<String> otherDecided,
      String otherUpdate,
      Map<String, Backlog> otherBacklogs) {
    return new EpochPlan(
        pipeline,
        number,
        plannedAt,
        otherSlices,
        positions,
        versions,
        startsUpdate,
        inputs,
        otherRounds,
        otherDecided,
        otherUpdate,
        otherBacklogs);
  }
}
