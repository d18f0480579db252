package io.lakebeam.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import de.siegmar.fastcsv.reader.CsvReader;
import de.siegmar.fastcsv.reader.NamedCsvRecord;
import io.lakebeam.airlines.DelayAlerts;
import io.lakebeam.airlines.DistanceBand;
import java.io.IOException;
import java.io.InputStream;
import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.sql.SqlTransform;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.schemas.Schema.FieldType;
import org.apache.beam.sdk.schemas.logicaltypes.SqlTypes;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.transforms.Count;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;

/**
 * The airline pipeline's own SQL and conditions, run by Beam SQL alone on the generator's records:
 * what they make must be what the generator expects.
 */
class AirlinesSqlIT implements Serializable {
  private static final long serialVersionUID = 1;
  private static final int EVENTS = 15_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Held at this level: the planner tells every plan at INFO. */
  private static final Logger PLANNER = Logger.getLogger("org.apache.beam.sdk.extensions.sql");

  private static final Map<?, ?> PIPELINE = yaml("pipelines/airlines/pipeline.yaml");

  @Test
  void makesWhatTheGeneratorExpects() {
    PLANNER.setLevel(Level.WARNING);
    FlightGenerator generator = new FlightGenerator(7);
    Expected expected = Expected.of(generator, EVENTS);
    DirectOptions options = PipelineOptionsFactory.as(DirectOptions.class);
    options.setEnforceImmutability(false);
    options.setEnforceEncodability(false);
    Pipeline pipeline = Pipeline.create(options);

    PCollection<Row> events = rows(pipeline, "flight_events", decodedEvents(generator));
    PCollection<Row> reports = rows(pipeline, "airport_reports", decodedReports(generator));
    PCollection<Row> airports = rows(pipeline, "airports", reference("airports"));
    PCollection<Row> airlines = rows(pipeline, "airlines", reference("airlines"));
    PCollection<Row> fromEvents =
        PCollectionTuple.of("bronze_flight_events", events)
            .and("airports", airports)
            .and("airlines", airlines)
            .apply("From events", silver("flights_from_events", "e"));
    PCollection<Row> fromReports =
        PCollectionTuple.of("bronze_airport_reports", reports)
            .and("airports", airports)
            .and("airlines", airlines)
            .apply("From reports", silver("flights_from_reports", "r"));
    assertEquals(fromEvents.getSchema().getFieldNames(), fromReports.getSchema().getFieldNames());
    assertEquals(types(fromEvents.getSchema()), types(fromReports.getSchema()));
    PCollection<Row> judged =
        PCollectionList.of(fromEvents)
            .and(fromReports.setRowSchema(fromEvents.getSchema()))
            .apply(Flatten.pCollections());
    PCollection<Row> flights =
        PCollectionTuple.of("flights", judged).apply("Judge", sql(keeping()));

    PAssert.thatSingleton(events.apply("Count events", Count.globally()))
        .isEqualTo(expected.rows().get("bronze_flight_events"));
    PAssert.thatSingleton(reports.apply("Count reports", Count.globally()))
        .isEqualTo(expected.rows().get("bronze_airport_reports"));
    PAssert.thatSingleton(flights.apply("Count flights", Count.globally()))
        .isEqualTo(expected.rows().get("flights"));
    PAssert.thatSingleton(
            PCollectionTuple.of("bronze_flight_events", events)
                .apply("Alerts", new DelayAlerts())
                .apply("Count alerts", Count.globally()))
        .isEqualTo(expected.rows().get("delay_alerts"));
    expected.views().forEach((view, rows) -> assertView(flights, view, rows));
    pipeline.run().waitUntilFinish();
  }

  private static void assertView(
      PCollection<Row> flights, String view, Map<List<Object>, Map<String, Object>> expected) {
    HashMap<List<Object>, HashMap<String, Object>> content = new HashMap<>();
    expected.forEach((key, row) -> content.put(new ArrayList<>(key), new HashMap<>(row)));
    PCollection<Row> made =
        PCollectionTuple.of("flights", flights)
            .apply(view, sql(text("transforms/airlines/" + view + ".sql")));
    PAssert.that(view, made)
        .satisfies(
            rows -> {
              int count = 0;
              for (Row row : rows) {
                int keys =
                    row.getSchema().getFieldCount() - content.values().iterator().next().size();
                List<Object> key = new ArrayList<>();
                for (int i = 0; i < keys; i++) {
                  key.add(plain(row.getValue(i)));
                }
                Map<String, Object> values = new HashMap<>();
                for (int i = keys; i < row.getSchema().getFieldCount(); i++) {
                  values.put(row.getSchema().getField(i).getName(), plain(row.getValue(i)));
                }
                assertTrue(content.containsKey(key), view + " " + key);
                assertSame(content.get(key), values, view + " " + key);
                count++;
              }
              assertEquals(content.size(), count, view);
              return null;
            });
  }

  private static void assertSame(
      Map<String, Object> expected, Map<String, Object> made, String where) {
    assertEquals(expected.keySet(), made.keySet(), where);
    expected.forEach(
        (column, value) -> {
          if (value instanceof Double number && made.get(column) instanceof Double other) {
            // Beam's own AVG keeps nine digits.
            assertEquals(number, other, Math.abs(number) * 1e-8, where + " " + column);
          } else {
            assertEquals(value, made.get(column), where + " " + column);
          }
        });
  }

  /** As in {@link Expected#views}. */
  private static Object plain(Object value) {
    if (value instanceof org.joda.time.Instant instant) {
      return java.time.Instant.ofEpochMilli(instant.getMillis());
    }
    return value instanceof Integer number ? (Object) number.longValue() : value;
  }

  private static SqlTransform silver(String name, String alias) {
    String carried = "AS updated_at, " + alias + "._source, " + alias + "._ingested_at\nFROM";
    String query = text("transforms/airlines/" + name + ".sql").replace("${report_year}", "2026");
    return sql(query.replace("AS updated_at\nFROM", carried));
  }

  private static SqlTransform sql(String query) {
    return SqlTransform.query(query)
        .withAutoLoading(false)
        .registerUdf("DISTANCE_BAND", DistanceBand.class);
  }

  /** The rows that no rule quarantines or drops. */
  private static String keeping() {
    String conditions =
        yaml("expectations/airlines/flights.yaml").values().stream()
            .map(rule -> (Map<?, ?>) rule)
            .filter(rule -> !"warn".equals(rule.get("on_violation")))
            .map(rule -> "((" + rule.get("expect") + ") IS TRUE)")
            .collect(Collectors.joining(" AND "));
    return "SELECT * FROM flights WHERE " + conditions;
  }

  private static List<Map<String, String>> decodedEvents(FlightGenerator generator) {
    List<Map<String, String>> decoded = new ArrayList<>();
    Iterator<Occurrence> known = generator.occurrences(EVENTS);
    generator
        .events(EVENTS)
        .forEachRemaining(
            event -> {
              if (known.next().defect().fate() != Fate.UNDECODABLE) {
                decoded.add(fields(event.value()));
              }
            });
    return decoded;
  }

  private static Map<String, String> fields(byte[] json) {
    try {
      Map<String, String> fields = new HashMap<>();
      for (Map.Entry<String, JsonNode> field : JSON.readTree(json).properties()) {
        fields.put(field.getKey(), field.getValue().isNull() ? "" : field.getValue().asText());
      }
      return fields;
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static List<Map<String, String>> decodedReports(FlightGenerator generator) {
    List<Map<String, String>> decoded = new ArrayList<>();
    for (ReportFile report : generator.reports(EVENTS)) {
      String text = new String(report.content(), StandardCharsets.US_ASCII);
      Iterator<Flight> flights = report.flights().iterator();
      for (NamedCsvRecord row : CsvReader.builder().ofNamedCsvRecord(text)) {
        Flight flight = flights.next();
        if (ReportDefect.of(generator.seed(), flight).fate() != Fate.UNDECODABLE) {
          decoded.add(row.getFieldsAsMap());
        }
      }
    }
    return decoded;
  }

  private static List<Map<String, String>> reference(String source) {
    String text = text("pipelines/airlines/reference/" + source + ".csv");
    return CsvReader.builder().ofNamedCsvRecord(text).stream()
        .map(NamedCsvRecord::getFieldsAsMap)
        .toList();
  }

  /** Rows of a source as its schema in the pipeline file has them, empty text being NULL. */
  private static PCollection<Row> rows(
      Pipeline pipeline, String source, List<Map<String, String>> records) {
    Map<?, ?> spec = (Map<?, ?>) ((Map<?, ?>) PIPELINE.get("sources")).get(source);
    Schema.Builder builder = Schema.builder();
    for (String column : ((String) spec.get("schema")).split(",", -1)) {
      String[] words = column.trim().split(" ", -1);
      builder.addNullableField(words[0], type(words[1]));
    }
    Schema schema =
        builder
            .addNullableField("_source", FieldType.STRING)
            .addNullableField("_ingested_at", FieldType.DATETIME)
            .build();
    org.joda.time.Instant ingested = org.joda.time.Instant.parse("2026-11-01T00:00:00Z");
    List<Row> rows = new ArrayList<>();
    for (Map<String, String> record : records) {
      Row.Builder row = Row.withSchema(schema);
      for (Schema.Field field : schema.getFields()) {
        switch (field.getName()) {
          case "_source" -> row.addValue(source);
          case "_ingested_at" -> row.addValue(ingested);
          default -> row.addValue(value(record.getOrDefault(field.getName(), ""), field));
        }
      }
      rows.add(row.build());
    }
    return pipeline.apply(source, Create.of(rows).withRowSchema(schema));
  }

  private static FieldType type(String ddl) {
    return switch (ddl) {
      case "STRING" -> FieldType.STRING;
      case "INT" -> FieldType.INT32;
      case "DOUBLE" -> FieldType.DOUBLE;
      case "DATE" -> FieldType.logicalType(SqlTypes.DATE);
      case "TIMESTAMP" -> FieldType.DATETIME;
      default -> throw new AssertionError(ddl);
    };
  }

  private static Object value(String text, Schema.Field field) {
    if (text.isEmpty()) {
      return null;
    }
    return switch (field.getType().getTypeName()) {
      case STRING -> text;
      case INT32 -> Integer.valueOf(text);
      case DOUBLE -> Double.valueOf(text);
      case LOGICAL_TYPE -> LocalDate.parse(text);
      case DATETIME -> org.joda.time.Instant.parse(text);
      default -> throw new AssertionError(field.toString());
    };
  }

  private static List<Object> types(Schema schema) {
    Function<Schema.Field, Object> type = field -> field.getType().withNullable(true);
    return schema.getFields().stream().map(type).toList();
  }

  private static Map<?, ?> yaml(String file) {
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      return new Yaml().load(in);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static String text(String file) {
    try {
      return Files.readString(Path.of(file));
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
