package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.source.Reread;
import io.lakebeam.source.Slice;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Slices of one source that one worker reads one after the other.
 *
 * @param ingestedAt when the epoch was planned
 */
public record ReadTask(Instant ingestedAt, List<Slice> slices) implements Serializable {
  /** More would be much to do again when a worker dies. */
  private static final long MOST_ROWS = 250_000;

  /** Less would make many small files. */
  private static final long LEAST_ROWS = 10_000;

  public ReadTask {
    slices = List.copyOf(slices);
  }

  /**
   * Cuts and packs an epoch's slices of one source, so that the work is spread over the workers
   * whatever the number of partitions or files.
   *
   * @param into the tables that take the rows, where not all do that read the source
   * @param isHistory whether these are rows that were there before
   * @param workers that read at the same time
   * @param cutter a slice in parts of at most so many rows
   */
  public static List<ReadTask> of(
      EpochPlan plan,
      String source,
      Set<String> into,
      boolean isHistory,
      int workers,
      BiFunction<Slice, Long, List<? extends Slice>> cutter) {
    List<Slice> slices =
        plan.slices().stream()
            .filter(slice -> slice.source().equals(source) && slice.into().equals(into))
            .filter(slice -> slice.isHistory() == isHistory)
            .map(Reread::bare)
            .toList();
    long rows = slices.stream().mapToLong(Slice::weight).sum();
    long target = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, rows / (workers * 2L) + 1));
    List<Slice> parts = new ArrayList<>();
    slices.forEach(slice -> parts.addAll(cutter.apply(slice, target)));
    parts.sort(Comparator.comparingLong(Slice::weight).reversed());
    List<ReadTask> tasks = new ArrayList<>();
    List<Slice> pending = new ArrayList<>();
    long pendingRows = 0;
    for (Slice part : parts) {
      if (!pending.isEmpty() && pendingRows + part.weight() > target) {
        tasks.add(new ReadTask(plan.plannedAt(), pending));
        pending = new ArrayList<>();
        pendingRows = 0;
      }
      pending.add(part);
      pendingRows += part.weight();
    }
    if (!pending.isEmpty()) {
      tasks.add(new ReadTask(plan.plannedAt(), pending));
    }
    return tasks;
  }
}
