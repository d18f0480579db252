package io.lakebeam.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.UUID;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeLogicalTypeAnnotation;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimeUnit;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/** Values as text that have no declared type of their own. */
final class StoredText {
  private StoredText() {}

  /** In a TIME's or TIMESTAMP's second. */
  static long unit(PrimitiveType type) {
    LogicalTypeAnnotation logical = type.getLogicalTypeAnnotation();
    TimeUnit unit =
        logical instanceof TimeLogicalTypeAnnotation time
            ? time.getUnit()
            : ((TimestampLogicalTypeAnnotation) logical).getUnit();
    return switch (unit) {
      case MILLIS -> 1_000;
      case MICROS -> 1_000_000;
      case NANOS -> 1_000_000_000;
    };
  }

  /** {@code 23:59:59.999}, with the digits of the unit: such texts are in order as times are. */
  static String time(long value, long unitsASecond) {
    long second = Math.floorDiv(value, unitsASecond);
    int digits = Long.toString(unitsASecond).length() - 1;
    return String.format(
        Locale.ROOT,
        "%02d:%02d:%02d.%0" + digits + "d",
        second / 3600,
        second / 60 % 60,
        second % 60,
        Math.floorMod(value, unitsASecond));
  }

  static String uuid(Binary value) {
    ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.BIG_ENDIAN);
    int start = bytes.position();
    return new UUID(bytes.getLong(start), bytes.getLong(start + Long.BYTES)).toString();
  }

  /** {@code P14M3DT4.005S}: months, days and milliseconds, which do not make up for each other. */
  static String interval(Binary value) {
    ByteBuffer bytes = value.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int start = bytes.position();
    long millis = Integer.toUnsignedLong(bytes.getInt(start + 2 * Integer.BYTES));
    return String.format(
        Locale.ROOT,
        "P%dM%dDT%d.%03dS",
        Integer.toUnsignedLong(bytes.getInt(start)),
        Integer.toUnsignedLong(bytes.getInt(start + Integer.BYTES)),
        millis / 1000,
        millis % 1000);
  }
}
