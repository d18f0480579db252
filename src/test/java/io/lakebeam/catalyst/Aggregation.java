package io.lakebeam.catalyst;

import io.lakebeam.shaded.scala.runtime.AbstractFunction1;
import io.lakebeam.shaded.scala.runtime.BoxedUnit;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.JoinedRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.MutableProjection;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.DeclarativeAggregate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.ImperativeAggregate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.TypedImperativeAggregate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Aggregate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An aggregate over rows in memory; buffers are packed, unpacked and merged once on the way. */
final class Aggregation {
  private final Execution execution;
  private final Aggregate plan;
  private final List<Attribute> input;
  private final List<Expression> keys;
  private final List<AggregateExpression> aggregates = new ArrayList<>();

  Aggregation(Execution execution, Aggregate plan) {
    this.execution = execution;
    this.plan = plan;
    this.input = Scala.list(plan.child().output());
    this.keys = Scala.list(plan.groupingExpressions());
    for (Expression each : Scala.<Expression>list(plan.aggregateExpressions())) {
      each.foreach(
          new AbstractFunction1<>() {
            @Override
            public BoxedUnit apply(Expression node) {
              if (node instanceof AggregateExpression aggregate
                  && aggregates.stream().noneMatch(aggregate::semanticEquals)) {
                aggregates.add(aggregate);
              }
              return BoxedUnit.UNIT;
            }
          });
    }
  }

  List<InternalRow> rows() {
    Map<List<Object>, List<InternalRow>> groups = new LinkedHashMap<>();
    if (keys.isEmpty()) {
      groups.put(List.of(), new ArrayList<>());
    }
    List<Expression> bound = keys.stream().map(key -> Execution.bound(key, input)).toList();
    for (InternalRow row : execution.rows(plan.child())) {
      List<Object> key = new ArrayList<>();
      bound.forEach(each -> key.add(each.eval(row)));
      groups.computeIfAbsent(key, group -> new ArrayList<>()).add(row);
    }
    List<InternalRow> results = new ArrayList<>();
    groups.forEach((key, rows) -> results.add(result(key, rows)));
    return results;
  }

  private InternalRow result(List<Object> key, List<InternalRow> rows) {
    List<Object> values = new ArrayList<>(key);
    aggregates.forEach(each -> values.add(value(each, rows)));
    InternalRow row = new GenericInternalRow(values.toArray());
    return new GenericInternalRow(
        Scala.<Expression>list(plan.aggregateExpressions()).stream()
            .map(each -> (Expression) each.transformDown(Scala.where(this::known)))
            .map(each -> each.eval(row))
            .toArray());
  }

  /** Where the value of an expression stands in the row of keys and aggregates. */
  private Optional<Expression> known(Object node) {
    Expression expression = (Expression) node;
    for (int i = 0; i < keys.size() + aggregates.size(); i++) {
      Expression each = i < keys.size() ? keys.get(i) : aggregates.get(i - keys.size());
      if (each.semanticEquals(expression)) {
        return Optional.of(new BoundReference(i, expression.dataType(), true));
      }
    }
    return Optional.empty();
  }

  private Object value(AggregateExpression aggregate, List<InternalRow> group) {
    Optional<Expression> condition =
        Scala.optional(aggregate.filter()).map(each -> Execution.bound(each, input));
    List<InternalRow> rows =
        group.stream()
            .filter(row -> condition.isEmpty() || Boolean.TRUE.equals(condition.get().eval(row)))
            .toList();
    AggregateFunction function = aggregate.aggregateFunction();
    if (aggregate.isDistinct()) {
      rows = distinct(function, rows);
    }
    return function instanceof DeclarativeAggregate declared
        ? value(declared, rows)
        : value((ImperativeAggregate) function, rows);
  }

  private List<InternalRow> distinct(AggregateFunction function, List<InternalRow> rows) {
    List<Expression> arguments =
        Scala.<Expression>list(function.children()).stream()
            .map(each -> Execution.bound(each, input))
            .toList();
    Map<List<Object>, InternalRow> first = new LinkedHashMap<>();
    for (InternalRow row : rows) {
      List<Object> values = new ArrayList<>();
      arguments.forEach(each -> values.add(each.eval(row)));
      first.putIfAbsent(values, row);
    }
    return new ArrayList<>(new LinkedHashSet<>(first.values()));
  }

  private Object value(DeclarativeAggregate function, List<InternalRow> rows) {
    List<Attribute> buffer = Scala.list(function.aggBufferAttributes());
    List<Attribute> both = new ArrayList<>(buffer);
    both.addAll(input);
    MutableProjection start = execution.projection(Scala.list(function.initialValues()), List.of());
    MutableProjection update = execution.projection(Scala.list(function.updateExpressions()), both);
    MutableProjection end = execution.projection(List.of(function.evaluateExpression()), buffer);
    InternalRow state = Execution.apply(start, InternalRow.empty());
    for (InternalRow row : rows) {
      state = Execution.apply(update, new JoinedRow(state, row));
    }
    return Execution.apply(end, state).get(0, function.dataType());
  }

  private Object value(ImperativeAggregate function, List<InternalRow> rows) {
    ImperativeAggregate bound =
        (ImperativeAggregate)
            Execution.bound(
                (Expression)
                    function.withNewMutableAggBufferOffset(0).withNewInputAggBufferOffset(0),
                input);
    InternalRow buffer = new GenericInternalRow(bound.aggBufferAttributes().size());
    bound.initialize(buffer);
    rows.forEach(row -> bound.update(buffer, row));
    if (bound instanceof TypedImperativeAggregate<?> typed) {
      typed.serializeAggregateBufferInPlace(buffer);
      InternalRow packed = buffer.copy();
      bound.initialize(buffer);
      bound.merge(buffer, packed);
    }
    return bound.eval(buffer);
  }
}
