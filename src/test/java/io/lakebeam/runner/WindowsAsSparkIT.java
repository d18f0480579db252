package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Windows are those that Structured Streaming gives in append mode, batch by batch. */
class WindowsAsSparkIT {
  private static final String SCHEMA = "ts TIMESTAMP, carrier STRING, qty INT";
  private static final int BATCHES = 4;
  private static final int ROWS = 40;

  private static final List<String> WINDOWS =
      List.of("window(ts, '5 minutes')", "window(ts, '10 minutes', '3 minutes', '1 minute')");

  @TempDir Path dir;

  private static String query(String window, String from) {
    return "SELECT window.start AS s, window.end AS e, carrier, COUNT(*) AS n, SUM(qty) AS qty,"
        + " MAX(ts) AS latest FROM "
        + from
        + " GROUP BY "
        + window
        + ", carrier";
  }

  private static String batch(int number) {
    Random random = new Random(number);
    StringBuilder rows = new StringBuilder("ts,carrier,qty\n");
    Instant start = Instant.parse("2026-01-01T10:00:00Z").plus(number * 12L, ChronoUnit.MINUTES);
    for (int i = 0; i < ROWS; i++) {
      Instant time = start.plusSeconds(random.nextInt(35 * 60) - 20 * 60);
      // On the border of windows, just before it, and anywhere.
      time = random.nextInt(4) == 0 ? time.truncatedTo(ChronoUnit.MINUTES) : time;
      time = random.nextInt(3) == 0 ? time.minus(1, ChronoUnit.MICROS) : time;
      rows.append(time).append(",C").append(random.nextInt(3)).append(',');
      rows.append(random.nextInt(100)).append('\n');
    }
    return rows.toString();
  }

  @Test
  void windowsAreThoseOfStructuredStreaming() throws Exception {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                "pipeline: p\nsources:\n  events: {files: \"in/*.csv\", format: csv, schema: \""
                    + SCHEMA
                    + "\"}\ndatasets:\n  bronze: {streaming_table: {from: events}}\n"
                    + "  w0: {streaming_table: w0.sql}\n  w1: {streaming_table: w1.sql}\n");
    String stream = "STREAM bronze WATERMARK ts DELAY OF INTERVAL 10 MINUTES";
    SparkSession spark = SparkReader.session();
    Dataset<Row> events =
        spark
            .readStream()
            .schema(SCHEMA)
            .option("header", "true")
            .csv(dir.resolve("in").toString())
            .withWatermark("ts", "10 minutes");
    events.createOrReplaceTempView("windows_as_spark");
    List<StreamingQuery> queries = new ArrayList<>();
    for (int i = 0; i < WINDOWS.size(); i++) {
      project.file("w" + i + ".sql", query(WINDOWS.get(i), stream));
      queries.add(
          spark
              .sql(query(WINDOWS.get(i), "windows_as_spark"))
              .writeStream()
              .format("memory")
              .queryName("windows_as_spark_" + i)
              .outputMode("append")
              .option("checkpointLocation", dir.resolve("checkpoint" + i).toString())
              .start());
    }
    try {
      for (int number = 0; number < BATCHES; number++) {
        project.land(number + ".csv", batch(number));
        TestingUpdates.run(project.compile());
        for (int i = 0; i < WINDOWS.size(); i++) {
          queries.get(i).processAllAvailable();
          List<String> expected = rows(spark.table("windows_as_spark_" + i).collectAsList());
          List<String> actual =
              Tables.texts(project.table("w" + i), "s", "e", "carrier", "n", "qty", "latest")
                  .stream()
                  .sorted()
                  .toList();
          assertEquals(expected, actual, WINDOWS.get(i) + ", batch " + number);
          assertTrue(number == 0 || !expected.isEmpty(), "the batches close windows");
        }
      }
    } finally {
      for (StreamingQuery query : queries) {
        query.stop();
      }
    }
  }

  private static List<String> rows(List<Row> rows) {
    return rows.stream()
        .map(
            row ->
                String.join(
                    "|",
                    Stream.iterate(0, i -> i < row.size(), i -> i + 1)
                        .map(i -> String.valueOf(row.get(i)))
                        .toList()))
        .sorted()
        .toList();
  }
}
