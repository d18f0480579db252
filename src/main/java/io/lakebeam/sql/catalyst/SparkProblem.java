package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.SparkThrowable;
import io.lakebeam.shaded.spark.sql.AnalysisException;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What Spark says of a query or a value, as far as it helps somebody who has no Spark session.
 *
 * @param errorClass for instance {@code UNRESOLVED_COLUMN.WITH_SUGGESTION}; empty when there is
 *     none
 * @param line 1-based, in the query's text; 1 when it is not known
 * @param column 1-based
 * @param message a sentence, with the error class before it
 * @param fix what to do; empty when the message says it
 */
public record SparkProblem(String errorClass, int line, int column, String message, String fix) {
  private static final Pattern STATE = Pattern.compile(" SQLSTATE: [0-9A-Z]{5}");

  /** Settings are Lakebeam's own, the same for everybody. */
  private static final Pattern SETTING =
      Pattern.compile(
          " ?(If necessary,? s|S)et \"?spark\\.[^.]+(\\.[^. ]+)+\"? to \"?[A-Za-z]+\"?"
              + "( \\([^)]*\\))?( to bypass this error)?(, and return NULL instead)?[.]");

  private static final Map<String, String> FIXES =
      Map.of(
          "TABLE_OR_VIEW_NOT_FOUND", "name a source or dataset of the pipeline",
          "MISSING_GROUP_BY", "add GROUP BY, or wrap the column in MIN or MAX",
          "MISSING_AGGREGATION", "add the column to GROUP BY, or wrap it in MIN or MAX",
          "AMBIGUOUS_REFERENCE", "write it with the name of its relation before it",
          "DATATYPE_MISMATCH", "CAST one of the values",
          "PARSE_SYNTAX_ERROR", "see docs/reference/sql.md for what may be written");

  /** Of whatever Catalyst or its generated code throws. */
  public static SparkProblem of(Throwable thrown) {
    String errorClass =
        thrown instanceof SparkThrowable spark && spark.getCondition() != null
            ? spark.getCondition()
            : "";
    int line = 1;
    int column = 1;
    if (thrown instanceof AnalysisException analysis) {
      line = number(analysis.line(), 1);
      column = number(analysis.startPosition(), 0) + 1;
    }
    return new SparkProblem(errorClass, line, column, sentence(thrown), fix(errorClass));
  }

  /** A name that the error is about, as the query has it; empty when it is about none. */
  public static String name(Throwable thrown) {
    if (!(thrown instanceof SparkThrowable spark) || spark.getMessageParameters() == null) {
      return "";
    }
    Map<String, String> parameters = spark.getMessageParameters();
    String name =
        parameters.getOrDefault(
            "objectName",
            parameters.getOrDefault("relationName", parameters.getOrDefault("routineName", "")));
    return name.replace("`", "");
  }

  /** The names that Spark proposes in its place. */
  public static List<String> proposals(Throwable thrown) {
    if (!(thrown instanceof SparkThrowable spark) || spark.getMessageParameters() == null) {
      return List.of();
    }
    String proposal = spark.getMessageParameters().getOrDefault("proposal", "");
    return Stream.of(proposal.split(", "))
        .map(name -> name.replace("`", ""))
        .filter(name -> !name.isEmpty())
        .toList();
  }

  private static int number(Option<Object> value, int otherwise) {
    return value.isDefined() ? (Integer) value.get() : otherwise;
  }

  private static String fix(String errorClass) {
    int dot = errorClass.indexOf('.');
    return FIXES.getOrDefault(dot < 0 ? errorClass : errorClass.substring(0, dot), "");
  }

  private static String sentence(Throwable thrown) {
    String message = thrown.getMessage();
    if (message == null || message.isBlank()) {
      return thrown.getClass().getSimpleName();
    }
    String text = message.strip();
    for (String end : new String[] {"\n== SQL", "; line ", ";\n"}) {
      int at = text.indexOf(end);
      text = at > 0 ? text.substring(0, at) : text;
    }
    String plain = SETTING.matcher(STATE.matcher(text).replaceAll("")).replaceAll("");
    return plain.replaceAll("\\s+", " ").replaceAll(" \\(line \\d+, pos \\d+\\)", "").strip();
  }
}
