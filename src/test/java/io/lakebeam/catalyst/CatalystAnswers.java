package io.lakebeam.catalyst;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LocalRelation;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.types.StructType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The engine alone, in both of its ways. */
final class CatalystAnswers implements Answers {
  /** Between two answers that are not the same. */
  static final String BUT = " but generated ";

  private final Catalyst catalyst;

  CatalystAnswers() {
    Map<String, LogicalPlan> rows = new HashMap<>();
    Catalyst none = new Catalyst(Map.of());
    for (int row = 0; row < SampleTable.ROWS; row++) {
      LogicalPlan made = none.plan(SampleTable.row(row));
      rows.put("r" + row, local(made, new Execution(false).rows(made)));
    }
    catalyst = new Catalyst(rows);
  }

  private static LogicalPlan local(LogicalPlan made, List<InternalRow> rows) {
    return new LocalRelation(made.output(), Scala.seq(rows), false, Option.empty());
  }

  @Override
  public String answer(Questions.Question question) {
    String sql = question.sql("r" + question.row());
    String interpreted = answer(sql, new Execution(false));
    String generated = answer(sql, new Execution(true));
    return interpreted.equals(generated) || generated.contains("CompileException")
        ? interpreted
        : interpreted + BUT + generated;
  }

  private String answer(String sql, Execution execution) {
    try {
      LogicalPlan plan = catalyst.plan(sql);
      return SparkAnswers.told(execution.rows(plan), (StructType) plan.schema());
    } catch (Exception | AssertionError | OutOfMemoryError e) { // nothing bounds it here
      return SparkAnswers.error(e);
    }
  }
}
