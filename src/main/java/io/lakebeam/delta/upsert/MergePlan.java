package io.lakebeam.delta.upsert;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.sorted.Keys;
import io.lakebeam.delta.sorted.Slots;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Divides a merge into units that can be done beside each other: {@link Slots} of keys. One without
 * a changed key is left alone, and so is a file of a slot that cannot have one.
 *
 * <pre>
 *  files of the table   |--a--|   |---b---|      |--d--|
 *                                     |--c--|
 *  slots              ──────────┼────────────────┼──────────
 *  changed keys             x          x x
 *  units                 a, x     b, c, x, x
 * </pre>
 *
 * <p>For one thread.
 */
final class MergePlan {
  /** A unit has no more changes than this where it can be divided. */
  private static final int UNIT_CHANGES = 200_000;

  private static final int SAMPLE = 2_000;

  private final UpsertTable table;
  private final String merge;
  private final long since;
  private final @Nullable String truncated;
  private final boolean truncates;
  private final Keys keys;
  private final Comparator<InternalRow> order;
  private final int ofPartition;

  /**
   * @param merge its {@link Merge#key}
   * @param since what came before that is not remembered, in microseconds since 1970
   * @param truncated what comes before that is deleted; null for none
   * @param truncates true when rows of any file may come before that
   */
  MergePlan(
      UpsertTable table, String merge, long since, @Nullable String truncated, boolean truncates) {
    this.table = table;
    this.merge = merge;
    this.since = since;
    this.truncated = truncated;
    this.truncates = truncates;
    this.keys = table.keys();
    this.order = keys.order();
    this.ofPartition = keys.leadWith(table.partitionBy()) ? table.partitionBy().size() : 0;
  }

  /** A file of changes and its keys: a unit reads those only that may have some of its own. */
  private static final class Changed {
    private final DataFile file;
    private UnsafeRow least;
    private UnsafeRow greatest;

    Changed(DataFile file) {
      this.file = file;
    }

    void take(UnsafeRow key, Comparator<InternalRow> order) {
      if (least == null || order.compare(key, least) < 0) {
        least = key.copy();
      }
      if (greatest == null || order.compare(key, greatest) > 0) {
        greatest = key.copy();
      }
    }

    boolean meets(UnsafeRow from, UnsafeRow until, Comparator<InternalRow> order) {
      return least != null
          && (from == null || order.compare(greatest, from) >= 0)
          && (until == null || order.compare(least, until) < 0);
    }
  }

  /** What changes in a slot. */
  private static final class Work {
    private final Slots.Slot slot;
    private final TreeSet<Integer> touched = new TreeSet<>();
    private final List<UnsafeRow> sample = new ArrayList<>();
    private long changes;

    Work(Slots.Slot slot) {
      this.slot = slot;
    }
  }

  List<MergeUnit> units(List<DataFile> leaves, List<DataFile> remembered, List<DataFile> changes) {
    Slots slots = Slots.of(leaves, keys, ofPartition);
    List<Work> works = slots.all().stream().map(Work::new).toList();
    Random random = new Random(1); // the same units each time
    ChangeReader reader = new ChangeReader(table);
    List<Changed> changed = new ArrayList<>();
    for (DataFile file : changes) {
      Changed of = new Changed(file);
      reader.read(
          List.of(file),
          change -> {
            UnsafeRow key = keys.of(change);
            of.take(key, order);
            take(key, works.get(slots.of(key)), random);
          });
      changed.add(of);
    }
    List<MergeUnit> units = new ArrayList<>();
    for (int i = 0; i < works.size(); i++) {
      Work work = works.get(i);
      if (truncates) {
        IntStream.range(0, work.slot.leaves().size()).forEach(work.touched::add);
      }
      if (work.changes > 0 || !work.touched.isEmpty()) {
        add(work, slots.until(i), changed, remembered, units);
      }
    }
    return units;
  }

  private void take(UnsafeRow key, Work work, Random random) {
    work.changes++;
    if (work.sample.size() < SAMPLE) {
      work.sample.add(key.copy());
    } else if (random.nextLong(work.changes) < SAMPLE) {
      work.sample.set(random.nextInt(SAMPLE), key.copy());
    }
    touch(key, work);
  }

  private void touch(UnsafeRow key, Work work) {
    if (work.touched.size() == work.slot.leaves().size()) {
      return;
    }
    boolean isIn = false;
    for (int i = 0; i < work.slot.leaves().size(); i++) {
      if (work.slot.leaves().get(i).range().stream().allMatch(of -> of.contains(key, order))) {
        work.touched.add(i);
        isIn = true;
      }
    }
    if (!isIn) {
      nearest(key, work);
    }
  }

  /** The last file that begins before a key, if it is of the key's partition. */
  private void nearest(UnsafeRow key, Work work) {
    for (int i = work.slot.leaves().size() - 1; i >= 0; i--) {
      UnsafeRow first = work.slot.leaves().get(i).range().orElseThrow().first();
      if ((order.compare(first, key) <= 0 || i == 0) && keys.areAlike(first, key, ofPartition)) {
        work.touched.add(i);
        return;
      }
    }
  }

  private void add(
      Work work,
      UnsafeRow until,
      List<Changed> changes,
      List<DataFile> remembered,
      List<MergeUnit> units) {
    List<DataFile> leaves =
        work.touched.stream().map(i -> work.slot.leaves().get(i).file()).toList();
    List<UnsafeRow> cuts = new ArrayList<>();
    cuts.add(work.slot.from());
    if (leaves.isEmpty() && work.changes > UNIT_CHANGES) {
      cuts.addAll(cuts(work));
    }
    cuts.add(until);
    for (int i = 0; i + 1 < cuts.size(); i++) {
      UnsafeRow first = cuts.get(i);
      UnsafeRow end = cuts.get(i + 1);
      units.add(
          new MergeUnit(
              merge,
              units.size(),
              first == null ? null : first.getBytes(),
              end == null ? null : end.getBytes(),
              leaves,
              changes.stream()
                  .filter(each -> each.meets(first, end, order))
                  .map(each -> each.file)
                  .toList(),
              remembered,
              since,
              truncated,
              truncates));
    }
  }

  /** Keys that cut a slot into parts with as many changes, of a sample of them. */
  private List<UnsafeRow> cuts(Work work) {
    List<UnsafeRow> sorted = work.sample.stream().sorted(order).toList();
    int parts = (int) (work.changes / UNIT_CHANGES) + 1;
    List<UnsafeRow> cuts = new ArrayList<>();
    for (int i = 1; i < parts; i++) {
      UnsafeRow cut = sorted.get((int) ((long) i * sorted.size() / parts));
      if (cuts.isEmpty() || order.compare(cuts.get(cuts.size() - 1), cut) != 0) {
        cuts.add(cut);
      }
    }
    return cuts;
  }
}
