package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.collection.immutable.IndexedSeq;
import io.lakebeam.shaded.scala.collection.immutable.Nil$;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Cast;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.CurrentDate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.CurrentTimestampLike;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.LocalTimestamp;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.codegen.CodegenContext;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.codegen.CodegenFallback;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.codegen.ExprCode;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.sql.catalyst.Scala;
import java.io.Serializable;

/** The current time of a query: when the epoch was planned that computes it, on every worker. */
public final class EpochTime extends Expression implements CodegenFallback, Serializable {
  private static final long serialVersionUID = 1;

  static final String NAME = "epoch_time()";

  private static final ThreadLocal<Long> NOW = new ThreadLocal<>();

  /**
   * Sets the time for what this thread evaluates from now on.
   *
   * @param microseconds since 1970
   */
  public static void set(long microseconds) {
    NOW.set(microseconds);
  }

  /** The plan with this in the place of the current time. */
  public static LogicalPlan in(LogicalPlan plan) {
    return (LogicalPlan)
        plan.transformAllExpressionsWithSubqueries(Scala.total(EpochTime::replaced));
  }

  private static Expression replaced(Expression each) {
    if (each instanceof CurrentTimestampLike) {
      return new EpochTime();
    }
    if (each instanceof CurrentDate) {
      return cast(DataTypes.DateType);
    }
    return each instanceof LocalTimestamp ? cast(DataTypes.TimestampNTZType) : each;
  }

  private static Expression cast(DataType type) {
    return new Cast(new EpochTime(), type, Option.apply("UTC"), Cast.apply$default$4());
  }

  @Override
  public Object eval(InternalRow row) {
    Long now = NOW.get();
    if (now == null) {
      throw new IllegalStateException("nobody has said when the epoch was planned");
    }
    return now;
  }

  @Override
  public ExprCode doGenCode(CodegenContext context, ExprCode code) {
    return CodegenFallback.super.doGenCode(context, code);
  }

  @Override
  public boolean foldable() {
    return false;
  }

  @Override
  public boolean nullable() {
    return false;
  }

  @Override
  public DataType dataType() {
    return DataTypes.TimestampType;
  }

  @Override
  @SuppressWarnings("unchecked") // an empty sequence of anything
  public Seq<Expression> children() {
    return (Seq<Expression>) (Seq<?>) Nil$.MODULE$;
  }

  @Override
  public Expression withNewChildrenInternal(IndexedSeq<Expression> children) {
    return this;
  }

  @Override
  public String prettyName() {
    return "epoch_time";
  }

  @Override
  public String toString() {
    return NAME;
  }

  @Override
  public int productArity() {
    return 0;
  }

  @Override
  public Object productElement(int n) {
    throw new IndexOutOfBoundsException(n);
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof EpochTime;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof EpochTime;
  }

  @Override
  public int hashCode() {
    return EpochTime.class.hashCode();
  }
}
