package io.lakebeam.parquet;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.time.LocalDate;
import org.apache.parquet.column.Dictionary;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.joda.time.Instant;

/**
 * From a physical value to the value of a row. Each decoder overrides what its type is stored as;
 * anything else means that the file does not fit the table.
 */
abstract class ScalarDecoder {
  private final PrimitiveType stored;

  private ScalarDecoder(PrimitiveType stored) {
    this.stored = stored;
  }

  /**
   * @throws UnfitFileException when the file's type cannot become the table's
   */
  static ScalarDecoder of(PrimitiveType stored, DataType type) {
    if (type instanceof DataType.Decimal decimal) {
      return new DecimalDecoder(stored, decimal);
    }
    return switch ((Primitive) type) {
      case BOOLEAN -> new BooleanDecoder(stored);
      case INT -> new IntDecoder(stored);
      case BIGINT -> new LongDecoder(stored);
      case FLOAT -> new FloatDecoder(stored);
      case DOUBLE -> new DoubleDecoder(stored);
      case STRING -> new StringDecoder(stored);
      case BINARY -> new BinaryDecoder(stored);
      case DATE -> new DateDecoder(stored);
      case TIMESTAMP -> new TimestampDecoder(stored);
    };
  }

  Object fromBinary(Binary value) {
    throw mismatch();
  }

  Object fromBoolean(boolean value) {
    throw mismatch();
  }

  Object fromDouble(double value) {
    throw mismatch();
  }

  Object fromFloat(float value) {
    throw mismatch();
  }

  Object fromInt(int value) {
    throw mismatch();
  }

  Object fromLong(long value) {
    throw mismatch();
  }

  final Object fromDictionary(Dictionary values, int id) {
    return switch (stored.getPrimitiveTypeName()) {
      case BINARY, FIXED_LEN_BYTE_ARRAY, INT96 -> fromBinary(values.decodeToBinary(id));
      case BOOLEAN -> fromBoolean(values.decodeToBoolean(id));
      case DOUBLE -> fromDouble(values.decodeToDouble(id));
      case FLOAT -> fromFloat(values.decodeToFloat(id));
      case INT32 -> fromInt(values.decodeToInt(id));
      case INT64 -> fromLong(values.decodeToLong(id));
    };
  }

  private UnfitFileException mismatch() {
    return new UnfitFileException(
        "a data file stores column "
            + stored.getName()
            + " as "
            + stored
            + ", not as the table's type");
  }

  private static final class BooleanDecoder extends ScalarDecoder {
    BooleanDecoder(PrimitiveType stored) {
      super(stored);
    }

    @Override
    Object fromBoolean(boolean value) {
      return value;
    }
  }

  private static final class IntDecoder extends ScalarDecoder {
    IntDecoder(PrimitiveType stored) {
      super(stored);
    }

    @Override
    Object fromInt(int value) {
      return value;
    }
  }

  private static final class LongDecoder extends ScalarDecoder {
    LongDecoder(PrimitiveType stored) {
      super(stored);
    }

    @Override
    Object fromInt(int value) {
      return (long) value;
    }

    @Override
    Object fromLong(long value) {
      return value;
    }
  }

  private static final class FloatDecoder extends ScalarDecoder {
    FloatDecoder(PrimitiveType stored) {
      super(stored);
    }

    @Override
    Object fromFloat(float value) {
      return value;
    }
  }

  private static final class DoubleDecoder extends ScalarDecoder {
    DoubleDecoder(PrimitiveType stored) {
      super(stored);
    }

    @Override
    Object fromInt(int value) {
      return (double) value;
    }

    @Override
    Object fromFloat(float value) {
      return (double) value;
    }

    @Override
    Object fromDouble(double value) {
      return value;
    }
  }

  private static final class StringDecoder extends ScalarDecoder {
    StringDecoder(PrimitiveType stored) {
      super(stored);
    }

    @Override
    Object fromBinary(Binary value) {
      return value.toStringUsingUTF8();
    }
  }

  private static final class BinaryDecoder extends ScalarDecoder {
    BinaryDecoder(PrimitiveType stored) {
      super(stored);
    }

    @Override
    Object fromBinary(Binary value) {
      return value.getBytes();
    }
  }

  private static final class DateDecoder extends ScalarDecoder {
    DateDecoder(PrimitiveType stored) {
      super(stored);
    }

    @Override
    Object fromInt(int value) {
      return LocalDate.ofEpochDay(value);
    }
  }

  /** Any unit; rows hold milliseconds. INT96 is what Spark and Impala wrote for years. */
  private static final class TimestampDecoder extends ScalarDecoder {
    private static final long JULIAN_DAY_OF_1970 = 2_440_588;
    private static final long MILLIS_A_DAY = 86_400_000;
    private static final long NANOS_A_MILLI = 1_000_000;
    private static final long MICROS_A_MILLI = 1_000;

    private final long unitsAMilli;

    TimestampDecoder(PrimitiveType stored) {
      super(stored);
      TimeUnit unit =
          stored.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation timestamp
              ? timestamp.getUnit()
              : TimeUnit.MICROS;
      this.unitsAMilli =
          switch (unit) {
            case MILLIS -> 1;
            case MICROS -> MICROS_A_MILLI;
            case NANOS -> NANOS_A_MILLI;
          };
    }

    @Override
    Object fromLong(long value) {
      return Instant.ofEpochMilli(Math.floorDiv(value, unitsAMilli));
    }

    @Override
    Object fromBinary(Binary value) {
      var bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
      int start = bytes.position();
      long nanos = bytes.getLong(start);
      long day = bytes.getInt(start + Long.BYTES);
      return Instant.ofEpochMilli(
          (day - JULIAN_DAY_OF_1970) * MILLIS_A_DAY + Math.floorDiv(nanos, NANOS_A_MILLI));
    }
  }

  /** Four physical forms; the scale is the file's own, the value gets the table's. */
  private static final class DecimalDecoder extends ScalarDecoder {
    private final int storedScale;
    private final int scale;

    DecimalDecoder(PrimitiveType stored, DataType.Decimal type) {
      super(stored);
      this.scale = type.scale();
      boolean integer =
          stored.getPrimitiveTypeName() == PrimitiveTypeName.INT32
              || stored.getPrimitiveTypeName() == PrimitiveTypeName.INT64;
      if (stored.getLogicalTypeAnnotation() instanceof DecimalLogicalTypeAnnotation decimal) {
        this.storedScale = decimal.getScale();
      } else {
        this.storedScale = integer ? 0 : scale;
      }
      if (storedScale > scale) {
        throw new UnfitFileException(
            "a data file stores column "
                + stored.getName()
                + " with more digits than "
                + type.sql());
      }
    }

    @Override
    Object fromInt(int value) {
      return scaled(BigDecimal.valueOf(value, storedScale));
    }

    @Override
    Object fromLong(long value) {
      return scaled(BigDecimal.valueOf(value, storedScale));
    }

    @Override
    Object fromBinary(Binary value) {
      return scaled(new BigDecimal(new BigInteger(value.getBytes()), storedScale));
    }

    private BigDecimal scaled(BigDecimal value) {
      return storedScale == scale ? value : value.setScale(scale);
    }
  }
}
