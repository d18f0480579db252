package io.lakebeam.delta.file;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaException;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.parquet.ColumnsMismatchException;
import io.lakebeam.parquet.ParquetRows;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.util.HadoopInputFile;

/**
 * Reads the rows of a table's data file, whoever wrote it.
 *
 * <pre>{@code
 * try (CloseableIterator<InternalRow> rows = DataFileReader.read(path, file, schema, List.of("carrier"))) {
 *   rows.forEachRemaining(...);
 * }
 * }</pre>
 */
public final class DataFileReader {
  private DataFileReader() {}

  /**
   * The rows of a file, in its order, in the shape of the named columns. A column that the file
   * lacks, because it was added to the table later, is NULL.
   *
   * @param tableSchema the table's, with its partition columns
   * @param columns names in the schema, in the order wanted; others are not read from the disk
   * @throws DeltaException here or from the iterator, when the file is gone or damaged, or its path
   *     leads to where a table's files are not
   * @throws StorageException here or from the iterator, when the storage does not give it
   * @throws IllegalArgumentException when the schema has no such column
   */
  public static CloseableIterator<InternalRow> read(
      Place table, DataFile file, TableSchema tableSchema, List<String> columns) {
    List<Column> wanted =
        columns.stream()
            .map(
                name ->
                    tableSchema
                        .column(name)
                        .orElseThrow(
                            () ->
                                new IllegalArgumentException(
                                    "no column " + name + " in " + tableSchema.ddl())))
            .toList();
    Path location = file.location(table);
    Storage.requireInside(DataFile.bounds(table, location), location);
    return read(table.storage(), location, wanted, typed(file, wanted));
  }

  /**
   * The rows of a Parquet file that belongs to no table.
   *
   * @param schema columns wanted, found by name
   */
  public static CloseableIterator<InternalRow> read(
      Storage storage, Path file, TableSchema schema) {
    return read(storage, file, schema.columns(), Map.of());
  }

  private static Map<String, Object> typed(DataFile file, List<Column> wanted) {
    Map<String, Object> values = new java.util.HashMap<>();
    for (Column column : wanted) {
      if (file.partitionValues().containsKey(column.name())) {
        String text = file.partitionValues().get(column.name());
        values.put(column.name(), PartitionValues.value(column.type(), text));
      }
    }
    return values;
  }

  private static CloseableIterator<InternalRow> read(
      Storage storage, Path file, List<Column> columns, Map<String, Object> constants) {
    try {
      Configuration configuration = storage.configuration();
      HadoopInputFile input = HadoopInputFile.fromPath(file, configuration);
      return new Rows(
          file.toString(), ParquetRows.ofTable(input, configuration, columns, constants));
    } catch (FileNotFoundException e) {
      throw new DeltaException(
          ErrorCode.TABLE_DAMAGED,
          "the data file "
              + file
              + " is gone, though its table's log has it: restore it from a copy of the lake",
          e);
    } catch (IOException e) {
      throw new StorageException("read", file.toString(), e);
    } catch (ColumnsMismatchException e) {
      throw new DeltaException(
          ErrorCode.TABLE_DAMAGED,
          "the data file " + file + " does not fit its table: " + e.getMessage(),
          e);
    } catch (RuntimeException e) {
      throw damaged(file.toString(), e);
    }
  }

  private static DeltaException damaged(String file, RuntimeException e) {
    return new DeltaException(
        ErrorCode.TABLE_DAMAGED,
        "the data file " + file + " is damaged: restore it from a copy of the lake",
        e);
  }

  private static final class Rows implements CloseableIterator<InternalRow> {
    private final String file;
    private final ParquetRows rows;
    private InternalRow next;
    private boolean ended;

    Rows(String file, ParquetRows rows) {
      this.file = file;
      this.rows = rows;
    }

    @Override
    public boolean hasNext() {
      if (next == null && !ended) {
        try {
          ended = !rows.next();
          next = ended ? null : new GenericInternalRow(rows.values());
        } catch (IOException e) {
          throw new StorageException("read", file, e);
        } catch (RuntimeException e) {
          // A damaged file fails anywhere in the reader, with whatever exception comes first.
          throw damaged(file, e);
        }
        if (!ended && !rows.fault().isEmpty()) {
          throw new DeltaException(
              ErrorCode.TABLE_DAMAGED,
              "the data file " + file + " does not fit its table: " + rows.fault());
        }
      }
      return next != null;
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      InternalRow row = next;
      next = null;
      return row;
    }

    @Override
    public void close() {
      try {
        rows.close();
      } catch (IOException e) {
        throw new StorageException("close", file, e);
      }
    }
  }
}
