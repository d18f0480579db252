package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.FrameLessOffsetWindowFunction;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.RowFrame$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SpecifiedWindowFrame;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnboundedFollowing$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnboundedPreceding$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.WindowExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Window;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.RowFlow;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.sql.catalyst.Scala;
import java.util.ArrayList;
import java.util.List;

/** Translates window functions. */
final class WindowTranslation {
  private final PlanDraft draft;

  WindowTranslation(PlanDraft draft) {
    this.draft = draft;
  }

  PlanDraft.Branch of(Window window, List<PlanDraft.Branch> rows) throws RefusedQueryException {
    List<Attribute> columns = rows.get(0).flow().layout();
    RowFlow flow = PlanDraft.flow(columns);
    List<Operator.WindowFunction> functions = new ArrayList<>();
    List<Attribute> layout = new ArrayList<>(columns);
    for (NamedExpression column : Scala.list(window.windowExpressions())) {
      WindowExpression call = (WindowExpression) ((Alias) column).child();
      functions.add(function(call, flow));
      layout.add(column.toAttribute());
    }
    List<Expression> partition =
        PlanDraft.comparable(
            draft.bound(
                Scala.list(window.partitionSpec()).stream().map(RowKey::normal).toList(), flow));
    int node =
        draft.node(
            new Operator.Windows(
                partition,
                draft.orders(Scala.list(window.orderSpec()), flow),
                functions,
                PlanDraft.types(columns)));
    for (PlanDraft.Branch branch : rows) {
      draft.connect(
          draft.select(branch, columns),
          node,
          0,
          partition.isEmpty() ? OperatorPlan.Spread.TOGETHER : OperatorPlan.Spread.BY_KEYS,
          partition);
    }
    return new PlanDraft.Branch(node, PlanDraft.flow(layout));
  }

  private Operator.WindowFunction function(WindowExpression call, RowFlow flow)
      throws RefusedQueryException {
    Expression function = call.windowFunction();
    Expression filter = null;
    if (function instanceof AggregateExpression aggregate) {
      filter = aggregate.filter().isDefined() ? draft.bound(aggregate.filter().get(), flow) : null;
      function = aggregate.aggregateFunction();
    }
    SpecifiedWindowFrame frame = (SpecifiedWindowFrame) call.windowSpec().frameSpecification();
    boolean isOfRows = frame.frameType() == RowFrame$.MODULE$;
    boolean looksAtAnother = function instanceof FrameLessOffsetWindowFunction;
    Expression bound = draft.bound(function, flow);
    return new Operator.WindowFunction(
        bound,
        filter,
        isOfRows,
        looksAtAnother || frame.lower() == UnboundedPreceding$.MODULE$ ? null : frame.lower(),
        looksAtAnother || frame.upper() == UnboundedFollowing$.MODULE$ ? null : frame.upper());
  }
}
