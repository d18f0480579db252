package io.lakebeam.parquet;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Instant;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.TimestampLogicalTypeAnnotation;
import org.apache.parquet.schema.PrimitiveType;

/** Timestamps of every unit, and INT96, which Spark and Impala wrote for years. */
final class StoredInstant {
  private static final long JULIAN_DAY_OF_1970 = 2_440_588;
  private static final long SECONDS_A_DAY = 86_400;
  private static final long MILLIS = 1_000;
  private static final long MICROS = 1_000_000;
  private static final long NANOS = 1_000_000_000;

  private final long unitsASecond;
  private final boolean isLocal;
  private final FileCalendar calendar;

  StoredInstant(PrimitiveType type, FileCalendar calendar) {
    boolean annotated = type.getLogicalTypeAnnotation() instanceof TimestampLogicalTypeAnnotation;
    this.unitsASecond = annotated ? StoredText.unit(type) : NANOS;
    this.isLocal =
        annotated
            && !((TimestampLogicalTypeAnnotation) type.getLogicalTypeAnnotation())
                .isAdjustedToUTC();
    // Who wrote the old calendar had no local timestamps, and none in nanoseconds.
    this.calendar =
        annotated && (isLocal || unitsASecond == NANOS) ? FileCalendar.GREGORIAN : calendar;
  }

  /** True for the reading of a clock somewhere, without its zone. */
  boolean isLocal() {
    return isLocal;
  }

  /** True when what is stored is microseconds since 1970, of the calendar that everybody has. */
  boolean isInMicros() {
    return unitsASecond == MICROS && !calendar.hybridDates();
  }

  /** With every digit. */
  Instant instant(long stored) {
    if (calendar.hybridDates()) {
      return ofMicros(calendar.micros(micros(stored)));
    }
    return Instant.ofEpochSecond(
        Math.floorDiv(stored, unitsASecond),
        Math.floorMod(stored, unitsASecond) * (NANOS / unitsASecond));
  }

  /** With every digit; an INT96 is nanoseconds of a day and the Julian number of the day. */
  Instant instant(Binary stored) {
    ByteBuffer bytes = stored.toByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    int start = bytes.position();
    long nanos = bytes.getLong(start);
    long day = bytes.getInt(start + Long.BYTES) - JULIAN_DAY_OF_1970;
    if (!calendar.hybridInt96()) {
      return Instant.ofEpochSecond(
          day * SECONDS_A_DAY + Math.floorDiv(nanos, NANOS), Math.floorMod(nanos, NANOS));
    }
    long micros = day * SECONDS_A_DAY * MICROS + Math.floorDiv(nanos, MILLIS);
    return ofMicros(calendar.int96Micros(micros)).plusNanos(Math.floorMod(nanos, MILLIS));
  }

  private long micros(long stored) {
    return unitsASecond == MILLIS ? Math.multiplyExact(stored, MILLIS) : stored;
  }

  private static Instant ofMicros(long micros) {
    return Instant.ofEpochSecond(
        Math.floorDiv(micros, MICROS), Math.floorMod(micros, MICROS) * MILLIS);
  }
}
