package io.lakebeam.benchmark;

import static org.apache.spark.sql.functions.broadcast;
import static org.apache.spark.sql.functions.expr;
import static org.apache.spark.sql.functions.from_json;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.not;

import io.delta.tables.DeltaTable;
import java.nio.file.Path;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.types.StructType;

/**
 * One micro-batch of flight events to the same five Delta tables that Lakebeam's benchmark pipeline
 * writes. Each record is read and parsed once; the parsed batch is cached, because five writes read
 * it. No action but these writes runs.
 */
final class SparkFlights {
  private static final String BATCHES = "flights";

  private static final StructType EVENT =
      StructType.fromDDL(
          """
          event_id STRING, event_time TIMESTAMP, flight_date DATE, carrier STRING,
          flight_number INT, tail_number STRING, origin STRING, destination STRING,
          scheduled_departure TIMESTAMP, scheduled_arrival TIMESTAMP,
          estimated_departure TIMESTAMP, actual_departure TIMESTAMP, actual_arrival TIMESTAMP,
          departure_delay_minutes INT, arrival_delay_minutes INT, status STRING,
          cancellation_code STRING, distance_miles INT, latitude DOUBLE, longitude DOUBLE,
          _corrupt STRING""");

  /**
   * Broken JSON, wrong types, missing required columns. Spark's parser puts U+FFFD where bytes are
   * no UTF-8; the generator breaks only tail numbers that way.
   */
  private static final Column IS_BAD =
      expr(
          "_corrupt IS NOT NULL OR event_id IS NULL OR event_time IS NULL"
              + " OR coalesce(contains(tail_number, '\uFFFD'), false)");

  private static final String[] SILVER = {
    "flight_date",
    "e.carrier",
    "a.name AS carrier_name",
    "flight_number",
    "tail_number",
    "origin",
    "o.name AS origin_name",
    "o.latitude AS origin_latitude",
    "o.longitude AS origin_longitude",
    "destination",
    "scheduled_departure",
    "scheduled_arrival",
    "actual_departure",
    "actual_arrival",
    "departure_delay_minutes",
    "arrival_delay_minutes",
    "status",
    "cancellation_code",
    "distance_miles",
    "CASE WHEN distance_miles <= 0 THEN NULL WHEN distance_miles < 500 THEN 'short'"
        + " WHEN distance_miles < 1500 THEN 'medium' WHEN distance_miles >= 1500 THEN 'long' END"
        + " AS distance_band",
    "CAST(NULL AS INT) AS carrier_delay_minutes",
    "CAST(NULL AS INT) AS weather_delay_minutes",
    "CAST(NULL AS INT) AS system_delay_minutes",
    "CAST(NULL AS INT) AS security_delay_minutes",
    "CAST(NULL AS INT) AS late_aircraft_delay_minutes",
    "event_time AS updated_at",
    "_source",
    "_position",
    "_ingested_at",
    "_raw"
  };

  /** The rules that quarantine; NULL is a violation. */
  private static final Map<String, String> RULES = rules();

  private static final Column IS_SOUND = expr(String.join(" AND ", RULES.values()));

  private static final Column HAS_DISTANCE = expr("coalesce(distance_miles > 0, false)");

  private final SparkSession spark;
  private final Path lake;
  private final Dataset<Row> airports;
  private final Dataset<Row> airlines;
  private final DeltaTable network;

  /**
   * @param reference the folder of airports.csv and airlines.csv
   */
  SparkFlights(SparkSession spark, Path lake, Path reference) {
    this.spark = spark;
    this.lake = lake;
    this.airports =
        local(
            reference.resolve("airports.csv"),
            "airport STRING, name STRING, city STRING, latitude DOUBLE, longitude DOUBLE,"
                + " time_zone STRING");
    this.airlines = local(reference.resolve("airlines.csv"), "carrier STRING, name STRING");
    this.network =
        DeltaTable.createIfNotExists(spark)
            .location(path("network_by_minute"))
            .addColumns(
                StructType.fromDDL(
                    """
                    event_minute TIMESTAMP, events BIGINT, departures BIGINT, landings BIGINT,
                    cancellations BIGINT, diversions BIGINT, on_time_share DOUBLE,
                    _on_time BIGINT"""))
            .execute();
  }

  /** Writes a batch; written again after a failure, its appends are skipped by Delta. */
  void write(Dataset<Row> records, long batch) {
    Dataset<Row> events = parsed(records).persist();
    try {
      append(events.where("NOT _bad").drop("_bad"), "bronze_flight_events", batch);
      append(
          events
              .where("_bad")
              .select("_source", "_position", "_ingested_at", "_raw")
              .withColumn("_error", lit("the record does not fit the schema")),
          "bronze_flight_events_quarantine",
          batch);
      Dataset<Row> flights = silver(events.where("NOT _bad"));
      Dataset<Row> accepted = flights.where(IS_SOUND.and(HAS_DISTANCE)).drop("_raw");
      append(accepted, "flights_changes", batch, "flight_date");
      append(
          flights.where(not(IS_SOUND)).withColumn("_failed_expectations", expr(failedRules())),
          "flights_changes_quarantine",
          batch);
      merge(accepted);
    } finally {
      events.unpersist();
    }
  }

  private static Dataset<Row> parsed(Dataset<Row> records) {
    return records
        .selectExpr(
            "'flight_events' AS _source",
            "concat(topic, '-', partition, '@', offset) AS _position",
            "CAST(value AS STRING) AS _raw")
        .withColumn("_ingested_at", lit(Timestamp.from(Instant.now())))
        .withColumn(
            "event",
            from_json(expr("_raw"), EVENT, Map.of("columnNameOfCorruptRecord", "_corrupt")))
        .select("event.*", "_source", "_position", "_ingested_at", "_raw")
        .withColumn("_bad", IS_BAD)
        .drop("_corrupt");
  }

  private Dataset<Row> silver(Dataset<Row> events) {
    return events
        .as("e")
        .join(broadcast(airports.as("o")), expr("e.origin = o.airport"), "left")
        .join(broadcast(airlines.as("a")), expr("e.carrier = a.carrier"), "left")
        .selectExpr(SILVER);
  }

  private void append(Dataset<Row> rows, String table, long batch, String... partitionBy) {
    rows.write()
        .format("delta")
        .mode("append")
        .partitionBy(partitionBy)
        .option("txnAppId", BATCHES)
        .option("txnVersion", batch)
        .save(path(table));
  }

  private void merge(Dataset<Row> accepted) {
    Dataset<Row> news =
        accepted
            .groupBy(expr("date_trunc('MINUTE', updated_at) AS event_minute"))
            .agg(
                expr("count(*) AS events"),
                expr("count_if(status = 'DEPARTED') AS departures"),
                expr("count_if(status = 'LANDED') AS landings"),
                expr("count_if(status = 'CANCELLED') AS cancellations"),
                expr("count_if(status = 'DIVERTED') AS diversions"),
                expr("count_if(status = 'LANDED' AND arrival_delay_minutes < 15) AS _on_time"))
            .withColumn("on_time_share", expr("_on_time / nullif(landings, 0)"));
    network
        .as("t")
        .merge(news.as("n"), "t.event_minute = n.event_minute")
        .whenMatched()
        .updateExpr(sums())
        .whenNotMatched()
        .insertAll()
        .execute();
  }

  private static Map<String, String> sums() {
    Map<String, String> sums = new LinkedHashMap<>();
    for (String count :
        List.of("events", "departures", "landings", "cancellations", "diversions", "_on_time")) {
      sums.put(count, "t." + count + " + n." + count);
    }
    sums.put(
        "on_time_share",
        "(t._on_time + n._on_time) / nullif(t.landings + n.landings, 0)");
    return sums;
  }

  private static Map<String, String> rules() {
    Map<String, String> rules = new LinkedHashMap<>();
    rules.put(
        "has_flight_key",
        "(flight_date IS NOT NULL AND carrier IS NOT NULL AND flight_number IS NOT NULL"
            + " AND origin IS NOT NULL)");
    rules.put("known_carrier", "coalesce(carrier RLIKE '^[A-Z0-9][A-Z0-9]$', false)");
    rules.put("different_airports", "coalesce(origin <> destination, false)");
    rules.put(
        "plausible_delay",
        "((departure_delay_minutes IS NULL OR departure_delay_minutes BETWEEN -90 AND 2880)"
            + " AND (arrival_delay_minutes IS NULL OR arrival_delay_minutes BETWEEN -90 AND 2880))");
    rules.put(
        "not_from_the_future", "coalesce(updated_at <= _ingested_at + INTERVAL '1' DAY, false)");
    return rules;
  }

  /** Names of the rules that a row breaks; asked of quarantined rows only. */
  private static String failedRules() {
    StringBuilder names = new StringBuilder("array_compact(array(");
    RULES.forEach(
        (name, rule) ->
            names.append("IF(").append(rule).append(", NULL, '").append(name).append("'),"));
    names.append("IF(tail_number IS NOT NULL OR status = 'CANCELLED', NULL, 'valid_tail_number'),");
    return names.append("IF(distance_miles > 0, NULL, 'positive_distance')))").toString();
  }

  /** A small file, read once. */
  private Dataset<Row> local(Path csv, String schema) {
    Dataset<Row> file = spark.read().option("header", true).schema(schema).csv(csv.toString());
    return spark.createDataFrame(file.collectAsList(), file.schema());
  }

  private String path(String table) {
    return lake.resolve(table).toString();
  }
}
