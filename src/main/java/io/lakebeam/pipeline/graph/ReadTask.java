package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.source.Slice;
import java.io.Serializable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;

/**
 * Slices of one source that one worker reads one after the other.
 *
 * @param ingestedAt when the epoch was planned
 */
record ReadTask(Instant ingestedAt, List<Slice> slices) implements Serializable {
  /** More would be much to do again when a worker dies. */
  private static final long MOST_ROWS = 250_000;

  /** Less would make many small files. */
  private static final long LEAST_ROWS = 10_000;

  ReadTask {
    slices = List.copyOf(slices);
  }

  /**
   * Cuts and packs an epoch's slices of one source, so that the work is spread over the workers
   * whatever the number of partitions or files.
   *
   * @param into tables that take the rows of a table; none for a source
   * @param workers that read at the same time
   */
  static List<ReadTask> of(EpochPlan plan, String source, Set<String> into, int workers) {
    List<Slice> slices =
        plan.slices().stream()
            .filter(slice -> slice.source().equals(source) && slice.into().equals(into))
            .toList();
    long rows = slices.stream().mapToLong(slice -> slice.rows().orElse(0)).sum();
    long target = Math.max(LEAST_ROWS, Math.min(MOST_ROWS, rows / (workers * 2L) + 1));
    List<Slice> parts = new ArrayList<>();
    for (Slice slice : slices) {
      if (slice instanceof Slice.KafkaRange range) {
        parts.addAll(range.cut(target));
      } else if (slice instanceof Slice.TableRows table) {
        parts.addAll(table.cut());
      } else {
        parts.add(slice);
      }
    }
    parts.sort(Comparator.comparingLong(ReadTask::weight).reversed());
    List<ReadTask> tasks = new ArrayList<>();
    List<Slice> pending = new ArrayList<>();
    long pendingRows = 0;
    for (Slice part : parts) {
      if (!pending.isEmpty() && pendingRows + weight(part) > target) {
        tasks.add(new ReadTask(plan.plannedAt(), pending));
        pending = new ArrayList<>();
        pendingRows = 0;
      }
      pending.add(part);
      pendingRows += weight(part);
    }
    if (!pending.isEmpty()) {
      tasks.add(new ReadTask(plan.plannedAt(), pending));
    }
    return tasks;
  }

  /** In rows; a file's are guessed from its size. */
  private static long weight(Slice slice) {
    if (slice instanceof Slice.FileSlice file) {
      return file.bytes() / 150;
    }
    return slice.rows().orElse(LEAST_ROWS);
  }
}
