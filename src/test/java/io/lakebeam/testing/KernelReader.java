package io.lakebeam.testing;

import io.delta.kernel.Scan;
import io.delta.kernel.Snapshot;
import io.delta.kernel.Table;
import io.delta.kernel.data.ColumnVector;
import io.delta.kernel.data.ColumnarBatch;
import io.delta.kernel.data.FilteredColumnarBatch;
import io.delta.kernel.data.Row;
import io.delta.kernel.defaults.engine.DefaultEngine;
import io.delta.kernel.engine.Engine;
import io.delta.kernel.internal.InternalScanFileUtils;
import io.delta.kernel.internal.data.ScanStateRow;
import io.delta.kernel.internal.util.Utils;
import io.delta.kernel.types.ArrayType;
import io.delta.kernel.types.BinaryType;
import io.delta.kernel.types.BooleanType;
import io.delta.kernel.types.ByteType;
import io.delta.kernel.types.DataType;
import io.delta.kernel.types.DateType;
import io.delta.kernel.types.DecimalType;
import io.delta.kernel.types.DoubleType;
import io.delta.kernel.types.FloatType;
import io.delta.kernel.types.IntegerType;
import io.delta.kernel.types.LongType;
import io.delta.kernel.types.MapType;
import io.delta.kernel.types.ShortType;
import io.delta.kernel.types.StringType;
import io.delta.kernel.types.StructField;
import io.delta.kernel.types.StructType;
import io.delta.kernel.types.TimestampType;
import io.delta.kernel.utils.CloseableIterator;
import io.lakebeam.storage.Place;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Opens Delta tables with Delta Kernel; rows come in the shapes of {@link SparkReader}. */
public final class KernelReader {
  /** Held, because the JDK forgets the level of a logger that nobody refers to. */
  private static final Logger QUIET = Logger.getLogger("io.delta.kernel");

  static {
    QUIET.setLevel(Level.SEVERE);
  }

  private KernelReader() {}

  /** Every row of a table, in no particular order. */
  public static List<Map<String, Object>> read(String tablePath) {
    return read(Place.of(tablePath));
  }

  /** Every row of a table, in no particular order; with the credentials for the place. */
  public static List<Map<String, Object>> read(Place table) {
    Engine engine = DefaultEngine.create(table.storage().configuration());
    Snapshot snapshot = Table.forPath(engine, table.uri()).getLatestSnapshot(engine);
    Scan scan = snapshot.getScanBuilder().build();
    Row state = scan.getScanState(engine);
    List<Map<String, Object>> rows = new ArrayList<>();
    try (CloseableIterator<FilteredColumnarBatch> files = scan.getScanFiles(engine)) {
      while (files.hasNext()) {
        try (CloseableIterator<Row> file = files.next().getRows()) {
          while (file.hasNext()) {
            read(engine, state, file.next(), rows);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return rows;
  }

  private static void read(Engine engine, Row state, Row file, List<Map<String, Object>> rows)
      throws IOException {
    StructType physical = ScanStateRow.getPhysicalDataReadSchema(engine, state);
    CloseableIterator<ColumnarBatch> data =
        engine
            .getParquetHandler()
            .readParquetFiles(
                Utils.singletonCloseableIterator(InternalScanFileUtils.getAddFileStatus(file)),
                physical,
                Optional.empty());
    try (CloseableIterator<FilteredColumnarBatch> batches =
        Scan.transformPhysicalData(engine, state, file, data)) {
      while (batches.hasNext()) {
        ColumnarBatch batch = batches.next().getData();
        for (int row = 0; row < batch.getSize(); row++) {
          Map<String, Object> values = new LinkedHashMap<>();
          for (int i = 0; i < batch.getSchema().length(); i++) {
            StructField field = batch.getSchema().at(i);
            values.put(field.getName(), value(batch.getColumnVector(i), row));
          }
          rows.add(values);
        }
      }
    }
  }

  private static Object value(ColumnVector vector, int row) {
    if (vector.isNullAt(row)) {
      return null;
    }
    DataType type = vector.getDataType();
    if (type instanceof BooleanType) {
      return vector.getBoolean(row);
    }
    if (type instanceof ByteType) {
      return vector.getByte(row);
    }
    if (type instanceof ShortType) {
      return vector.getShort(row);
    }
    if (type instanceof IntegerType) {
      return vector.getInt(row);
    }
    if (type instanceof LongType) {
      return vector.getLong(row);
    }
    if (type instanceof FloatType) {
      return vector.getFloat(row);
    }
    if (type instanceof DoubleType) {
      return vector.getDouble(row);
    }
    if (type instanceof StringType) {
      return vector.getString(row);
    }
    if (type instanceof BinaryType) {
      return vector.getBinary(row);
    }
    if (type instanceof DateType) {
      return LocalDate.ofEpochDay(vector.getInt(row));
    }
    if (type instanceof TimestampType) {
      return Instant.EPOCH.plus(vector.getLong(row), ChronoUnit.MICROS);
    }
    if (type instanceof DecimalType) {
      return vector.getDecimal(row);
    }
    return nested(type, vector, row);
  }

  private static Object nested(DataType type, ColumnVector vector, int row) {
    if (type instanceof ArrayType) {
      List<Object> elements = new ArrayList<>();
      for (int i = 0; i < vector.getArray(row).getSize(); i++) {
        elements.add(value(vector.getArray(row).getElements(), i));
      }
      return elements;
    }
    if (type instanceof MapType) {
      Map<Object, Object> entries = new LinkedHashMap<>();
      for (int i = 0; i < vector.getMap(row).getSize(); i++) {
        entries.put(
            value(vector.getMap(row).getKeys(), i), value(vector.getMap(row).getValues(), i));
      }
      return entries;
    }
    if (type instanceof StructType struct) {
      Map<String, Object> values = new LinkedHashMap<>();
      for (int i = 0; i < struct.length(); i++) {
        values.put(struct.at(i).getName(), value(vector.getChild(i), row));
      }
      return values;
    }
    throw new IllegalArgumentException("Kernel's " + type);
  }
}
