package io.lakebeam.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.apache.spark.sql.SparkSession;

/**
 * Delta's MERGE at the same work: the newest change of each key of a file, into the table. It keeps
 * no changes, and knows no deletions that come before what they delete.
 */
final class SparkUpserts {
  private static final String SCHEMA = "day DATE, id BIGINT, name STRING, amount BIGINT, seq INT";

  private SparkUpserts() {}

  /**
   * @param arguments an empty folder, rows of the table, and "views" to write views of it anew each
   *     time, as Spark does; with "compare" and the folder of Lakebeam's part in place of the rows,
   *     the tables are compared
   */
  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[0]).toAbsolutePath();
    Path in = Files.createDirectories(folder.resolve("in"));
    SparkSession spark = SparkProcess.session(List.of());
    String table = "delta.`" + folder.resolve("lake/t") + "`";
    boolean hasViews = arguments[arguments.length - 1].equals("views");
    if (arguments[1].equals("compare")) {
      Path other = Path.of(arguments[2]).toAbsolutePath();
      long differ = differ(spark, folder, other, "t", "day, id, name, amount, seq");
      for (String view : hasViews ? UpsertSteps.VIEWS.keySet() : Set.<String>of()) {
        differ += differ(spark, folder, other, view, "*");
      }
      System.out.println(differ == 0 ? "all tables are the same" : differ + " rows differ");
      spark.stop();
      System.exit(differ == 0 ? 0 : 1);
    }
    spark.sql("CREATE TABLE " + table + " (" + SCHEMA + ") USING delta PARTITIONED BY (day)");
    new UpsertSteps(in, Long.parseLong(arguments[1]))
        .play(
            file -> {
              merge(spark, table, file);
              if (hasViews) {
                UpsertSteps.VIEWS.forEach((name, sql) -> write(spark, folder, name, sql));
              }
            });
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

  private static void write(SparkSession spark, Path folder, String name, String sql) {
    spark
        .sql(sql.replace("[t]", delta(folder, "t")))
        .write()
        .format("delta")
        .mode("overwrite")
        .partitionBy("day")
        .save(folder.resolve("lake").resolve(name).toString());
  }

  private static String delta(Path folder, String table) {
    return "delta.`" + folder.resolve("lake").resolve(table) + "`";
  }

  private static long differ(
      SparkSession spark, Path one, Path other, String table, String columns) {
    String own = "SELECT " + columns + " FROM " + delta(one, table);
    String others = "SELECT " + columns + " FROM " + delta(other, table);
    return spark.sql(own + " EXCEPT ALL " + others).count()
        + spark.sql(others + " EXCEPT ALL " + own).count();
  }
}
