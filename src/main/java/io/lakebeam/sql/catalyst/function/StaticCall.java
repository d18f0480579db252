package io.lakebeam.sql.catalyst.function;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.collection.immutable.Nil$;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.objects.StaticInvoke;
import io.lakebeam.shaded.spark.sql.types.AbstractDataType;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.Scala;
import java.util.List;

/** Calls of Java within expressions. */
public final class StaticCall {
  private StaticCall() {}

  /** A call of a public static method; NULL when an argument is. */
  @SuppressWarnings("unchecked") // an empty sequence of anything
  public static Expression of(
      Class<?> owner, String method, DataType type, Expression... arguments) {
    return new StaticInvoke(
        owner,
        type,
        method,
        Scala.seq(List.of(arguments)),
        (Seq<AbstractDataType>) (Seq<?>) Nil$.MODULE$,
        true,
        true,
        true,
        Option.empty());
  }
}
