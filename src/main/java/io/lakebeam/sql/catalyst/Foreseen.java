package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ConditionalExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.LambdaFunction;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.TryEval;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.shaded.spark.sql.types.DecimalType;
import io.lakebeam.shaded.spark.sql.types.ObjectType;
import io.lakebeam.shaded.spark.sql.types.StringType;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Finds what fails on every row: constants that cannot be computed, and functions that cannot take
 * the constant they are given, such as a pattern that is none. What a condition may pass over is
 * not looked at.
 */
public final class Foreseen {
  /** Errors that say something of a constant, whatever the other arguments are. */
  private static final Set<String> OF_CONSTANTS =
      Set.of(
          "INVALID_PARAMETER_VALUE",
          "INVALID_DATETIME_PATTERN",
          "INVALID_FORMAT",
          "INCONSISTENT_BEHAVIOR_CROSS_VERSION",
          "DIVIDE_BY_ZERO",
          "REMAINDER_BY_ZERO");

  private Foreseen() {}

  /** The first thing that is bound to fail. */
  static Optional<RefusedQueryException> in(Expression expression) {
    if (expression instanceof ConditionalExpression
        || expression instanceof TryEval
        || expression instanceof LambdaFunction
        || expression instanceof AggregateExpression
        || !expression.resolved()) {
      return Optional.empty();
    }
    for (Expression child : Scala.list(expression.children())) {
      Optional<RefusedQueryException> found = in(child);
      if (found.isPresent()) {
        return found;
      }
    }
    if (expression.foldable()) {
      return failure(expression, expression).map(problem -> refused(expression, problem));
    }
    return sampled(expression)
        .flatMap(sample -> failure(sample, expression))
        .filter(problem -> OF_CONSTANTS.contains(problem.errorClass().split("\\.")[0]))
        .map(problem -> refused(expression, problem));
  }

  /**
   * The expression with what is constant computed, as far as it can be. Spark's code of some
   * functions is none when all their arguments are constants.
   */
  public static Expression computed(Expression expression) {
    return Scala.rewrite(expression, Foreseen::constant);
  }

  private static Expression constant(Expression each) {
    if (!each.foldable() || each instanceof Literal || each.dataType() instanceof ObjectType) {
      return each;
    }
    try {
      return Literal$.MODULE$.create(each.eval(InternalRow.empty()), each.dataType());
    } catch (Exception | AssertionError e) {
      return each; // it fails on each row that comes to it
    }
  }

  /** The call with its constants, and some value for all that is none. */
  private static Optional<Expression> sampled(Expression expression) {
    List<Expression> children = new ArrayList<>(Scala.list(expression.children()));
    if (children.size() < 2 || children.stream().noneMatch(Foreseen::isConstant)) {
      return Optional.empty();
    }
    for (int i = 0; i < children.size(); i++) {
      Expression value = isConstant(children.get(i)) ? children.get(i) : sample(children.get(i));
      if (value == null) {
        return Optional.empty();
      }
      children.set(i, value);
    }
    return Optional.of(expression.withNewChildren(Scala.seq(children)));
  }

  /** Some value of a type; null when there is none to try. */
  private static @Nullable Expression sample(Expression expression) {
    DataType type = expression.dataType();
    Object value = null;
    if (type instanceof StringType) {
      value = UTF8String.fromString("a");
    } else if (type.equals(DataTypes.DateType) || type.equals(DataTypes.IntegerType)) {
      value = 1;
    } else if (type.equals(DataTypes.TimestampType) || type.equals(DataTypes.LongType)) {
      value = 1L;
    } else if (type.equals(DataTypes.DoubleType)) {
      value = 1.0;
    } else if (type instanceof DecimalType decimal) {
      value = Decimal.createUnsafe(1, decimal.precision(), decimal.scale());
    }
    return value == null ? null : Literal$.MODULE$.create(value, type);
  }

  private static boolean isConstant(Expression expression) {
    return expression.foldable()
        && !(expression instanceof Literal literal && literal.value() == null);
  }

  private static Optional<SparkProblem> failure(Expression tried, Expression told) {
    try {
      tried.eval(InternalRow.empty());
      return Optional.empty();
    } catch (Exception | AssertionError e) { // Scala throws checked ones without saying so
      // Not tried again: some functions of Spark keep half of what failed, and answer then.
      return Optional.of(SparkProblem.of(e));
    } catch (LinkageError e) {
      throw new IllegalStateException(told.toString(), e);
    }
  }

  private static RefusedQueryException refused(Expression at, SparkProblem problem) {
    return new RefusedQueryException(
        at.origin(), problem.message(), "it is the same for every row", "mend the constant");
  }
}
