package io.lakebeam.sql;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.sql.FunctionAnswers.Case;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.beam.sdk.values.Row;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;

/**
 * Every expression of sql-functions.txt over every sample row, here and in Spark: the answers are
 * the same. What is known to differ stands in docs/reference/sql.md and not in that file.
 */
class FunctionLibraryIT {
  private static final int SHOWN = 50;

  @Test
  void answersAsSparkDoes() throws IOException {
    List<Case> cases = FunctionAnswers.cases();
    Map<String, Object> answers = FunctionAnswers.all(cases);
    List<String> differences = new ArrayList<>();
    try (SparkSession spark = session()) {
      Dataset<org.apache.spark.sql.Row> rows =
          spark.createDataFrame(SampleRows.spark(), SampleRows.SPARK);
      List<String> columns = new ArrayList<>(List.of("id"));
      for (int i = 0; i < cases.size(); i++) {
        columns.add(cases.get(i).spark() + " AS c" + i);
      }
      for (org.apache.spark.sql.Row row :
          rows.selectExpr(columns.toArray(String[]::new)).collectAsList()) {
        compare(cases, answers, row, differences);
      }
    }
    assertEquals(
        "",
        differences.stream().limit(SHOWN).collect(Collectors.joining("\n")),
        "answers that differ");
  }

  private static void compare(
      List<Case> cases,
      Map<String, Object> answers,
      org.apache.spark.sql.Row row,
      List<String> differences) {
    int id = row.getInt(0);
    Row input = SampleRows.beam().get(id);
    for (int i = 0; i < cases.size(); i++) {
      Object expected = FunctionAnswers.comparable(row.get(i + 1));
      Object actual = answers.get(i + "/" + id);
      if (!expected.equals(actual)) {
        differences.add(
            cases.get(i).ours()
                + " is "
                + actual
                + ", in Spark "
                + expected
                + ", for "
                + input.getValues().subList(0, 11));
      }
    }
  }

  private static SparkSession session() {
    return SparkSession.builder()
        .master("local[1]")
        .config("spark.ui.enabled", false)
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.ansi.enabled", false)
        .config("spark.sql.datetime.java8API.enabled", true)
        .config("spark.sql.legacy.timeParserPolicy", "CORRECTED")
        .config("spark.sql.parser.escapedStringLiterals", true)
        .getOrCreate();
  }
}
