package io.lakebeam.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.spark.sql.SparkSession;

/**
 * Delta's MERGE at the same work: the newest change of each key of a file, into the table. It keeps
 * no changes, and knows no deletions that come before what they delete.
 */
final class SparkUpserts {
  private static final String SCHEMA = "day DATE, id BIGINT, name STRING, amount BIGINT, seq INT";

  private SparkUpserts() {}

  /**
   * @param arguments an empty folder, and rows of the table; with a folder alone, of Lakebeam's
   *     part, both tables are compared
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    Path in = Files.createDirectories(folder.resolve("in"));
    SparkSession spark = SparkProcess.session(List.of());
    String table = "delta.`" + folder.resolve("lake/t") + "`";
    if (arguments.length == 3) {
      String other = "delta.`" + Path.of(arguments[2]).toAbsolutePath().resolve("lake/t") + "`";
      compare(spark, table, other);
      return;
    }
    spark.sql("CREATE TABLE " + table + " (" + SCHEMA + ") USING delta PARTITIONED BY (day)");
    new UpsertSteps(in, Long.parseLong(arguments[1])).play(file -> merge(spark, table, file));
    spark.stop();
  }

  private static void merge(SparkSession spark, String table, Path file) {
    spark
        .read()
        .option("header", true)
        .schema(SCHEMA)
        .csv(file.toString())
        .createOrReplaceTempView("changes");
    spark.sql(
        "MERGE INTO "
            + table
            + " t USING (SELECT day, id, name, amount, seq FROM (SELECT *,"
            + " row_number() OVER (PARTITION BY day, id ORDER BY seq DESC) AS n FROM changes)"
            + " WHERE n = 1) s ON t.day = s.day AND t.id = s.id"
            + " WHEN MATCHED AND s.seq > t.seq THEN UPDATE SET *"
            + " WHEN NOT MATCHED THEN INSERT *");
  }

  private static void compare(SparkSession spark, String one, String other) {
    String all = "SELECT day, id, name, amount, seq FROM ";
    long differ =
        spark.sql(all + one + " EXCEPT " + all + other).count()
            + spark.sql(all + other + " EXCEPT " + all + one).count();
    System.out.println(differ == 0 ? "both tables are the same" : differ + " rows differ");
    spark.stop();
    if (differ > 0) {
      System.exit(1);
    }
  }
}
