package io.lakebeam.lake;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.expectation.OnViolation;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.FunctionLibrary;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.QueryAnalyzer;
import io.lakebeam.sql.RuleProgram;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A SQL condition over a table's columns, typed at the command line. A row meets it when it is TRUE
 * on it, as a row passes an expectation.
 */
public final class Condition {
  static final String RELATION = "rows_of_table";

  private static final String WHERE = "--where";

  private final String text;
  private final TableSchema schema;
  private final Expectation asRule;

  private Condition(String text, TableSchema schema, Expectation asRule) {
    this.text = text;
    this.schema = schema;
    this.asRule = asRule;
  }

  /**
   * Checks a condition.
   *
   * @throws UsageException with the place of the mistake, when it is none
   */
  public static Condition of(String text, TableSchema schema) {
    Expectation asRule =
        new Expectation(WHERE, text, OnViolation.WARN, false, new SourceLocation(WHERE, 1, 1));
    try {
      analyzer().check(asRule, schema, RELATION);
      return new Condition(text, schema, asRule);
    } catch (InvalidQueryException e) {
      throw new UsageException(explain(e.problems().get(0), text));
    }
  }

  /**
   * The columns wanted and those that the condition may need, in the table's order. The current
   * time is that of {@code _ingested_at}, as in every query of a pipeline.
   */
  public List<String> reads(List<String> columns) {
    String lower = text.toLowerCase(Locale.ROOT);
    return schema.columns().stream()
        .map(Column::name)
        .filter(
            name ->
                columns.contains(name)
                    || name.equals(HiddenColumns.INGESTED_AT.name())
                    || lower.contains(name.toLowerCase(Locale.ROOT)))
        .toList();
  }

  /**
   * The condition over rows with some columns of the table.
   *
   * @param read at least {@link #reads}
   */
  public RuleProgram over(TableSchema read) {
    return analyzer().rules(List.of(asRule), read, RELATION);
  }

  private static QueryAnalyzer analyzer() {
    return new QueryAnalyzer(FunctionLibrary.standard(), Map.of(), Set.of());
  }

  private static String explain(Problem problem, String text) {
    boolean isCurrentTime =
        problem.problem().contains(HiddenColumns.INGESTED_AT.name())
            && !text.contains(HiddenColumns.INGESTED_AT.name());
    if (isCurrentTime) {
      return WHERE
          + ": the current time is that of the column "
          + HiddenColumns.INGESTED_AT.name()
          + ", which this table does not have; write TIMESTAMP '2026-01-31 12:00:00'";
    }
    StringBuilder explained = new StringBuilder(WHERE);
    if (problem.at().column() > 0) {
      explained.append(", column ").append(problem.at().column());
    }
    explained.append(": ").append(problem.problem().replace("expectation --where", "it"));
    boolean isOneLine = text.lines().count() == 1;
    if (problem.at().column() > 0 && isOneLine) {
      explained.append("\n    ").append(text.replace('\t', ' '));
      explained.append("\n    ").append(" ".repeat(problem.at().column() - 1)).append('^');
    }
    if (!problem.cause().isEmpty() && !problem.problem().contains("there is no column")) {
      explained.append("\n  cause: ").append(problem.cause());
    }
    if (!problem.fix().isEmpty()) {
      explained.append("\n  fix: ").append(problem.fix());
    }
    return explained.toString();
  }
}
