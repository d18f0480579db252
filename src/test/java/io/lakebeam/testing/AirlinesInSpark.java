package io.lakebeam.testing;

import io.lakebeam.airlines.DistanceBand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.api.java.UDF1;
import org.apache.spark.sql.types.DataTypes;
import org.yaml.snakeyaml.Yaml;

/**
 * The airline pipeline behind bronze as Spark alone computes it: the shipped queries and rules over
 * the bronze tables of a lake, the newest row of each flight by ROW_NUMBER, the gold views of
 * these. No state, no increments, no engine of ours.
 */
public final class AirlinesInSpark {
  /** In an order in which each reads only those before it. */
  private static final List<String> GOLD =
      List.of(
          "carrier_performance",
          "airport_delays",
          "delay_causes",
          "network_by_minute",
          "worst_hours");

  private static final Path TRANSFORMS = Path.of("transforms/airlines");

  private AirlinesInSpark() {}

  /** Each table's rows, without hidden columns, in one order: {@code flights} and gold. */
  public static Map<String, List<String>> tables(Path lake) throws IOException {
    SparkSession session = SparkReader.session();
    for (String bronze : List.of("bronze_flight_events", "bronze_airport_reports")) {
      SparkReader.table(lake.resolve(bronze).toString()).createOrReplaceTempView(bronze);
    }
    for (String reference : List.of("airports", "airlines")) {
      session
          .read()
          .option("header", true)
          .option("inferSchema", true)
          .csv("pipelines/airlines/reference/" + reference + ".csv")
          .createOrReplaceTempView(reference);
    }
    session
        .udf()
        .register(
            "DISTANCE_BAND", (UDF1<Integer, String>) DistanceBand::eval, DataTypes.StringType);
    session.sql(changes()).createOrReplaceTempView("flights_changes");
    session
        .sql(
            """
            SELECT * FROM (
              SELECT *, ROW_NUMBER() OVER (
                PARTITION BY flight_date, carrier, flight_number, origin
                ORDER BY updated_at DESC) AS place
              FROM flights_changes)
            WHERE place = 1
            """)
        .drop("place")
        .createOrReplaceTempView("flights");
    Map<String, List<String>> tables = new LinkedHashMap<>();
    tables.put("flights", sorted(SparkReader.sql("SELECT * FROM flights")));
    for (String view : GOLD) {
      session.sql(query(view)).createOrReplaceTempView(view);
      tables.put(view, sorted(SparkReader.sql("SELECT * FROM " + view)));
    }
    return tables;
  }

  /** The same tables as the lake has them. */
  public static Map<String, List<String>> stored(Path lake) {
    Map<String, List<String>> tables = new LinkedHashMap<>();
    List<String> names = new ArrayList<>(List.of("flights"));
    names.addAll(GOLD);
    names.forEach(
        name -> tables.put(name, sorted(SparkReader.read(lake.resolve(name).toString()))));
    return tables;
  }

  private static String changes() throws IOException {
    return "SELECT * FROM (SELECT *, 'flight_events' AS _source, NOW() AS _ingested_at FROM ("
        + query("flights_from_events")
        + ") UNION ALL SELECT *, 'airport_reports', NOW() FROM ("
        + query("flights_from_reports")
        + ")) WHERE "
        + String.join(" AND ", conditions());
  }

  /** What a row must meet to be in the table. */
  private static List<String> conditions() throws IOException {
    List<String> conditions = new ArrayList<>();
    Map<String, Map<String, String>> rules =
        new Yaml().load(Files.readString(Path.of("expectations/airlines/flights.yaml")));
    for (Map<String, String> rule : rules.values()) {
      if (!rule.get("on_violation").equals("warn")) {
        conditions.add("((" + rule.get("expect") + ") IS TRUE)");
      }
    }
    return conditions;
  }

  private static String query(String name) throws IOException {
    return Files.readString(TRANSFORMS.resolve(name + ".sql")).replace("${report_year}", "2026");
  }

  private static List<String> sorted(List<Map<String, Object>> rows) {
    return rows.stream()
        .map(
            row -> {
              Map<String, Object> kept = new TreeMap<>(row);
              kept.keySet().removeIf(column -> column.startsWith("_"));
              return kept.toString();
            })
        .sorted()
        .toList();
  }
}
