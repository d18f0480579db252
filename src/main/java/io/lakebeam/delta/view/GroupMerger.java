package io.lakebeam.delta.view;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.RowFit;
import io.lakebeam.delta.sorted.KeyRange;
import io.lakebeam.delta.sorted.Keys;
import io.lakebeam.delta.sorted.LeafRows;
import io.lakebeam.delta.sorted.LeafWriter;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import java.io.Serializable;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * Adds groups to the rows that a view has of one slot of keys: goes through the groups and the rows
 * of the files in the order of their keys, all at once, and writes the rows as they are then. In
 * memory are the batches as they are packed, those that are gone through unpacked, and a row of
 * each file. For one thread.
 */
public final class GroupMerger {
  private final ViewTable table;
  private final Groups groups;
  private final Keys keys;
  private final Comparator<InternalRow> order;
  private final TableSchema schema;
  private final RowFit fit;
  private long count;

  /**
   * @param groups of the view; none of them counts
   */
  public GroupMerger(ViewTable table, Groups groups) {
    this.table = table;
    this.groups = groups;
    this.keys = groups.keys();
    this.order = keys.order();
    this.schema = Groups.storedSchema(table.query());
    this.fit = new RowFit(schema, table.partitionBy());
  }

  /** What became of a slot. */
  public record Merged(List<DataFile> added, List<DataFile> removed, long rows)
      implements Serializable {
    public Merged {
      added = List.copyOf(added);
      removed = List.copyOf(removed);
    }
  }

  /**
   * @param batches of the slot's keys, in any order; none only for a query without groups that has
   *     no row yet
   * @param leaves the view's files of the slot, by their first keys
   * @param stem part of the new files' names
   * @throws NoRoomException for a group that the table cannot hold
   */
  public Merged merge(List<GroupBatch> batches, List<DataFile> leaves, String stem) {
    List<DataFile> replaced = touched(batches, leaves);
    long news = batches.stream().mapToLong(GroupBatch::groups).sum();
    PriorityQueue<GroupBatch.Cursor> cursors =
        new PriorityQueue<>((one, other) -> order.compare(one.key(), other.key()));
    batches.forEach(
        batch -> cursors.add(new GroupBatch.Cursor(batch, groups.keyWidth(), groups.partWidth())));
    try (LeafRows rows = new LeafRows(table.path(), schema, keys, replaced);
        LeafWriter written =
            new LeafWriter(
                table.path(),
                schema,
                table.partitionBy(),
                keys,
                stem,
                expected(replaced, news),
                table.fileRows())) {
      count = 0;
      merge(cursors, rows, written);
      return new Merged(written.finish(), replaced, count);
    }
  }

  private void merge(PriorityQueue<GroupBatch.Cursor> cursors, LeafRows rows, LeafWriter written) {
    Consumer<InternalRow> out =
        row -> {
          written.write(row);
          count++;
        };
    if (cursors.isEmpty() && groups.keyWidth() == 0) {
      // A query without GROUP BY has one row, whether or not there is anything to add up.
      out.accept(groups.rowOfNothing());
    }
    while (!cursors.isEmpty()) {
      UnsafeRow key = cursors.element().key().copy();
      InternalRow place = groups.place(key);
      rows.before(place, out);
      InternalRow group = null;
      while (!cursors.isEmpty() && order.compare(cursors.element().key(), key) == 0) {
        GroupBatch.Cursor cursor = cursors.remove();
        UnsafeRow part = cursor.next();
        if (group == null) {
          group = groups.begin(part);
        } else {
          groups.merge(group, part);
        }
        if (cursor.hasNext()) {
          cursors.add(cursor);
        }
      }
      for (InternalRow row : rows.like(place)) {
        groups.mergeStored(group, row);
      }
      InternalRow row = groups.row(key, group);
      fit.problem(row).ifPresent(GroupMerger::refuse);
      out.accept(row);
    }
    rows.rest(out);
  }

  private static void refuse(String problem) {
    throw new NoRoomException(
        "a group cannot be stored",
        problem,
        "let the query give values that fit, for instance with a CASE around the expression");
  }

  /** Files that may have one of the groups, and those that groups between files belong to. */
  private List<DataFile> touched(List<GroupBatch> batches, List<DataFile> leaves) {
    TreeSet<Integer> touched = new TreeSet<>();
    for (GroupBatch batch : batches) {
      KeyRange of = new KeyRange(keys.of(batch.first()), keys.of(batch.last()));
      boolean isIn = false;
      for (int i = 0; i < leaves.size(); i++) {
        if (keys.range(leaves.get(i)).stream().allMatch(range -> range.meets(of, order))) {
          touched.add(i);
          isIn = true;
        }
      }
      if (!isIn) {
        nearest(of.first(), leaves, touched);
      }
    }
    return touched.stream().map(leaves::get).toList();
  }

  /** The last file of the partition that begins before a key, or else its first one. */
  private void nearest(UnsafeRow key, List<DataFile> leaves, TreeSet<Integer> touched) {
    int ofPartition = table.partitionBy().size();
    int best = -1;
    for (int i = 0; i < leaves.size(); i++) {
      UnsafeRow first = keys.range(leaves.get(i)).orElseThrow().first();
      boolean isNearer = best < 0 || order.compare(first, key) <= 0;
      if (isNearer && keys.areAlike(first, key, ofPartition)) {
        best = i;
      }
    }
    if (best >= 0) {
      touched.add(best);
    }
  }

  /** How many rows there will be, about. */
  private long expected(List<DataFile> replaced, long news) {
    boolean isKnown = replaced.stream().allMatch(file -> file.rows() >= 0);
    return isKnown ? replaced.stream().mapToLong(DataFile::rows).sum() + news : table.fileRows();
  }
}
