package io.lakebeam.parquet;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.time.Instant;
import java.time.LocalDate;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.PrimitiveType;

/**
 * From a stored value to the value of a row. INT32 and INT64 come as long, unsigned 32 bits already
 * without a sign; FLOAT and DOUBLE as double. Each decoder overrides the form that its type has.
 */
abstract class ScalarDecoder {
  Object ofBoolean(boolean value) throws UnfitValue {
    throw unexpected(value);
  }

  Object ofLong(long value) throws UnfitValue {
    throw unexpected(value);
  }

  Object ofDouble(double value) throws UnfitValue {
    throw unexpected(value);
  }

  Object ofBinary(Binary value) throws UnfitValue {
    throw unexpected("bytes");
  }

  private static UnfitValue unexpected(Object value) {
    return new UnfitValue("found " + value + ", where the file's schema promises none");
  }

  /**
   * For a type that {@link StoredType} lets be read as the declared one.
   *
   * @param years whether dates and times outside of the years 0001 to 9999 are unfit
   */
  static ScalarDecoder of(
      PrimitiveType type,
      StoredType stored,
      DataType declared,
      FileCalendar calendar,
      boolean years) {
    return switch (stored) {
      case BOOLEAN -> new Booleans();
      case INT32, UINT32, INT64 -> new WholeNumbers(declared, false);
      case UINT64 -> new WholeNumbers(declared, true);
      case NUMBER -> new Decimals(type, declared);
      case FLOATING, DOUBLE64 -> new FloatingPoint(declared);
      case TEXT, BYTES, DOCUMENT -> declared == Primitive.STRING ? new Texts() : new Bytes();
      case UUID -> declared == Primitive.STRING ? new Words(StoredText::uuid) : new Bytes();
      case INTERVAL -> declared == Primitive.STRING ? new Words(StoredText::interval) : new Bytes();
      case DATE -> new Dates(calendar, years);
      case TIME -> new Times(StoredText.unit(type));
      case TIMESTAMP -> new Timestamps(new StoredInstant(type, calendar), years);
      case UNKNOWN, LIST, MAPPED, GROUP -> new Nothing();
    };
  }

  /** Of a column that is NULL in every row. */
  private static final class Nothing extends ScalarDecoder {}

  private static final class Booleans extends ScalarDecoder {
    @Override
    Object ofBoolean(boolean value) {
      return value;
    }
  }

  private static final class FloatingPoint extends ScalarDecoder {
    private final DataType declared;

    FloatingPoint(DataType declared) {
      this.declared = declared;
    }

    @Override
    Object ofDouble(double value) throws UnfitValue {
      if (declared == Primitive.DOUBLE) {
        return value;
      }
      return declared == Primitive.FLOAT
          ? (Object) (float) value
          : WholeNumbers.of(value, declared);
    }

    /** Sixteen bits. */
    @Override
    Object ofBinary(Binary value) throws UnfitValue {
      return ofDouble(half(value));
    }
  }

  /** A FLOAT16: a sign, five bits of exponent, ten of fraction; little end first. */
  static float half(Binary value) {
    byte[] bytes = value.getBytesUnsafe();
    int bits = (bytes[0] & 0xff) | (bytes[1] & 0xff) << 8;
    int exponent = bits >> 10 & 0x1f;
    int fraction = bits & 0x3ff;
    float size =
        switch (exponent) {
          case 0 -> Math.scalb((float) fraction, -24);
          case 0x1f -> fraction == 0 ? Float.POSITIVE_INFINITY : Float.NaN;
          default -> Math.scalb((float) (fraction | 0x400), exponent - 25);
        };
    return (bits & 0x8000) == 0 ? size : -size;
  }

  private static final class Texts extends ScalarDecoder {
    @Override
    Object ofBinary(Binary value) throws UnfitValue {
      byte[] bytes = value.getBytes();
      if (Utf8.malformedAt(bytes, 0, bytes.length) >= 0) {
        throw new UnfitValue("expected STRING, found bytes that are not UTF-8");
      }
      return UTF8String.fromBytes(bytes);
    }
  }

  private static final class Bytes extends ScalarDecoder {
    @Override
    Object ofBinary(Binary value) {
      return value.getBytes();
    }
  }

  private interface Wording {
    String of(Binary value);
  }

  private static final class Words extends ScalarDecoder {
    private final Wording wording;

    Words(Wording wording) {
      this.wording = wording;
    }

    @Override
    Object ofBinary(Binary value) {
      return UTF8String.fromString(wording.of(value));
    }
  }

  private static final class Dates extends ScalarDecoder {
    private static final long FIRST = LocalDate.of(1, 1, 1).toEpochDay();
    private static final long LAST = LocalDate.of(9999, 12, 31).toEpochDay();

    private final FileCalendar calendar;
    private final boolean years;

    Dates(FileCalendar calendar, boolean years) {
      this.calendar = calendar;
      this.years = years;
    }

    @Override
    Object ofLong(long value) throws UnfitValue {
      long day = calendar.day(value);
      if (years && (day < FIRST || day > LAST)) {
        throw UnfitValue.of(LocalDate.ofEpochDay(day), Primitive.DATE);
      }
      return Math.toIntExact(day);
    }
  }

  private static final class Times extends ScalarDecoder {
    private final long unitsASecond;

    Times(long unitsASecond) {
      this.unitsASecond = unitsASecond;
    }

    @Override
    Object ofLong(long value) throws UnfitValue {
      if (value < 0 || value >= 86_400 * unitsASecond) {
        throw new UnfitValue(value + " is no time of a day");
      }
      return UTF8String.fromString(StoredText.time(value, unitsASecond));
    }
  }

  /** Rows hold microseconds: finer fractions are cut. */
  private static final class Timestamps extends ScalarDecoder {
    private static final Instant FIRST = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");
    private static final long FIRST_MICROS = Microseconds.of(FIRST);
    private static final long LAST_MICROS = Microseconds.of(LAST);

    private final StoredInstant stored;
    private final boolean years;

    Timestamps(StoredInstant stored, boolean years) {
      this.stored = stored;
      this.years = years;
    }

    @Override
    Object ofLong(long value) throws UnfitValue {
      if (stored.isInMicros()) {
        return years && (value < FIRST_MICROS || value > LAST_MICROS)
            ? checked(stored.instant(value))
            : (Object) value;
      }
      return checked(stored.instant(value));
    }

    @Override
    Object ofBinary(Binary value) throws UnfitValue {
      return checked(stored.instant(value));
    }

    private Object checked(Instant instant) throws UnfitValue {
      boolean isOutside = years && (instant.isBefore(FIRST) || instant.isAfter(LAST));
      Long microseconds = isOutside ? null : Microseconds.ofAny(instant);
      if (microseconds == null) {
        throw UnfitValue.of(instant, Primitive.TIMESTAMP);
      }
      return microseconds;
    }
  }
}
