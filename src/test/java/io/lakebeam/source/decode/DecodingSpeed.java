package io.lakebeam.source.decode;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.Column.required;
import static io.lakebeam.graph.DataType.Primitive.DATE;
import static io.lakebeam.graph.DataType.Primitive.DOUBLE;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static io.lakebeam.graph.DataType.Primitive.TIMESTAMP;

import io.lakebeam.graph.Column;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;

/** Measures the processor time that turns a flight event into a row; run by hand. */
final class DecodingSpeed {
  private static final int ROWS = 500_000;
  private static final Column[] FLIGHT_EVENT = {
    required("event_id", STRING), nullable("event_time", TIMESTAMP),
    nullable("flight_date", DATE), nullable("carrier", STRING),
    nullable("flight_number", INT), nullable("tail_number", STRING),
    nullable("origin", STRING), nullable("destination", STRING),
    nullable("scheduled_departure", TIMESTAMP), nullable("scheduled_arrival", TIMESTAMP),
    nullable("estimated_departure", TIMESTAMP), nullable("actual_departure", TIMESTAMP),
    nullable("actual_arrival", TIMESTAMP), nullable("departure_delay_minutes", INT),
    nullable("arrival_delay_minutes", INT), nullable("status", STRING),
    nullable("cancellation_code", STRING), nullable("distance_miles", INT),
    nullable("latitude", DOUBLE), nullable("longitude", DOUBLE)
  };

  private DecodingSpeed() {}

  public static void main(String[] args) {
    String shortEvent =
        "{\"event_id\":\"e-00012345\",\"event_time\":\"2024-05-06T07:08:09Z\","
            + "\"flight_date\":\"2024-05-06\",\"carrier\":\"AA\",\"flight_number\":1234,"
            + "\"tail_number\":\"N123AA\",\"origin\":\"JFK\",\"destination\":\"LAX\","
            + "\"departure_delay_minutes\":12,\"status\":\"EN_ROUTE\",\"distance_miles\":2475,"
            + "\"latitude\":40.6413,\"longitude\":-73.7781}";
    String fullEvent =
        shortEvent.substring(0, shortEvent.length() - 1)
            + ",\"scheduled_departure\":\"2024-05-06T06:00:00Z\","
            + "\"scheduled_arrival\":\"2024-05-06T12:00:00Z\","
            + "\"estimated_departure\":\"2024-05-06T06:12:00Z\","
            + "\"actual_departure\":\"2024-05-06T06:13:00Z\",\"actual_arrival\":null,"
            + "\"arrival_delay_minutes\":7,\"cancellation_code\":null}";
    measure("json", new SourceSpec.Json(), shortEvent);
    measure("json, all fields", new SourceSpec.Json(), fullEvent);
    measure(
        "csv",
        Sources.CSV,
        "e-00012345,2024-05-06T07:08:09Z,2024-05-06,AA,1234,N123AA,JFK,LAX,2024-05-06T06:00:00Z,"
            + "2024-05-06T12:00:00Z,2024-05-06T06:12:00Z,2024-05-06T06:13:00Z,,12,7,EN_ROUTE,,2475,"
            + "40.6413,-73.7781");
  }

  private static void measure(String name, SourceSpec.Format format, String text) {
    SourceSpec source = Sources.files("/none", format, FLIGHT_EVENT);
    RowLayout layout = new RowLayout(source.schema());
    RecordDecoder decoder = MessageDecoders.of(source, source.format(), layout);
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] rows = new int[1];
    RowOutput out =
        new RowOutput() {
          @Override
          public void row(InternalRow row) {
            rows[0] += row.numFields();
          }

          @Override
          public void rejected(Rejected rejected) {
            throw new IllegalStateException(rejected.error());
          }

          @Override
          public void warning(String warning) {
            throw new IllegalStateException(warning);
          }
        };
    RecordEmitter emitter =
        new RecordEmitter("flights", layout, Sources.PLANNED_AT, out, () -> false);
    for (int round = 0; round < 8; round++) {
      long start = processorNanos();
      for (int i = 0; i < ROWS; i++) {
        emitter.record(
            decoder, bytes, 0, bytes.length, "flights-0@".concat(Long.toString(1_000_000L + i)));
      }
      System.out.printf(
          "%-18s %4d bytes %6.2f microseconds a row%n",
          name, bytes.length, (processorNanos() - start) / 1e3 / ROWS);
    }
  }

  /** Of this thread: the clock on the wall would also measure what else the machine does. */
  private static long processorNanos() {
    return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
  }
}
