package io.lakebeam.delta.sorted;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The rows of files, gone through once in the order of their keys. Files of the table's own are
 * sorted; one that somebody else has written is sorted here.
 */
public final class LeafRows implements AutoCloseable {
  private final Place table;
  private final TableSchema schema;
  private final Keys keys;
  private final Comparator<InternalRow> order;
  private final PriorityQueue<Leaf> leaves;
  private final List<CloseableIterator<InternalRow>> opened = new ArrayList<>();
  private final List<RowSorter> sorters = new ArrayList<>();

  /**
   * @param table whose files they are
   * @param schema what the table stores
   */
  public LeafRows(Place table, TableSchema schema, Keys keys, List<DataFile> files) {
    this.table = table;
    this.schema = schema;
    this.keys = keys;
    this.order = keys.ofRows();
    this.leaves = new PriorityQueue<>((one, other) -> order.compare(one.head, other.head));
    try {
      files.forEach(this::open);
    } catch (RuntimeException e) {
      close();
      throw e;
    }
  }

  /** A file with its next row. */
  private static final class Leaf {
    private final CloseableIterator<InternalRow> file;
    private final Iterator<? extends InternalRow> rows;
    private InternalRow head;

    Leaf(CloseableIterator<InternalRow> file, Iterator<? extends InternalRow> rows) {
      this.file = file;
      this.rows = rows;
    }
  }

  private void open(DataFile file) {
    CloseableIterator<InternalRow> read = DataFileReader.read(table, file, schema, schema.names());
    opened.add(read);
    Leaf leaf = new Leaf(read, keys.range(file).isPresent() ? read : sorted(read));
    next(leaf);
  }

  private Iterator<? extends InternalRow> sorted(CloseableIterator<InternalRow> read) {
    RowSorter sorter = new RowSorter(schema, order);
    sorters.add(sorter);
    read.forEachRemaining(sorter::add);
    return sorter.rows();
  }

  private void next(Leaf leaf) {
    @Nullable InternalRow before = leaf.head;
    if (!leaf.rows.hasNext()) {
      leaf.file.close();
      opened.remove(leaf.file);
      return;
    }
    leaf.head = leaf.rows.next();
    if (before != null && order.compare(before, leaf.head) > 0) {
      throw new IllegalStateException("a file of " + table + " is not sorted by its keys");
    }
    leaves.add(leaf);
  }

  /** Hands out the rows before that of a key. */
  public void before(InternalRow key, Consumer<InternalRow> out) {
    while (!leaves.isEmpty() && order.compare(leaves.peek().head, key) < 0) {
      take(out);
    }
  }

  /** The rows of a key, after {@link #before}. */
  public List<InternalRow> like(InternalRow key) {
    List<InternalRow> like = new ArrayList<>();
    while (!leaves.isEmpty() && order.compare(leaves.peek().head, key) == 0) {
      take(like::add);
    }
    return like;
  }

  /** Hands out all rows that are left. */
  public void rest(Consumer<InternalRow> out) {
    while (!leaves.isEmpty()) {
      take(out);
    }
  }

  private void take(Consumer<InternalRow> out) {
    Leaf leaf = leaves.poll();
    out.accept(leaf.head);
    next(leaf);
  }

  @Override
  public void close() {
    leaves.clear();
    opened.forEach(CloseableIterator::close);
    sorters.forEach(RowSorter::close);
  }
}
