package io.lakebeam.cli;

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
import io.lakebeam.sql.SqlText;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * A SQL condition over a table's columns, typed at the command line. A row meets it when it is TRUE
 * on it, as a row passes an expectation.
 */
final class Condition {
  static final String RELATION = "rows_of_table";

  private static final String WHERE = "--where";

  private final String text;
  private final TableSchema schema;
  private final String verdict;

  private Condition(String text, TableSchema schema, String verdict) {
    this.text = text;
    this.schema = schema;
    this.verdict = verdict;
  }

  /**
   * Checks a condition.
   *
   * @throws UsageException with the place of the mistake, when it is none
   */
  static Condition of(String text, TableSchema schema) {
    Expectation asRule =
        new Expectation(WHERE, text, OnViolation.WARN, false, new SourceLocation(WHERE, 1, 1));
    QueryAnalyzer analyzer =
        new QueryAnalyzer("show", FunctionLibrary.standard(), Map.of(), Set.of());
    try {
      return new Condition(text, schema, analyzer.verdict(asRule, schema, RELATION));
    } catch (InvalidQueryException e) {
      throw new UsageException(explain(e.problems().get(0), text));
    }
  }

  /**
   * The columns wanted and those that the condition may need, in the table's order. The current
   * time is that of {@code _ingested_at}, as in every query of a pipeline.
   */
  List<String> reads(List<String> columns) {
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

  /** Selects the columns of the rows that meet it from {@link #RELATION}. */
  String query(List<String> columns) {
    String relation = SqlText.quoted(RELATION);
    return "SELECT "
        + String.join(
            ", ", columns.stream().map(name -> relation + "." + SqlText.quoted(name)).toList())
        + " FROM "
        + relation
        + " WHERE "
        + verdict;
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
    if (!problem.cause().isEmpty() && !problem.problem().startsWith("there is no column")) {
      explained.append("\n  cause: ").append(problem.cause());
    }
    if (!problem.fix().isEmpty()) {
      explained.append("\n  fix: ").append(problem.fix());
    }
    return explained.toString();
  }
}
