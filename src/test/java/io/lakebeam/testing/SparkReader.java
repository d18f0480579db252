package io.lakebeam.testing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import scala.collection.JavaConverters;

/**
 * Opens Delta tables with delta-spark: the reader that is not ours. Rows come as maps by column,
 * with {@link java.time.LocalDate}, {@link java.time.Instant}, lists, maps and, for structs, maps
 * again. One session serves the whole JVM; it stops with it.
 */
public final class SparkReader {
  /** Held, because the JDK forgets the level of a logger that nobody refers to. */
  private static final List<Logger> QUIET =
      List.of(Logger.getLogger("org.apache.spark"), Logger.getLogger("org.sparkproject"));

  private static SparkSession session;

  private SparkReader() {}

  public static synchronized SparkSession session() {
    if (session == null) {
      QUIET.forEach(logger -> logger.setLevel(Level.SEVERE));
      session =
          SparkSession.builder()
              .master("local[2]")
              .appName("lakebeam-tests")
              .config("spark.ui.enabled", "false")
              .config("spark.driver.bindAddress", "127.0.0.1")
              .config("spark.driver.host", "127.0.0.1")
              .config("spark.executor.heartbeat.dropZeroAccumulatorUpdates", "false")
              .config("spark.sql.shuffle.partitions", "2")
              .config("spark.databricks.delta.snapshotPartitions", "2")
              .config("spark.sql.session.timeZone", "UTC")
              .config("spark.sql.datetime.java8API.enabled", "true")
              .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
              .config(
                  "spark.sql.catalog.spark_catalog",
                  "org.apache.spark.sql.delta.catalog.DeltaCatalog")
              .config(
                  "spark.sql.warehouse.dir",
                  System.getProperty("java.io.tmpdir") + "/lakebeam-spark-warehouse")
              .getOrCreate();
    }
    return session;
  }

  /** Every row of a table, in no particular order. */
  public static List<Map<String, Object>> read(String tablePath) {
    return rows(table(tablePath));
  }

  /** The rows of a table for which a condition in Spark SQL holds. */
  public static List<Map<String, Object>> read(String tablePath, String where) {
    return rows(table(tablePath).where(where));
  }

  /**
   * Every row of a Parquet file that belongs to no table, a row at a time: Spark's faster way does
   * not know every encoding.
   */
  public static List<Map<String, Object>> parquet(String file) {
    session().conf().set("spark.sql.parquet.enableVectorizedReader", "false");
    try {
      return rows(session().read().parquet(file));
    } finally {
      session().conf().unset("spark.sql.parquet.enableVectorizedReader");
    }
  }

  public static long count(String tablePath) {
    return table(tablePath).count();
  }

  /**
   * The rows of a query, in which tables are written as delta.`path`.
   *
   * @param sql Spark SQL
   */
  public static List<Map<String, Object>> sql(String sql) {
    return rows(session().sql(sql));
  }

  /** The files that Spark reads for a condition: what partitions and statistics left over. */
  public static List<String> filesRead(String tablePath, String where) {
    return Arrays.asList(table(tablePath).where(where).inputFiles());
  }

  public static Dataset<Row> table(String tablePath) {
    return session().read().format("delta").load(tablePath);
  }

  private static List<Map<String, Object>> rows(Dataset<Row> dataset) {
    List<Map<String, Object>> rows = new ArrayList<>();
    for (Row row : dataset.collectAsList()) {
      rows.add(map(row));
    }
    return rows;
  }

  private static Map<String, Object> map(Row row) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < row.size(); i++) {
      values.put(row.schema().fields()[i].name(), value(row.get(i)));
    }
    return values;
  }

  private static Object value(Object value) {
    if (value instanceof Row row) {
      return map(row);
    }
    if (value instanceof scala.collection.Map<?, ?> entries) {
      Map<Object, Object> values = new LinkedHashMap<>();
      JavaConverters.mapAsJavaMapConverter(entries)
          .asJava()
          .forEach((k, v) -> values.put(value(k), value(v)));
      return values;
    }
    if (value instanceof scala.collection.Seq<?> elements) {
      List<Object> values = new ArrayList<>();
      JavaConverters.seqAsJavaListConverter(elements).asJava().forEach(e -> values.add(value(e)));
      return values;
    }
    return value;
  }
}
