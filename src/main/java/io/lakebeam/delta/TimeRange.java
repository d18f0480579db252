package io.lakebeam.delta;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.row.Microseconds;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/**
 * Between which times the rows of a data file are, by its statistics.
 *
 * @param least in microseconds since 1970, inclusive
 * @param greatest inclusive
 */
public record TimeRange(long least, long greatest) {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final TimeRange ANY = new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE);

  /** Of a column of type TIMESTAMP; any time where the file does not say. */
  public static TimeRange of(DataFile file, String column) {
    if (file.statistics().isEmpty()) {
      return ANY;
    }
    try {
      JsonNode statistics = MAPPER.readTree(file.statistics());
      JsonNode least = statistics.path("minValues").path(column);
      JsonNode greatest = statistics.path("maxValues").path(column);
      return least.isTextual() && greatest.isTextual()
          // Writers cut bounds to milliseconds, the greatest too.
          ? new TimeRange(
              micros(least), Math.addExact(micros(greatest), Microseconds.A_MILLISECOND))
          : ANY;
    } catch (JsonProcessingException | DateTimeException | ArithmeticException e) {
      return ANY; // somebody else's way to write them
    }
  }

  private static long micros(JsonNode time) {
    return Microseconds.of(OffsetDateTime.parse(time.asText()).toInstant());
  }

  /** True when a time of the range may be so near. */
  public boolean isNear(long time, long distance) {
    return least <= plus(time, distance) && greatest >= plus(time, -distance);
  }

  private static long plus(long time, long distance) {
    long sum = time + distance;
    boolean isOver = ((time ^ sum) & (distance ^ sum)) < 0;
    return isOver ? distance > 0 ? Long.MAX_VALUE : Long.MIN_VALUE : sum;
  }
}
