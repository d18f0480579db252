package io.lakebeam.delta.sorted;

import io.lakebeam.delta.DataFile;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The keys of a table, cut where its files leave room for it, so that what changes can be done
 * beside each other.
 *
 * <pre>
 *  files   |--a--|   |---b---|      |--d--|
 *                        |--c--|
 *  slots ──────────┼────────────────┼──────────
 * </pre>
 *
 * <p>A key between two files belongs to the one before it, so that files grow and are split, rather
 * than that small ones lie between them; but to the one behind it where only that is of the key's
 * partition.
 */
public final class Slots {
  private final Comparator<InternalRow> order;
  private final List<Slot> slots;

  private Slots(Comparator<InternalRow> order, List<Slot> slots) {
    this.order = order;
    this.slots = List.copyOf(slots);
  }

  /**
   * A file and its keys.
   *
   * @param range empty where nothing says which
   */
  public record Leaf(DataFile file, Optional<KeyRange> range) {}

  /**
   * Keys from one on, up to those of the next slot.
   *
   * @param from the least key; null for any
   */
  public record Slot(@Nullable UnsafeRow from, List<Leaf> leaves) {
    public Slot {
      leaves = List.copyOf(leaves);
    }
  }

  /**
   * Of the files of a table; one slot where nothing says which keys a file has.
   *
   * @param ofPartition how many of the first columns of a key say which partition it is of
   */
  public static Slots of(List<DataFile> files, Keys keys, int ofPartition) {
    Comparator<InternalRow> order = keys.order();
    List<Leaf> leaves = files.stream().map(file -> new Leaf(file, keys.range(file))).toList();
    if (leaves.stream().anyMatch(leaf -> leaf.range().isEmpty())) {
      return new Slots(order, List.of(new Slot(null, leaves)));
    }
    List<Leaf> sorted =
        leaves.stream()
            .sorted((a, b) -> order.compare(range(a).first(), range(b).first()))
            .toList();
    List<Slot> slots = new ArrayList<>();
    List<Leaf> of = new ArrayList<>();
    UnsafeRow from = null;
    UnsafeRow greatest = null;
    for (Leaf leaf : sorted) {
      UnsafeRow first = range(leaf).first();
      if (greatest != null && order.compare(first, greatest) > 0) {
        slots.add(new Slot(from, of));
        of = new ArrayList<>();
        from = keys.areAlike(greatest, first, ofPartition) ? first : keys.floor(first, ofPartition);
      }
      of.add(leaf);
      if (greatest == null || order.compare(range(leaf).last(), greatest) > 0) {
        greatest = range(leaf).last();
      }
    }
    slots.add(new Slot(from, of));
    return new Slots(order, slots);
  }

  /**
   * Without files.
   *
   * @param from the least key of each slot, in their order, but for the first slot
   */
  public static Slots from(List<byte[]> from, Keys keys) {
    List<Slot> slots = new ArrayList<>(List.of(new Slot(null, List.of())));
    from.forEach(key -> slots.add(new Slot(keys.of(key), List.of())));
    return new Slots(keys.order(), slots);
  }

  /** The least key of each slot, as bytes, but for the first slot. */
  public List<byte[]> from() {
    return slots.stream().skip(1).map(slot -> slot.from().getBytes()).toList();
  }

  private static KeyRange range(Leaf leaf) {
    return leaf.range().orElseThrow();
  }

  /** In the order of their keys; never empty. */
  public List<Slot> all() {
    return slots;
  }

  /** All files, by their first keys. */
  public List<DataFile> files() {
    return slots.stream().flatMap(slot -> slot.leaves().stream()).map(Leaf::file).toList();
  }

  /** The first key behind a slot; null for the last one. */
  public @Nullable UnsafeRow until(int slot) {
    return slot + 1 < slots.size() ? slots.get(slot + 1).from() : null;
  }

  /** Which slot a key is of. */
  public int of(InternalRow key) {
    int low = 0;
    int high = slots.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) / 2;
      if (order.compare(slots.get(middle).from(), key) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return low;
  }
}
