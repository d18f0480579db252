package io.lakebeam.delta.file;

import io.lakebeam.delta.DataFile;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * Writes rows into new data files of a table, one for each partition. The files belong to the table
 * once they are committed; until then nobody sees them.
 *
 * <pre>{@code
 * try (DataFileWriter writer = new DataFileWriter(path, schema, List.of("flight_date"), "42")) {
 *   rows.forEach(writer::write);
 *   files = writer.finish();
 * }
 * }</pre>
 *
 * After an exception only {@link #abort} and {@link #close} may follow. Not thread-safe.
 */
public final class DataFileWriter implements AutoCloseable {
  /** Every open file holds a row group in memory, {@link RowSinks#ROW_GROUP_BYTES} at most. */
  private static final int MOST_OPEN = 16;

  /** Rows that wait for their partition's file; a bundle seldom has more. */
  private static final int MOST_WAITING = 50_000;

  /** What they may hold, for a row may be large. */
  private static final long MOST_WAITING_BYTES = 64 << 20;

  private final Place table;
  private final TableSchema file;
  private final int[] positions;
  private final List<Column> partitionColumns;
  private final int[] partitionPositions;
  private final RowFields fields;
  private static final String PART = "part-";

  private final String stem;
  private final int mostOpen;

  private final Map<Object, OpenFile> open = new LinkedHashMap<>();

  /**
   * Rows of further partitions, which get their files one after the other: rows of many partitions
   * in turn would otherwise open a file each.
   */
  private final Map<Object, List<InternalRow>> waiting = new LinkedHashMap<>();

  private final List<OpenFile> closed = new ArrayList<>();
  private Object lastKey;
  private OpenFile lastFile;
  private final RowFit sizes;
  private int waitingRows;
  private long waitingBytes;
  private boolean done;

  /**
   * @param schema of the rows, in their order: which they do not say themselves
   * @param partitionBy columns of the schema; they are in the log, not in the files
   * @param stem a part of every file's name that says where the file comes from, like an epoch's
   *     number; may be empty
   */
  public DataFileWriter(Place table, TableSchema schema, List<String> partitionBy, String stem) {
    this(table, schema, partitionBy, stem, MOST_OPEN);
  }

  DataFileWriter(
      Place table, TableSchema schema, List<String> partitionBy, String stem, int mostOpen) {
    this.table = table;
    this.stem = stem.isEmpty() ? "" : stem + "-";
    this.mostOpen = mostOpen;
    this.sizes = new RowFit(schema, List.of());
    this.fields = new RowFields(schema);
    List<String> names = schema.names();
    this.partitionPositions = partitionBy.stream().mapToInt(names::indexOf).toArray();
    if (Arrays.stream(partitionPositions).anyMatch(position -> position < 0)) {
      throw new IllegalArgumentException(partitionBy + " are not all in " + schema.ddl());
    }
    this.partitionColumns =
        Arrays.stream(partitionPositions).mapToObj(schema.columns()::get).toList();
    List<Column> columns = new ArrayList<>(schema.columns());
    columns.removeAll(partitionColumns);
    this.file = new TableSchema(columns);
    this.positions = columns.stream().mapToInt(schema.columns()::indexOf).toArray();
  }

  /** How the names of all files begin that are written with a stem. */
  public static String nameBeginning(String stem) {
    return PART + stem + "-";
  }

  /**
   * Adds a row of which {@link RowFit} has no problem to tell. The row may be used again later:
   * what is kept of it is copied.
   *
   * @throws NullInRequiredColumnException when a NOT NULL column has no value
   * @throws RuntimeException when another value cannot be stored
   * @throws io.lakebeam.storage.StorageException when the file cannot be written
   */
  public void write(InternalRow row) {
    Object key = key(row);
    if (lastFile == null || !key.equals(lastKey)) {
      OpenFile target = open.get(key);
      if (target == null && open.size() >= mostOpen) {
        await(key, row);
        return;
      }
      // The row may be used again, and its values with it.
      lastKey = target == null ? key(row.copy()) : key;
      if (target == null) {
        target = open(row);
        open.put(lastKey, target);
      }
      lastFile = target;
    }
    lastFile.write(row);
  }

  /** Closes the files and says what they hold; empty when there was no row. */
  public List<DataFile> finish() {
    for (OpenFile each : open.values()) {
      each.finish();
      closed.add(each);
    }
    open.clear();
    lastFile = null;
    while (!waiting.isEmpty()) {
      writeLargestWaiting();
    }
    List<DataFile> files = closed.stream().map(each -> each.describe(file)).toList();
    done = true;
    return files;
  }

  /** Deletes every file of this writer, finished or not. */
  public void abort() {
    done = true;
    open.values().forEach(OpenFile::abandon);
    closed.addAll(open.values());
    open.clear();
    waiting.clear();
    lastFile = null;
    closed.forEach(OpenFile::delete);
    closed.clear();
  }

  /** Aborts unless {@link #finish} was called. */
  @Override
  public void close() {
    if (!done) {
      abort();
    }
  }

  /** What tells partitions apart; the same object for all rows of a table that has none. */
  private Object key(InternalRow row) {
    if (partitionPositions.length == 0) {
      return this;
    }
    if (partitionPositions.length == 1) {
      Object value = fields.value(row, partitionPositions[0]);
      return value == null ? this : value;
    }
    Object[] values = new Object[partitionPositions.length];
    for (int i = 0; i < values.length; i++) {
      values[i] = fields.value(row, partitionPositions[i]);
    }
    return Arrays.asList(values);
  }

  private OpenFile open(InternalRow row) {
    Map<String, String> values = new LinkedHashMap<>();
    for (int i = 0; i < partitionPositions.length; i++) {
      Column column = partitionColumns.get(i);
      DataType type = column.type();
      Object value = fields.value(row, partitionPositions[i]);
      if (value == null && !column.nullable()) {
        throw new NullInRequiredColumnException(column.name());
      }
      values.put(column.name(), PartitionValues.text(type, value));
    }
    String path =
        PartitionValues.folder(values) + PART + stem + UUID.randomUUID() + ".zstd.parquet";
    return OpenFile.create(table, path, values, RowSinks.sink(file, positions));
  }

  private void await(Object key, InternalRow row) {
    InternalRow kept = row.copy();
    List<InternalRow> rows = waiting.get(key);
    if (rows == null) {
      rows = new ArrayList<>();
      waiting.put(key(kept), rows);
    }
    rows.add(kept);
    waitingRows++;
    waitingBytes += sizes.bytes(kept);
    while (waitingRows > MOST_WAITING || waitingBytes > MOST_WAITING_BYTES) {
      writeLargestWaiting();
    }
  }

  /** A file for the partition that waits with the most rows. */
  private void writeLargestWaiting() {
    Map.Entry<Object, List<InternalRow>> largest =
        Collections.max(waiting.entrySet(), Comparator.comparingInt(e -> e.getValue().size()));
    List<InternalRow> rows = largest.getValue();
    OpenFile target = open(rows.get(0));
    open.put(largest.getKey(), target);
    rows.forEach(target::write);
    target.finish();
    open.remove(largest.getKey());
    closed.add(target);
    waitingRows -= rows.size();
    waitingBytes -= rows.stream().mapToLong(sizes::bytes).sum();
    waiting.remove(largest.getKey());
  }
}
