package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BasePredicate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.JoinedRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.MutableProjection;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Predicate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SizeBasedWindowFunction;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SpecificInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.ImperativeAggregate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.NoOp$;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.GeneratedCode;
import io.lakebeam.sql.catalyst.Scala;
import java.util.ArrayList;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** An aggregate over the rows of a frame, as Spark computes it; for one thread. */
final class WindowAggregate {
  private final @Nullable BasePredicate filter;
  private final InternalRow buffer;
  private final boolean isSized;
  private final @Nullable MutableProjection initial;
  private final @Nullable MutableProjection updated;
  private final @Nullable Value result;
  private final @Nullable ImperativeAggregate imperative;
  private final JoinedRow joined = new JoinedRow();

  WindowAggregate(Operator.WindowFunction of, List<DataType> columns) {
    Expression condition = of.filter();
    this.filter = condition == null ? null : GeneratedCode.of(() -> Predicate.create(condition));
    List<Attribute> attributes = new ArrayList<>();
    this.isSized = of.function() instanceof SizeBasedWindowFunction;
    if (of.function() instanceof SizeBasedWindowFunction sized) {
      attributes.add(sized.n());
    }
    if (of.function() instanceof DeclarativeAggregate declared) {
      attributes.addAll(Scala.<Attribute>list(declared.aggBufferAttributes()));
      this.buffer = row(attributes);
      this.imperative = null;
      List<Expression> first = new ArrayList<>(Scala.list(declared.initialValues()));
      List<Expression> next = new ArrayList<>(Scala.list(declared.updateExpressions()));
      if (isSized) {
        first.add(0, NoOp$.MODULE$);
        next.add(0, NoOp$.MODULE$);
      }
      this.initial = projection(first, attributes).target(buffer);
      this.updated = projection(next, attributes).target(buffer);
      this.result = new Value(bound(declared.evaluateExpression(), attributes));
    } else {
      ImperativeAggregate function = (ImperativeAggregate) of.function();
      attributes.addAll(Scala.<Attribute>list(function.aggBufferAttributes()));
      this.buffer = row(attributes);
      this.imperative = function.withNewMutableAggBufferOffset(0).withNewInputAggBufferOffset(0);
      this.initial = null;
      this.updated = null;
      this.result = null;
    }
  }

  private static InternalRow row(List<Attribute> attributes) {
    return new SpecificInternalRow(
        Scala.seq(attributes.stream().map(Attribute::dataType).toList()));
  }

  private static MutableProjection projection(List<Expression> values, List<Attribute> attributes) {
    List<Expression> bound = values.stream().map(value -> bound(value, attributes)).toList();
    return GeneratedCode.of(() -> MutableProjection.create(Scala.seq(bound)));
  }

  /** Over the buffer, and the row behind it. */
  private static Expression bound(Expression expression, List<Attribute> buffer) {
    return Scala.rewrite(
        expression,
        each -> {
          if (each instanceof BoundReference column) {
            return new BoundReference(
                column.ordinal() + buffer.size(), column.dataType(), column.nullable());
          }
          if (each instanceof Attribute attribute) {
            for (int i = 0; i < buffer.size(); i++) {
              if (buffer.get(i).exprId().equals(attribute.exprId())) {
                return new BoundReference(i, attribute.dataType(), attribute.nullable());
              }
            }
          }
          return each;
        });
  }

  /**
   * Begins with no row.
   *
   * @param size rows of the partition
   */
  void start(int size) {
    if (imperative != null) {
      imperative.initialize(buffer);
      return;
    }
    if (isSized) {
      buffer.setInt(0, size);
    }
    initial.apply(joined.apply(buffer, InternalRow.empty()));
  }

  void add(InternalRow row) {
    if (filter != null && !filter.eval(row)) {
      return;
    }
    if (imperative != null) {
      imperative.update(buffer, row);
    } else {
      updated.apply(joined.apply(buffer, row));
    }
  }

  @Nullable Object result() {
    return imperative == null
        ? result.copyOf(buffer)
        : InternalRow.copyValue(GeneratedCode.of(() -> imperative.eval(buffer)));
  }
}
