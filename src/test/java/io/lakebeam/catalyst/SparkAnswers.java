package io.lakebeam.catalyst;

import io.lakebeam.shaded.spark.SparkThrowable;
import io.lakebeam.shaded.spark.sql.Dataset;
import io.lakebeam.shaded.spark.sql.Row;
import io.lakebeam.shaded.spark.sql.SparkSession;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.types.StructType;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A real Spark that answers questions from standard input, one line each: the row, a tab, and the
 * expression. It runs in a process of its own, with the names of Spark's classes in place of those
 * here ({@link RealSpark}).
 */
public final class SparkAnswers {
  /**
   * Rules that leave out what NULL or a constant makes needless, also where it would be an error.
   * The engine evaluates what is written.
   */
  private static final String NOT_OPTIMIZED =
      Stream.of(
              "BooleanSimplification",
              "ConstantFolding",
              "ConstantPropagation",
              "FoldablePropagation",
              "LikeSimplification",
              "NullDownPropagation",
              "NullPropagation",
              "OptimizeCsvJsonExprs",
              "OptimizeIn",
              "PushFoldableIntoBranches",
              "ReorderAssociativeOperator",
              "ReplaceNullWithFalseInPredicate",
              "SimplifyBinaryComparison",
              "SimplifyCaseConversionExpressions",
              "SimplifyCasts",
              "SimplifyConditionals",
              "SimplifyExtractValueOps",
              "UnwrapCastInBinaryComparison")
          .map(rule -> "org.apache.spark.sql.catalyst.optimizer." + rule)
          .collect(Collectors.joining(","));

  private SparkAnswers() {}

  public static void main(String[] args) throws IOException {
    PrintStream answers = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    SparkSession session =
        SparkSession.builder()
            .master("local[1]")
            .config("spark.ui.enabled", false)
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.optimizer.excludedRules", NOT_OPTIMIZED)
            .config("spark.sql.warehouse.dir", args[0])
            .config("spark.driver.host", "localhost")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .getOrCreate();
    for (int row = 0; row < SampleTable.ROWS; row++) {
      Dataset<Row> made = session.sql(SampleTable.row(row));
      session
          .createDataFrame(made.collectAsList(), made.schema())
          .createOrReplaceTempView("r" + row);
    }
    BufferedReader questions =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = questions.readLine(); line != null; line = questions.readLine()) {
      answers.println(answer(session, line));
    }
    session.stop();
  }

  private static String answer(SparkSession session, String sql) {
    try {
      Object rows = session.sql(sql);
      StructType type = (StructType) rows.getClass().getMethod("schema").invoke(rows);
      Object execution = rows.getClass().getMethod("queryExecution").invoke(rows);
      Object plan = execution.getClass().getMethod("executedPlan").invoke(execution);
      InternalRow[] found =
          (InternalRow[]) plan.getClass().getMethod("executeCollect").invoke(plan);
      return told(List.of(found), type);
    } catch (Throwable e) {
      return error(e);
    }
  }

  static String told(List<InternalRow> rows, StructType type) {
    return rows.stream()
        .map(row -> ValueText.of(row, 0, type.apply(0).dataType()))
        .collect(Collectors.joining(" ; ", type.apply(0).dataType().catalogString() + " ", ""));
  }

  /** The condition of an error, or of what is behind it. */
  static String error(Throwable thrown) {
    for (Throwable each = thrown; each != null; each = each.getCause()) {
      if (each instanceof SparkThrowable spark && spark.getCondition() != null) {
        return "! " + spark.getCondition();
      }
      if (each.getCause() == null) {
        return "! " + each.getClass().getSimpleName();
      }
    }
    throw new IllegalArgumentException(thrown);
  }
}
