package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.Tuple4;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateFunction;
import io.lakebeam.shaded.spark.sql.catalyst.planning.PhysicalAggregation$;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Aggregate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.sql.catalyst.Scala;
import io.lakebeam.sql.catalyst.Step;
import io.lakebeam.sql.catalyst.group.Accumulator;
import io.lakebeam.sql.catalyst.group.AggregateRefusals;
import io.lakebeam.sql.catalyst.group.Aggregation;
import io.lakebeam.sql.catalyst.group.Mergeable;
import io.lakebeam.sql.catalyst.group.RowColumns;
import java.util.ArrayList;
import java.util.List;

/** Translates groups and their aggregates. */
final class GroupTranslation {
  private final PlanDraft draft;

  GroupTranslation(PlanDraft draft) {
    this.draft = draft;
  }

  PlanDraft.Branch of(Aggregate aggregate, List<PlanDraft.Branch> rows)
      throws RefusedQueryException {
    refuseSessions(aggregate);
    Tuple4<Seq<NamedExpression>, Seq<AggregateExpression>, Seq<NamedExpression>, LogicalPlan>
        parts = PhysicalAggregation$.MODULE$.unapply(aggregate).get();
    List<NamedExpression> keys = Scala.list(parts._1());
    List<AggregateExpression> calls = Scala.list(parts._2());
    RowColumns row = new RowColumns();
    List<Attribute> layout = new ArrayList<>();
    for (NamedExpression key : keys) {
      row.add(
          RowKey.normal(
              draft.answered(key instanceof Alias alias ? alias.child() : (Expression) key)));
      layout.add(key.toAttribute());
    }
    List<Accumulator> accumulators = new ArrayList<>();
    List<Operator.Call> wanted = new ArrayList<>();
    boolean isOfParts = true;
    for (AggregateExpression call : calls) {
      AggregateExpression plain = (AggregateExpression) draft.answered(call);
      Option<Expression> filter = plain.filter();
      Attribute counted = filter.isDefined() ? row.column(filter.get()) : null;
      Expression function = row.function(plain.aggregateFunction());
      accumulators.add(Mergeable.of((AggregateFunction) function, counted));
      List<Integer> distinct = new ArrayList<>();
      if (call.isDistinct()) {
        Scala.list(function.references().toSeq())
            .forEach(column -> distinct.add(PlanDraft.ids(row.columns()).indexOf(column.exprId())));
        if (distinct.isEmpty()) {
          // Of a constant, which is one value.
          Attribute constant = row.column(plain.aggregateFunction().children().head());
          distinct.add(PlanDraft.ids(row.columns()).indexOf(constant.exprId()));
        }
      }
      isOfParts &= !call.isDistinct() && AggregateRefusals.addsUp(call);
      wanted.add(new Operator.Call(call.dataType(), distinct));
      layout.add(call.resultAttribute());
    }
    int node =
        draft.node(
            new Operator.Group(
                PlanDraft.types(row.columns().subList(0, keys.size())),
                new Aggregation(row.columns(), accumulators),
                wanted,
                isOfParts));
    List<Expression> keyColumns = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      keyColumns.add(new BoundReference(i, row.columns().get(i).dataType(), true));
    }
    PlanDraft.comparable(keyColumns);
    for (Operator.Call call : wanted) {
      List<Expression> values = new ArrayList<>();
      call.distinct().forEach(i -> values.add(row.columns().get(i)));
      PlanDraft.comparable(values);
    }
    for (PlanDraft.Branch branch : rows) {
      Step project = new Step.Project(draft.bound(row.values(), branch.flow()));
      draft.connect(
          new PlanDraft.Branch(branch.node(), branch.flow().with(project, row.columns())),
          node,
          0,
          keys.isEmpty() ? OperatorPlan.Spread.TOGETHER : OperatorPlan.Spread.BY_KEYS,
          keyColumns);
    }
    return new PlanDraft.Branch(
        node, draft.projected(PlanDraft.flow(layout), Scala.list(parts._3())));
  }

  private static void refuseSessions(Aggregate aggregate) throws RefusedQueryException {
    for (Expression group : Scala.list(aggregate.groupingExpressions())) {
      boolean isSession =
          group instanceof NamedExpression named
              && named.metadata().contains("spark.sessionWindow");
      if (isSession) {
        throw new RefusedQueryException(
            aggregate.origin(),
            "session_window is not possible in a materialized view",
            "where a session ends depends on the rows behind it",
            "number the sessions with window functions: SUM(CASE WHEN at > LAG(at) OVER w + INTERVAL"
                + " 5 MINUTES THEN 1 ELSE 0 END) OVER w");
      }
    }
  }
}
