package io.lakebeam.source;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalType;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericFixed;
import org.apache.avro.generic.IndexedRecord;
import org.apache.beam.sdk.values.Row;
import org.joda.time.Instant;

/** A value of a Parquet file, as Avro hands it over, into a declared type. */
interface AvroValue {
  /** 1970-01-01 as the Julian day that INT96 timestamps hold. */
  int JULIAN_EPOCH_DAY = 2_440_588;

  /**
   * One value.
   *
   * @param value of the schema that this was made for, not null
   * @return as a Beam row holds it
   */
  Object convert(Object value) throws BadRecord;

  /**
   * For one type and what a file holds.
   *
   * @throws BadRecord when no value of the schema is one of the type
   */
  static AvroValue of(DataType type, Schema nullable) throws BadRecord {
    Schema schema = withoutNull(nullable);
    if (type instanceof DataType.Primitive primitive) {
      return primitive(primitive, schema);
    }
    if (type instanceof DataType.Decimal decimal
        && schema.getLogicalType() instanceof LogicalTypes.Decimal stored) {
      return value -> {
        BigDecimal number = decimal(value, stored.getScale());
        return Numbers.toDecimal(number, decimal, number.toString());
      };
    }
    if (type instanceof DataType.Array array && schema.getType() == Schema.Type.ARRAY) {
      AvroValue element = of(array.element(), schema.getElementType());
      return value -> {
        List<Object> values = new ArrayList<>();
        for (Object each : (Collection<?>) value) {
          values.add(each == null ? null : element.convert(each));
        }
        return values;
      };
    }
    if (type instanceof DataType.Map map && schema.getType() == Schema.Type.MAP) {
      TextValue keys = TextValue.of(map.key());
      AvroValue values = of(map.value(), schema.getValueType());
      return value -> {
        Map<Object, Object> converted = new LinkedHashMap<>();
        for (Map.Entry<?, ?> entry : ((Map<?, ?>) value).entrySet()) {
          Object each = entry.getValue();
          converted.put(
              keys.parse(entry.getKey().toString()), each == null ? null : values.convert(each));
        }
        return converted;
      };
    }
    if (type instanceof DataType.Struct struct && schema.getType() == Schema.Type.RECORD) {
      return struct(struct, schema);
    }
    throw mismatch(type, schema);
  }

  private static AvroValue primitive(DataType.Primitive type, Schema schema) throws BadRecord {
    LogicalType logical = schema.getLogicalType();
    Schema.Type stored = schema.getType();
    boolean plain = logical == null;
    switch (type) {
      case BOOLEAN -> {
        if (stored == Schema.Type.BOOLEAN) {
          return value -> value;
        }
      }
      case INT -> {
        if (stored == Schema.Type.INT && plain) {
          return value -> value;
        }
      }
      case BIGINT -> {
        if ((stored == Schema.Type.INT || stored == Schema.Type.LONG) && plain) {
          return value -> ((Number) value).longValue();
        }
      }
      case FLOAT -> {
        if (stored == Schema.Type.FLOAT) {
          return value -> value;
        }
      }
      case DOUBLE -> {
        boolean exact =
            stored == Schema.Type.FLOAT
                || stored == Schema.Type.DOUBLE
                || (stored == Schema.Type.INT && plain);
        if (exact) {
          return value -> ((Number) value).doubleValue();
        }
      }
      case STRING -> {
        if (stored == Schema.Type.STRING || stored == Schema.Type.ENUM) {
          return Object::toString;
        }
      }
      case BINARY -> {
        if ((stored == Schema.Type.BYTES || stored == Schema.Type.FIXED) && plain) {
          return AvroValue::bytes;
        }
      }
      case DATE -> {
        if (logical instanceof LogicalTypes.Date) {
          return value -> LocalDate.ofEpochDay((Integer) value);
        }
      }
      case TIMESTAMP -> {
        long unitsInMilli = unitsInMilli(schema);
        if (unitsInMilli != 0) {
          return value -> Instant.ofEpochMilli(Math.floorDiv((Long) value, unitsInMilli));
        }
        if (isInt96(schema)) {
          return value -> Instant.ofEpochMilli(int96Millis(bytes(value)));
        }
      }
    }
    throw mismatch(type, schema);
  }

  private static AvroValue struct(DataType.Struct type, Schema schema) throws BadRecord {
    org.apache.beam.sdk.schemas.Schema rows = type.beamType().getRowSchema();
    AvroColumns columns =
        AvroColumns.of(type.fields(), type.fields().stream().map(Column::name).toList(), schema);
    return value -> {
      Object[] values = new Object[type.fields().size()];
      columns.convert((IndexedRecord) value, values);
      return Row.withSchema(rows).attachValues(Arrays.asList(values));
    };
  }

  /** 1 or 1,000 for the instants that Avro has; 0 for other schemas. */
  static long unitsInMilli(Schema schema) {
    LogicalType logical = schema.getLogicalType();
    if (logical instanceof LogicalTypes.TimestampMillis
        || logical instanceof LogicalTypes.LocalTimestampMillis) {
      return 1;
    }
    boolean micros =
        logical instanceof LogicalTypes.TimestampMicros
            || logical instanceof LogicalTypes.LocalTimestampMicros;
    return micros ? 1000 : 0;
  }

  /** The old form of timestamps, read as 12 bytes. */
  static boolean isInt96(Schema schema) {
    return schema.getType() == Schema.Type.FIXED
        && schema.getFixedSize() == 12
        && schema.getName().equals("INT96");
  }

  static long int96Millis(byte[] bytes) {
    ByteBuffer parts = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    long nanosOfDay = parts.getLong();
    return (parts.getInt() - JULIAN_EPOCH_DAY) * 86_400_000L + nanosOfDay / 1_000_000;
  }

  static BigDecimal decimal(Object value, int scale) {
    if (value instanceof Integer || value instanceof Long) {
      return BigDecimal.valueOf(((Number) value).longValue(), scale);
    }
    return new BigDecimal(new BigInteger(bytes(value)), scale);
  }

  static byte[] bytes(Object value) {
    if (value instanceof GenericFixed fixed) {
      return fixed.bytes();
    }
    ByteBuffer buffer = ((ByteBuffer) value).duplicate();
    byte[] bytes = new byte[buffer.remaining()];
    buffer.get(bytes);
    return bytes;
  }

  static Schema withoutNull(Schema schema) {
    if (schema.getType() != Schema.Type.UNION) {
      return schema;
    }
    return schema.getTypes().stream()
        .filter(s -> s.getType() != Schema.Type.NULL)
        .findFirst()
        .orElse(schema);
  }

  private static BadRecord mismatch(DataType type, Schema schema) {
    String logical = schema.getLogicalType() == null ? "" : schema.getLogicalType().getName() + " ";
    return new BadRecord(
        "declared " + type.sql() + ", but the file holds " + logical + schema.getType().getName());
  }
}
