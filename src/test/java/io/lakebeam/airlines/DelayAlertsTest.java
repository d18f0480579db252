package io.lakebeam.airlines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

class DelayAlertsTest {
  private static final FieldType TIMESTAMP = FieldType.logicalType(SqlTypes.TIMESTAMP);
  private static final Schema BARE =
      Schema.builder()
          .addStringField("event_id")
          .addField("event_time", TIMESTAMP)
          .addNullableStringField("flight_date")
          .addNullableStringField("carrier")
          .addNullableInt32Field("flight_number")
          .addNullableStringField("origin")
          .addNullableStringField("destination")
          .addNullableField("scheduled_departure", TIMESTAMP)
          .addNullableInt32Field("departure_delay_minutes")
          .addNullableStringField("cancellation_code")
          .addNullableStringField("status")
          .build();
  private static final Schema CARRIED =
      Schema.builder()
          .addFields(BARE.getFields())
          .addNullableStringField("_rescued")
          .addNullableStringField("_source")
          .addNullableStringField("_position")
          .addNullableField("_ingested_at", TIMESTAMP)
          .addNullableStringField("_raw")
          .build();

  @Test
  void alertsOnCancellationsAndOnDeparturesOverAnHourLate() {
    Pipeline pipeline = Pipeline.create();
    PCollection<Row> events =
        pipeline.apply(
            Create.of(
                    event("1", "DEPARTED", 61, "AA"),
                    event("2", "DEPARTED", 60, "AA"),
                    event("3", "DEPARTED", null, "AA"),
                    event("4", "LANDED", 200, "AA"),
                    event("5", "CANCELLED", null, null),
                    event("6", null, 200, "AA"))
                .withRowSchema(CARRIED));
    PCollection<Row> alerts =
        PCollectionTuple.of("bronze_flight_events", events).apply(new DelayAlerts());
    PAssert.that(alerts)
        .satisfies(
            rows -> {
              List<String> seen = new ArrayList<>();
              for (Row row : rows) {
                seen.add(
                    row.getString("event_id")
                        + " "
                        + row.getString("alert")
                        + ": "
                        + row.getString("message")
                        + " ("
                        + row.getString("_source")
                        + " "
                        + row.getString("_position")
                        + " "
                        + row.getString("_raw")
                        + ")");
              }
              seen.sort(null);
              assertEquals(
                  List.of(
                      "1 delayed: AA 7 from JFK to LAX left 61 minutes late (events t-0@1 {})",
                      "5 cancelled: null 7 from JFK to LAX is cancelled (events t-0@5 {})"),
                  seen);
              return null;
            });
    pipeline.run().waitUntilFinish();
  }

  @Test
  void carriesWhatIsThereAndAddsNothing() {
    List<String> bare = DelayAlerts.alertSchema(BARE).getFieldNames();
    List<String> more = new ArrayList<>(bare);
    more.addAll(List.of("_source", "_position", "_ingested_at", "_raw"));
    assertEquals(more, DelayAlerts.alertSchema(CARRIED).getFieldNames());
  }

  private static Row event(String id, String status, Integer delay, String carrier) {
    Instant time = Instant.parse("2026-01-05T07:00:00Z");
    return Row.withSchema(CARRIED)
        .addValues(
            id,
            time,
            "2026-01-05",
            carrier,
            7,
            "JFK",
            "LAX",
            time,
            delay,
            null,
            status,
            null,
            "events",
            "t-0@" + id,
            time,
            "{}")
        .build();
  }
}
