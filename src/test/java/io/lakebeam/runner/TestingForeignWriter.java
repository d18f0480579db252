package io.lakebeam.runner;

import io.delta.exceptions.DeltaConcurrentModificationException;
import io.lakebeam.delta.HardLinkLogStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.apache.spark.sql.SparkSession;

/**
 * A job of somebody else, in a process of its own: delta-spark appends rows to a table, deletes
 * some and optimizes it, again and again until a file appears. On a local disk it needs a log store
 * that does not overwrite what others commit; that of Lakebeam is one.
 */
final class TestingForeignWriter {
  static final int ROWS = 5;

  /** Held, because the JDK forgets the level of a logger that nobody refers to. */
  private static final Logger SPARK = Logger.getLogger("org.apache.spark");

  private TestingForeignWriter() {}

  /** Ids of appended rows are negative: cycle c has those from -(c * ROWS) on downwards. */
  static long id(int cycle, int row) {
    return -((long) cycle * ROWS + row + 1);
  }

  /**
   * @param arguments the table, a condition of the rows to delete, and the file that ends it
   */
  public static void main(String[] arguments) {
    SPARK.setLevel(Level.SEVERE);
    String table = "delta.`" + arguments[0] + "`";
    SparkSession spark =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", "false")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", "1")
            .config("spark.databricks.delta.snapshotPartitions", "1")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.delta.logStore.file.impl", HardLinkLogStore.class.getName())
            .config("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension")
            .config(
                "spark.sql.catalog.spark_catalog",
                "org.apache.spark.sql.delta.catalog.DeltaCatalog")
            .getOrCreate();
    boolean isLast = false;
    for (int cycle = 0; !isLast; cycle++) {
      isLast = Files.exists(Path.of(arguments[2]));
      StringBuilder rows = new StringBuilder();
      for (int row = 0; row < ROWS; row++) {
        rows.append(row == 0 ? "" : ", ").append("(").append(id(cycle, row)).append(", 1)");
      }
      untilDone(
          spark,
          "INSERT INTO "
              + table
              + " (id, amount) SELECT * FROM VALUES "
              + rows
              + " AS r(id, amount)");
      untilDone(spark, "DELETE FROM " + table + " WHERE " + arguments[1]);
      untilDone(spark, "OPTIMIZE " + table);
      System.out.println("cycle " + cycle);
    }
    spark.stop();
  }

  /**
   * As everybody does who shares a table: a conflict is tried again. Without Databricks, Delta
   * takes an append that comes while rows are deleted for one.
   */
  private static void untilDone(SparkSession spark, String statement) {
    while (true) {
      try {
        spark.sql(statement).collect();
        System.out.println("done: " + statement.substring(0, 6));
        return;
      } catch (RuntimeException e) {
        if (!(e instanceof DeltaConcurrentModificationException)) {
          throw e;
        }
        System.out.println("again: " + e.getClass().getSimpleName());
      }
    }
  }
}
