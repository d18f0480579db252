package io.lakebeam.airlines;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import java.util.List;
import java.util.Locale;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/**
 * An alert for each flight that is cancelled or that departs over an hour late, as it happens: the
 * airline pipeline's example of a transform that is written in Java.
 *
 * <p>Reads {@code bronze_flight_events}; a flight departs or is cancelled once, so nothing has to
 * be remembered between events. Columns that Lakebeam carries along ({@code _source} and its like)
 * are handed on as they come.
 */
public final class DelayAlerts extends PTransform<PCollectionTuple, PCollection<Row>> {
  /** Departures later than this are worth an alert. */
  public static final int MINUTES = 60;

  private static final TupleTag<Row> EVENTS = new TupleTag<>("bronze_flight_events");
  private static final List<String> COPIED =
      List.of(
          "event_id",
          "event_time",
          "flight_date",
          "carrier",
          "flight_number",
          "origin",
          "destination",
          "scheduled_departure",
          "departure_delay_minutes",
          "cancellation_code");
  private static final long serialVersionUID = 1;

  @Override
  public PCollection<Row> expand(PCollectionTuple input) {
    PCollection<Row> events = input.get(EVENTS);
    Schema schema = alertSchema(events.getSchema());
    return events.apply("Alert", ParDo.of(new AlertFn(schema))).setRowSchema(schema);
  }

  /** What kind of alert, the columns of the event that tell of it, and whatever travels along. */
  static Schema alertSchema(Schema events) {
    Schema.Builder schema = Schema.builder();
    schema.addStringField("alert");
    COPIED.forEach(column -> schema.addField(events.getField(column)));
    schema.addField("message", FieldType.STRING);
    HiddenColumns.CARRIED.stream()
        .map(Column::name)
        .filter(events::hasField)
        .forEach(column -> schema.addField(events.getField(column)));
    return schema.build();
  }

  private static final class AlertFn extends DoFn<Row, Row> {
    private static final long serialVersionUID = 1;
    private final Schema schema;

    AlertFn(Schema schema) {
      this.schema = schema;
    }

    @ProcessElement
    public void process(@Element Row event, OutputReceiver<Row> alerts) {
      String status = event.getString("status");
      Integer delay = event.getInt32("departure_delay_minutes");
      if ("CANCELLED".equals(status)) {
        alerts.output(alert("cancelled", name(event) + " is cancelled", event));
      } else if ("DEPARTED".equals(status) && delay != null && delay > MINUTES) {
        String message = String.format(Locale.ROOT, "%s left %d minutes late", name(event), delay);
        alerts.output(alert("delayed", message, event));
      }
    }

    private Row alert(String kind, String message, Row event) {
      Row.Builder alert = Row.withSchema(schema);
      for (String column : schema.getFieldNames()) {
        switch (column) {
          case "alert" -> alert.addValue(kind);
          case "message" -> alert.addValue(message);
          default -> alert.addValue(event.getValue(column));
        }
      }
      return alert.build();
    }

    /** Keys may be missing in bronze; an alert that says so is better than none. */
    private static String name(Row event) {
      return String.format(
          Locale.ROOT,
          "%s %s from %s to %s",
          event.<Object>getValue("carrier"),
          event.<Object>getValue("flight_number"),
          event.<Object>getValue("origin"),
          event.<Object>getValue("destination"));
    }
  }
}
