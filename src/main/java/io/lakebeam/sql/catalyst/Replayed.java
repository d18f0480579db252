package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Cast;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.CurrentDate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.CurrentTimeZone;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.CurrentTimestampLike;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.InputFileName;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.LocalTimestamp;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.RegExpReplace;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What must be the same however often an epoch is replayed. The current time is when the row's
 * epoch was planned; the current file is the one that the row came from.
 */
final class Replayed {
  private static final Option<String> UTC = Option.apply("UTC");

  /** They are told by no property: Spark puts constants in their place for each query. */
  private static final Set<String> OF_A_SESSION =
      Set.of(
          "current_user",
          "session_user",
          "user",
          "current_catalog",
          "current_database",
          "current_schema",
          "current_path",
          "current_time");

  private Replayed() {}

  static Expression bind(Expression expression, List<Attribute> layout)
      throws RefusedQueryException {
    RefusedQueryException[] refused = new RefusedQueryException[1];
    Expression bound =
        Scala.rewrite(
            expression,
            each -> {
              try {
                return replaced(each, layout);
              } catch (RefusedQueryException e) {
                refused[0] = e;
                return each;
              }
            });
    if (refused[0] != null) {
      throw refused[0];
    }
    return bound;
  }

  /** The hidden columns that the plan's expressions stand for. */
  static Set<String> hiddenOf(LogicalPlan plan) {
    Set<String> hidden = new HashSet<>();
    Scala.list(plan.expressions()).forEach(expression -> hidden.addAll(hiddenOf(expression)));
    Scala.list(plan.children()).forEach(child -> hidden.addAll(hiddenOf(child)));
    return hidden;
  }

  /** The hidden columns that an expression stands for. */
  static Set<String> hiddenOf(Expression expression) {
    Set<String> hidden = new HashSet<>();
    if (expression instanceof CurrentTimestampLike
        || expression instanceof CurrentDate
        || expression instanceof LocalTimestamp) {
      hidden.add(HiddenColumns.INGESTED_AT.name());
    } else if (expression instanceof InputFileName) {
      hidden.add(HiddenColumns.POSITION.name());
    }
    Scala.list(expression.children()).forEach(child -> hidden.addAll(hiddenOf(child)));
    return hidden;
  }

  private static Expression replaced(Expression each, List<Attribute> layout)
      throws RefusedQueryException {
    if (each instanceof CurrentTimestampLike) {
      return hidden(each, layout, HiddenColumns.INGESTED_AT, "the current time");
    }
    if (each instanceof CurrentDate) {
      return cast(
          hidden(each, layout, HiddenColumns.INGESTED_AT, "the current date"), DataTypes.DateType);
    }
    if (each instanceof LocalTimestamp) {
      return cast(
          hidden(each, layout, HiddenColumns.INGESTED_AT, "the current time"),
          DataTypes.TimestampNTZType);
    }
    if (each instanceof CurrentTimeZone) {
      return Literal$.MODULE$.apply("UTC");
    }
    if (each instanceof InputFileName) {
      // The position of a row of a file is the file's path, a colon, and the place in the file.
      return new RegExpReplace(
          hidden(each, layout, HiddenColumns.POSITION, "the input file"),
          Literal$.MODULE$.apply(":[^:/]*$"),
          Literal$.MODULE$.apply(""),
          Literal$.MODULE$.apply(1));
    }
    return each;
  }

  private static Expression cast(Expression value, DataType type) {
    return new Cast(value, type, UTC, Cast.apply$default$4());
  }

  private static Expression hidden(
      Expression each, List<Attribute> layout, Column column, String what)
      throws RefusedQueryException {
    Attribute found = Origins.carried(layout, column);
    if (found == null) {
      throw new RefusedQueryException(
          each.origin(),
          what + " is not known here",
          "it is that of the column " + column.name() + ", which these rows do not have",
          "leave it out");
    }
    return found;
  }

  private static final Set<String> SPECIAL_TIMES = Set.of("now", "today", "tomorrow", "yesterday");

  /** Refuses what Spark would make constants of, once and for all. */
  static void refuseOfSession(LogicalPlan plan) throws RefusedQueryException {
    for (Expression expression : Scala.list(plan.expressions())) {
      refuseOfSession(expression);
    }
    for (LogicalPlan child : Scala.list(plan.children())) {
      refuseOfSession(child);
    }
    for (LogicalPlan inner : Scala.list(plan.subqueries())) {
      refuseOfSession(inner);
    }
  }

  private static void refuseOfSession(Expression expression) throws RefusedQueryException {
    for (Expression child : Scala.list(expression.children())) {
      refuseOfSession(child);
    }
    boolean isSpecialTime =
        expression instanceof Cast cast
            && cast.child() instanceof Literal text
            && text.value() != null
            && SPECIAL_TIMES.contains(text.value().toString().trim().toLowerCase(Locale.ROOT));
    if (isSpecialTime || OF_A_SESSION.contains(expression.prettyName())) {
      throw new RefusedQueryException(
          expression.origin(),
          (isSpecialTime ? expression.sql() : expression.prettyName()) + " is not possible here",
          "it would stay what it is when the pipeline is read",
          isSpecialTime
              ? "write CURRENT_DATE or NOW(), and count from there"
              : "take the value from the row, or leave it out");
    }
  }

  /** Refuses whatever may answer in another way when it is asked again. */
  static void refuseOthers(Expression expression) throws RefusedQueryException {
    for (Expression child : Scala.list(expression.children())) {
      refuseOthers(child);
    }
    String name = expression.prettyName();
    if (!expression.deterministic() || OF_A_SESSION.contains(name)) {
      throw new RefusedQueryException(
          expression.origin(),
          name + " is not possible here",
          "a replayed epoch would get another answer, and tables would differ",
          "take the value from the row, or leave it out");
    }
  }
}
