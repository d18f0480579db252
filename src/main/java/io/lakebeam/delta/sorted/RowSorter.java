package io.lakebeam.delta.sorted;

import com.github.luben.zstd.ZstdInputStream;
import com.github.luben.zstd.ZstdOutputStream;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.sql.catalyst.RowBytes;
import io.lakebeam.storage.PrivateFolder;
import io.lakebeam.storage.StorageException;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.PriorityQueue;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Sorts rows that need not fit into memory: what does not is put aside on this machine's disk, in
 * sorted files that are gone through together. For one thread.
 *
 * <pre>{@code
 * try (RowSorter sorter = new RowSorter(schema, order)) {
 *   sorter.add(row);
 *   SortedRows sorted = sorter.sorted();
 * }
 * }</pre>
 */
public final class RowSorter implements AutoCloseable {
  /** What rows may take in memory, in bytes: some 300,000 changes of ten columns. */
  private static final long MEMORY = 64L << 20;

  /** What a row takes in memory beside its bytes: two objects and a place in a list. */
  private static final int ROW_OVERHEAD = 80;

  /** A file that is read has about that much of it in memory, packed and unpacked. */
  private static final int BUFFER = 64 << 10;

  private static final int FAST = 1;

  private final int width;
  private final Comparator<InternalRow> order;
  private final RowBytes compact;
  private final long memory;
  private final List<UnsafeRow> rows = new ArrayList<>();
  private final List<Path> files = new ArrayList<>();
  private final List<Run> open = new ArrayList<>();
  private long bytes;
  private long count;
  private @Nullable UnsafeRow least;
  private @Nullable UnsafeRow greatest;

  /**
   * @param schema of the rows
   */
  public RowSorter(TableSchema schema, Comparator<InternalRow> order) {
    this(schema, order, MEMORY);
  }

  RowSorter(TableSchema schema, Comparator<InternalRow> order, long memory) {
    this.width = schema.columns().size();
    this.order = order;
    this.memory = memory;
    this.compact =
        new RowBytes(schema.columns().stream().map(each -> SparkTypes.of(each.type())).toList());
  }

  /**
   * Adds a row, which is copied.
   *
   * @param row with the columns of the schema
   * @throws StorageException when it finds no room on the disk
   */
  public void add(InternalRow row) {
    UnsafeRow copy = (row instanceof UnsafeRow packed ? packed : compact.of(row)).copy();
    rows.add(copy);
    count++;
    bytes += copy.getSizeInBytes() + ROW_OVERHEAD;
    if (bytes > memory) {
      putAside();
    }
  }

  /** How many rows there are. */
  public long count() {
    return count;
  }

  /**
   * The rows in their order, after the last one is added.
   *
   * @throws StorageException here or from the rows, when the disk does not give them back
   */
  public SortedRows sorted() {
    return new SortedRows(order, rows());
  }

  /** The rows in their order, after the last one is added. */
  Iterator<UnsafeRow> rows() {
    sortRows();
    PriorityQueue<Run> runs =
        new PriorityQueue<>((one, other) -> order.compare(one.head, other.head));
    if (!rows.isEmpty()) {
      runs.add(new Run(rows.iterator()));
    }
    for (Path file : files) {
      Run run = new Run(file, width);
      open.add(run);
      runs.add(run);
    }
    return runs.size() == 1 ? runs.element() : new Merged(runs);
  }

  /** True when a row may have the place of that one: always, where not all are in memory. */
  public boolean mayHave(InternalRow row) {
    return !files.isEmpty() || Collections.binarySearch(rows, row, order) >= 0;
  }

  /** The first and the last row, after {@link #sorted}; empty when there is none. */
  public List<UnsafeRow> ends() {
    return least == null ? List.of() : List.of(least, greatest);
  }

  private void sortRows() {
    rows.sort(order);
    if (rows.isEmpty()) {
      return;
    }
    UnsafeRow first = rows.get(0);
    UnsafeRow last = rows.get(rows.size() - 1);
    least = least == null || order.compare(first, least) < 0 ? first : least;
    greatest = greatest == null || order.compare(last, greatest) > 0 ? last : greatest;
  }

  private void putAside() {
    sortRows();
    try {
      Path file = Files.createTempFile(PrivateFolder.make(), "sorted-", ".zst");
      files.add(file);
      try (DataOutputStream out =
          new DataOutputStream(
              new BufferedOutputStream(
                  new ZstdOutputStream(Files.newOutputStream(file), FAST), BUFFER))) {
        for (UnsafeRow row : rows) {
          out.writeInt(row.getSizeInBytes());
          row.writeToStream(out, null);
        }
        out.writeInt(-1);
      }
    } catch (IOException e) {
      throw new StorageException("write", PrivateFolder.make().toString(), e);
    }
    rows.clear();
    bytes = 0;
  }

  /** Closes and deletes what was put aside. */
  @Override
  public void close() {
    open.forEach(Run::close);
    rows.clear();
    for (Path file : files) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new StorageException("delete", file.toString(), e);
      }
    }
    files.clear();
  }

  /** Rows that are sorted, with the next one. */
  private static final class Run implements Iterator<UnsafeRow> {
    private final @Nullable Iterator<UnsafeRow> inMemory;
    private final @Nullable DataInputStream in;
    private final @Nullable Path file;
    private final int width;
    private UnsafeRow head;

    Run(Iterator<UnsafeRow> inMemory) {
      this.inMemory = inMemory;
      this.in = null;
      this.file = null;
      this.width = 0;
      advance();
    }

    Run(Path file, int width) {
      this.inMemory = null;
      this.file = file;
      this.width = width;
      try {
        this.in =
            new DataInputStream(
                new BufferedInputStream(new ZstdInputStream(Files.newInputStream(file)), BUFFER));
      } catch (IOException e) {
        throw new StorageException("read", file.toString(), e);
      }
      advance();
    }

    private void advance() {
      if (inMemory != null) {
        head = inMemory.hasNext() ? inMemory.next() : null;
        return;
      }
      try {
        int length = in.readInt();
        if (length < 0) {
          head = null;
          return;
        }
        byte[] read = new byte[length];
        in.readFully(read);
        head = new UnsafeRow(width);
        head.pointTo(read, length);
      } catch (IOException e) {
        throw new StorageException("read", String.valueOf(file), e);
      }
    }

    @Override
    public boolean hasNext() {
      return head != null;
    }

    @Override
    public UnsafeRow next() {
      if (head == null) {
        throw new NoSuchElementException();
      }
      UnsafeRow row = head;
      advance();
      return row;
    }

    void close() {
      if (in != null) {
        try {
          in.close();
        } catch (IOException e) {
          throw new StorageException("close", String.valueOf(file), e);
        }
      }
    }
  }

  /** Several runs as one. */
  private record Merged(PriorityQueue<Run> runs) implements Iterator<UnsafeRow> {
    @Override
    public boolean hasNext() {
      return !runs.isEmpty();
    }

    @Override
    public UnsafeRow next() {
      Run run = runs.poll();
      if (run == null) {
        throw new NoSuchElementException();
      }
      UnsafeRow row = run.next();
      if (run.hasNext()) {
        runs.add(run);
      }
      return row;
    }
  }
}
