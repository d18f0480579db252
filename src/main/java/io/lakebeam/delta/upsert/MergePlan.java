package io.lakebeam.delta.upsert;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.sorted.KeyRange;
import io.lakebeam.delta.sorted.Keys;
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
 * Divides a merge into units that can be done beside each other. The keys are cut into slots, each
 * with the files whose ranges meet; a slot without a changed key is left alone, and so is a file of
 * a slot that cannot have one.
 *
 * <pre>
 *  files of the table   |--a--|   |---b---|      |--d--|
 *                                     |--c--|
 *  slots              ──────────┼────────────────┼──────────
 *  changed keys             x          x x
 *  units                 a, x     b, c, x, x
 * </pre>
 *
 * <p>A key between two files belongs to the one before it, so that files grow and are split, rather
 * than that small ones lie between them. For one thread.
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

  /** A file and its keys; null where nothing says which. */
  private record Leaf(DataFile file, KeyRange range) {}

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

  /** Keys from one on, up to those of the next slot. */
  private static final class Slot {
    private final UnsafeRow from;
    private final List<Leaf> leaves = new ArrayList<>();
    private final TreeSet<Integer> touched = new TreeSet<>();
    private final List<UnsafeRow> sample = new ArrayList<>();
    private UnsafeRow greatest;
    private long changes;

    Slot(UnsafeRow from) {
      this.from = from;
    }
  }

  List<MergeUnit> units(List<DataFile> leaves, List<DataFile> remembered, List<DataFile> changes) {
    List<Slot> slots = slots(leaves);
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
            take(key, slots, random);
          });
      changed.add(of);
    }
    List<MergeUnit> units = new ArrayList<>();
    for (int i = 0; i < slots.size(); i++) {
      Slot slot = slots.get(i);
      if (truncates) {
        IntStream.range(0, slot.leaves.size()).forEach(slot.touched::add);
      }
      if (slot.changes > 0 || !slot.touched.isEmpty()) {
        UnsafeRow until = i + 1 < slots.size() ? slots.get(i + 1).from : null;
        add(slot, until, changed, remembered, units);
      }
    }
    return units;
  }

  private List<Slot> slots(List<DataFile> files) {
    List<Leaf> leaves =
        files.stream().map(file -> new Leaf(file, keys.range(file).orElse(null))).toList();
    List<Slot> slots = new ArrayList<>(List.of(new Slot(null)));
    if (leaves.stream().anyMatch(leaf -> leaf.range() == null)) {
      slots.get(0).leaves.addAll(leaves);
      return slots;
    }
    List<Leaf> sorted =
        leaves.stream()
            .sorted((a, b) -> order.compare(a.range().first(), b.range().first()))
            .toList();
    for (Leaf leaf : sorted) {
      Slot last = slots.get(slots.size() - 1);
      UnsafeRow first = leaf.range().first();
      if (last.greatest != null && order.compare(first, last.greatest) > 0) {
        last = new Slot(first);
        slots.add(last);
      }
      last.leaves.add(leaf);
      if (last.greatest == null || order.compare(leaf.range().last(), last.greatest) > 0) {
        last.greatest = leaf.range().last();
      }
    }
    return slots;
  }

  private void take(UnsafeRow key, List<Slot> slots, Random random) {
    Slot slot = slots.get(slotOf(key, slots));
    slot.changes++;
    if (slot.sample.size() < SAMPLE) {
      slot.sample.add(key.copy());
    } else if (random.nextLong(slot.changes) < SAMPLE) {
      slot.sample.set(random.nextInt(SAMPLE), key.copy());
    }
    touch(key, slot);
  }

  private int slotOf(UnsafeRow key, List<Slot> slots) {
    int low = 0;
    int high = slots.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (order.compare(slots.get(middle).from, key) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }

  private void touch(UnsafeRow key, Slot slot) {
    if (slot.touched.size() == slot.leaves.size()) {
      return;
    }
    boolean isIn = false;
    for (int i = 0; i < slot.leaves.size(); i++) {
      KeyRange range = slot.leaves.get(i).range();
      if (range == null || range.contains(key, order)) {
        slot.touched.add(i);
        isIn = true;
      }
    }
    if (!isIn) {
      nearest(key, slot);
    }
  }

  /** The last file that begins before a key, if it is of the key's partition. */
  private void nearest(UnsafeRow key, Slot slot) {
    for (int i = slot.leaves.size() - 1; i >= 0; i--) {
      UnsafeRow first = slot.leaves.get(i).range().first();
      if ((order.compare(first, key) <= 0 || i == 0) && keys.areAlike(first, key, ofPartition)) {
        slot.touched.add(i);
        return;
      }
    }
  }

  private void add(
      Slot slot,
      UnsafeRow until,
      List<Changed> changes,
      List<DataFile> remembered,
      List<MergeUnit> units) {
    List<DataFile> leaves = slot.touched.stream().map(i -> slot.leaves.get(i).file()).toList();
    List<UnsafeRow> cuts = new ArrayList<>();
    cuts.add(slot.from);
    if (leaves.isEmpty() && slot.changes > UNIT_CHANGES) {
      cuts.addAll(cuts(slot));
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
  private List<UnsafeRow> cuts(Slot slot) {
    List<UnsafeRow> sorted = slot.sample.stream().sorted(order).toList();
    int parts = (int) (slot.changes / UNIT_CHANGES) + 1;
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
