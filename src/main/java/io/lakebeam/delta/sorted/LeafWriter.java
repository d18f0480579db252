package io.lakebeam.delta.sorted;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Writes rows that come in the order of their keys into files of bounded size, each with the range
 * of its keys. A file ends where a partition does, as long as partitions come one after the other.
 */
public final class LeafWriter implements AutoCloseable {
  private final Place table;
  private final TableSchema schema;
  private final List<String> partitionBy;
  private final Keys keys;
  private final String stem;
  private final RowFields fields;
  private final int[] partition;
  private final long most;
  private final List<DataFile> finished = new ArrayList<>();
  private final List<DataFileWriter> writers = new ArrayList<>();
  private @Nullable DataFileWriter open;
  private @Nullable Object[] lastPartition = {};
  private UnsafeRow first;
  private InternalRow lastRow;
  private long rows;
  private boolean done;

  /**
   * @param expected rows, about: files are made of equal size
   * @param fileRows how many a file has, about
   */
  public LeafWriter(
      Place table,
      TableSchema schema,
      List<String> partitionBy,
      Keys keys,
      String stem,
      long expected,
      long fileRows) {
    this.table = table;
    this.schema = schema;
    this.partitionBy = partitionBy;
    this.keys = keys;
    this.stem = stem;
    this.fields = new RowFields(schema);
    this.partition = partitionBy.stream().mapToInt(schema.names()::indexOf).toArray();
    long files = Math.max(1, (expected + fileRows - 1) / fileRows);
    this.most = Math.max(1, (expected + files - 1) / files);
  }

  public void write(InternalRow row) {
    @Nullable Object[] of = partition(row);
    boolean isNext = open == null || keys.ofRows().compare(lastRow, row) != 0;
    boolean isOther = !Arrays.equals(of, lastPartition);
    if (open != null && isNext && (rows >= most || isOther && keys.leadWith(partitionBy))) {
      finishFile();
    }
    if (open == null) {
      open = new DataFileWriter(table, schema, partitionBy, stem);
      writers.add(open);
      first = keys.of(row).copy();
      rows = 0;
    }
    open.write(row);
    lastPartition = of;
    lastRow = row;
    rows++;
  }

  private @Nullable Object[] partition(InternalRow row) {
    @Nullable Object[] values = new Object[partition.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = fields.value(row, partition[i]);
    }
    return values;
  }

  /** A file of several partitions is as many files, of which each may have any of the keys. */
  private void finishFile() {
    KeyRange range = new KeyRange(first, keys.of(lastRow).copy());
    for (DataFile file : Objects.requireNonNull(open).finish()) {
      finished.add(range.of(file));
    }
    open = null;
  }

  public List<DataFile> finish() {
    if (open != null) {
      finishFile();
    }
    done = true;
    return finished;
  }

  /** Deletes what is written. */
  public void abort() {
    done = true;
    writers.forEach(DataFileWriter::abort);
    finished.clear();
    open = null;
  }

  @Override
  public void close() {
    if (!done) {
      abort();
    }
  }
}
