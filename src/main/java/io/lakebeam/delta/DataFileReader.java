package io.lakebeam.delta;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.parquet.RowReadSupport;
import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.values.Row;
import org.apache.hadoop.fs.Path;
import org.apache.parquet.hadoop.ParquetReader;
import org.apache.parquet.hadoop.api.ReadSupport;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.apache.parquet.io.InputFile;

/**
 * Reads the rows of a table's data file, whoever wrote it.
 *
 * <pre>{@code
 * try (CloseableIterator<Row> rows = DataFileReader.read(path, file, schema, List.of("carrier"))) {
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
   * @param tablePath URI or path of the table's folder
   * @param tableSchema the table's, with its partition columns
   * @param columns names in the schema, in the order wanted; others are not read from the disk
   * @throws DeltaException here or from the iterator, when the file is gone or damaged
   * @throws StorageException here or from the iterator, when the storage does not give it
   * @throws IllegalArgumentException when the schema has no such column
   */
  public static CloseableIterator<Row> read(
      String tablePath, DataFile file, TableSchema tableSchema, List<String> columns) {
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
    return read(file.location(tablePath), new RowReadSupport(wanted, typed(file, wanted)));
  }

  /**
   * The rows of a Parquet file that belongs to no table.
   *
   * @param schema columns wanted, found by name
   */
  public static CloseableIterator<Row> read(Path file, TableSchema schema) {
    return read(file, new RowReadSupport(schema.columns(), Map.of()));
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

  private static CloseableIterator<Row> read(Path file, RowReadSupport support) {
    try {
      InputFile input = HadoopInputFile.fromPath(file, Storage.configuration());
      return new Rows(file.toString(), new Builder(input, support).build());
    } catch (FileNotFoundException e) {
      throw new DeltaException(
          "the data file "
              + file
              + " is gone, though its table's log has it: restore it from a copy of the lake",
          e);
    } catch (IOException e) {
      throw new StorageException("read", file.toString(), e);
    }
  }

  private static final class Builder extends ParquetReader.Builder<Row> {
    private final RowReadSupport support;

    Builder(InputFile file, RowReadSupport support) {
      super(file);
      this.support = support;
    }

    @Override
    protected ReadSupport<Row> getReadSupport() {
      return support;
    }
  }

  private static final class Rows implements CloseableIterator<Row> {
    private final String file;
    private final ParquetReader<Row> reader;
    private Row next;
    private boolean ended;

    Rows(String file, ParquetReader<Row> reader) {
      this.file = file;
      this.reader = reader;
    }

    @Override
    public boolean hasNext() {
      if (next == null && !ended) {
        try {
          next = reader.read();
          ended = next == null;
        } catch (IOException e) {
          throw new StorageException("read", file, e);
        } catch (RuntimeException e) {
          // A damaged file fails anywhere in the reader, with whatever exception comes first.
          throw new DeltaException(
              "the data file " + file + " is damaged: restore it from a copy of the lake", e);
        }
      }
      return next != null;
    }

    @Override
    public Row next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      Row row = next;
      next = null;
      return row;
    }

    @Override
    public void close() {
      try {
        reader.close();
      } catch (IOException e) {
        throw new StorageException("close", file, e);
      }
    }
  }
}
