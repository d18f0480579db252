package io.lakebeam.delta;

import org.apache.avro.Conversion;
import org.apache.avro.LogicalType;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.IndexedRecord;

/**
 * How ParquetIO's sink gets at our rows. {@link RowView} hands out values as they are stored, so
 * there is nothing to convert, and nothing to look up for every value.
 *
 * <p>Public with a static {@code get()}, because the sink finds it by reflection.
 */
public final class AvroModel extends GenericData {
  private static final AvroModel INSTANCE = new AvroModel();

  private AvroModel() {}

  public static AvroModel get() {
    return INSTANCE;
  }

  @Override
  public Object getField(Object record, String name, int position) {
    return ((IndexedRecord) record).get(position);
  }

  @Override
  public <T> Conversion<T> getConversionByClass(Class<T> type, LogicalType logicalType) {
    return null;
  }
}
