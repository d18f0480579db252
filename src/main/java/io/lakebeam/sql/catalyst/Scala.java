package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.scala.jdk.javaapi.CollectionConverters;
import io.lakebeam.shaded.scala.runtime.AbstractFunction1;
import io.lakebeam.shaded.scala.runtime.AbstractPartialFunction;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/** Collections and trees of Scala as Java writes them. */
public final class Scala {
  private Scala() {}

  public static <T> Seq<T> seq(List<? extends T> list) {
    @SuppressWarnings("unchecked") // an immutable sequence of a subtype is one of the type
    List<T> widened = (List<T>) list;
    return CollectionConverters.asScala(widened).toSeq();
  }

  public static <T> List<T> list(io.lakebeam.shaded.scala.collection.Seq<? extends T> seq) {
    return List.copyOf(CollectionConverters.asJava(seq));
  }

  /** The plan with each node replaced, the lowest first. */
  public static LogicalPlan rewrite(LogicalPlan plan, UnaryOperator<LogicalPlan> each) {
    return plan.transformUp(total(each));
  }

  /** The expression with each node replaced, the lowest first. */
  public static Expression rewrite(Expression expression, UnaryOperator<Expression> each) {
    return expression.transformUp(total(each));
  }

  public static AbstractFunction1<LogicalPlan, Object> predicate(Predicate<LogicalPlan> test) {
    return test(test);
  }

  /** A test of Java as Scala writes it. */
  public static <T> AbstractFunction1<T, Object> test(Predicate<T> test) {
    return new AbstractFunction1<>() {
      @Override
      public Object apply(T value) {
        return test.test(value);
      }
    };
  }

  /** The function of Java as a partial one that is defined for everything. */
  public static <T> AbstractPartialFunction<T, T> total(UnaryOperator<T> each) {
    return new AbstractPartialFunction<>() {
      @Override
      public boolean isDefinedAt(T node) {
        return true;
      }

      @Override
      @SuppressWarnings("unchecked") // the function's bounds, as Scala declares them
      public <A extends T, B> B applyOrElse(
          A node, io.lakebeam.shaded.scala.Function1<A, B> other) {
        return (B) each.apply(node);
      }
    };
  }
}
