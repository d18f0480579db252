package io.lakebeam.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.SourceProgress;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.StreamingQueryProgress;
import org.apache.spark.sql.streaming.Trigger;

/** The peer: Spark Structured Streaming over the same topic, in a JVM of its own. */
final class SparkProcess {
  private static final ObjectMapper JSON = new ObjectMapper();

  private SparkProcess() {}

  /**
   * @param arguments the lake, the folder of the reference files, rows a batch, where the figures
   *     go, and settings as {@code key=value}, which win
   */
  public static void main(String[] arguments)
      throws IOException, TimeoutException, StreamingQueryException {
    Meter meter = new Meter();
    long start = System.nanoTime();
    Path lake = Path.of(arguments[0]);
    SparkSession spark = session(List.of(arguments).subList(4, arguments.length));
    SparkFlights flights = new SparkFlights(spark, lake, Path.of(arguments[1]));
    meter.ready(System.nanoTime() - start);
    StreamingQuery query =
        events(spark, Topic.of(System.getenv()), Long.parseLong(arguments[2]))
            .writeStream()
            .trigger(Trigger.AvailableNow())
            .option("checkpointLocation", lake.resolve("_checkpoint").toString())
            .foreachBatch(
                (Dataset<Row> records, Long batch) -> {
                  flights.write(records, batch);
                  meter.end(batch);
                })
            .start();
    query.awaitTermination();
    for (StreamingQueryProgress progress : query.recentProgress()) {
      meter.rows(progress.batchId(), rows(progress.sources()[0]));
    }
    Figures figures = meter.figures("Spark " + spark.version() + " Structured Streaming");
    spark.stop();
    figures.write(Path.of(arguments[3]));
  }

  /** A session with two cores. */
  static SparkSession session(List<String> settings) {
    SparkSession.Builder builder =
        SparkSession.builder()
            .appName("benchmark")
            .master("local[2]")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            // Two cores: more partitions are more tasks of nothing. Delta's default for its own
            // state is 50.
            .config("spark.sql.shuffle.partitions", 2)
            .config("spark.databricks.delta.snapshotPartitions", 2)
            // Files of several partitions stay open instead of sorting each task's rows by them.
            .config("spark.sql.maxConcurrentOutputFileWriters", 64)
            .config("spark.sql.streaming.numRecentProgressUpdates", 10_000);
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      builder.config(setting.substring(0, equals), setting.substring(equals + 1));
    }
    SparkSession spark = builder.getOrCreate();
    spark.sparkContext().setLogLevel("WARN");
    return spark;
  }

  private static Dataset<Row> events(SparkSession spark, Topic topic, long rowsPerBatch) {
    return spark
        .readStream()
        .format("kafka")
        .option("subscribe", Topic.NAME)
        .option("startingOffsets", "earliest")
        // Each partition's share is rounded down; without its rest a last batch of a few rows
        // comes.
        .option("maxOffsetsPerTrigger", rowsPerBatch + Topic.PARTITIONS)
        .option("kafka.bootstrap.servers", topic.bootstrapServers())
        .option("kafka.security.protocol", "SASL_SSL")
        .option("kafka.sasl.mechanism", "PLAIN")
        .option(
            "kafka.sasl.jaas.config",
            "org.apache.kafka.common.security.plain.PlainLoginModule required"
                + " username=\"$ConnectionString\" password=\""
                + topic.connectionString()
                + "\";")
        .option("kafka.ssl.truststore.location", topic.trustStore())
        .option("kafka.ssl.truststore.type", "PKCS12")
        .option("kafka.ssl.truststore.password", topic.password())
        // As Lakebeam's own consumers.
        .option("kafka.max.poll.records", 5_000)
        .option("kafka.max.partition.fetch.bytes", 4 << 20)
        .option("kafka.receive.buffer.bytes", 1 << 20)
        .load();
  }

  /** From the offsets: Spark's own count has a row once for every time the batch was read. */
  private static long rows(SourceProgress source) throws IOException {
    Map<String, Long> before = offsets(source.startOffset());
    return offsets(source.endOffset()).entrySet().stream()
        .mapToLong(end -> end.getValue() - before.getOrDefault(end.getKey(), 0L))
        .sum();
  }

  private static Map<String, Long> offsets(String json) throws IOException {
    Map<String, Long> offsets = new LinkedHashMap<>();
    JsonNode partitions = JSON.readTree(json == null ? "{}" : json).path(Topic.NAME);
    partitions.fields().forEachRemaining(p -> offsets.put(p.getKey(), p.getValue().asLong()));
    return offsets;
  }
}
