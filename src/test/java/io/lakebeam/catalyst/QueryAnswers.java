package io.lakebeam.catalyst;

import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.StructType;
import io.lakebeam.sql.catalyst.Evaluation;
import io.lakebeam.sql.catalyst.MemoryTables;
import io.lakebeam.sql.catalyst.QueryReader;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.Relation;
import io.lakebeam.sql.catalyst.RowPlan;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Queries as flows have them: read, checked, translated into steps, and computed. */
final class QueryAnswers implements Answers {
  /** Before the reason when the engine does not want to compute what Spark computes. */
  static final String REFUSED = "! refused: ";

  /** Behind an error that is told before any row comes. */
  static final String FORESEEN = " before any row";

  /** What the engine does not make, for it would take all memory. */
  private static final String BOUNDED = "! bounded";

  private static final String LIMIT = " is the limit";

  private static final Pattern ERROR = Pattern.compile("\\[([A-Z0-9_.]+)\\] .*", Pattern.DOTALL);

  private final QueryReader reader = new QueryReader(Map.of(), name -> false);

  QueryAnswers() {
    try {
      TableSchema rows = SchemaDdl.parse("here BOOLEAN");
      reader.declare(new Relation("one", rows, Set.of()));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public String answer(Questions.Question question) {
    String sql = question.sql("(" + SampleTable.row(question.row(), "here") + " FROM one)");
    try {
      RowPlan plan = reader.rows(sql);
      DataType type = plan.columns().get(0).type();
      StructType schema = new StructType().add("a", type);
      Evaluation steps =
          new Evaluation(plan.select(List.of(0), List.of()).steps(), new MemoryTables(Map.of()));
      List<InternalRow> found = new ArrayList<>();
      steps.take(new GenericInternalRow(new Object[] {true}), made -> found.add(made.copy()));
      return SparkAnswers.told(found, schema);
    } catch (RefusedQueryException e) {
      Matcher foreseen = ERROR.matcher(e.told().problem());
      return foreseen.matches()
          ? "! " + foreseen.group(1) + FORESEEN
          : REFUSED + e.told().problem();
    } catch (OutOfMemoryError e) { // an array that no Java can hold: the row fails
      return BOUNDED;
    } catch (Exception | AssertionError e) { // both fail the row
      return String.valueOf(e.getMessage()).endsWith(LIMIT) ? BOUNDED : SparkAnswers.error(e);
    }
  }
}
