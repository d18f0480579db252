package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ScalarSubquery;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SortOrder;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.StringType;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.Relation;
import io.lakebeam.sql.catalyst.RowFlow;
import io.lakebeam.sql.catalyst.Scala;
import io.lakebeam.sql.catalyst.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** A plan while it is put together: its nodes, its channels, and what its expressions ask for. */
final class PlanDraft {
  /** Steps begin with rows of a node, which has no name. */
  static final Relation ROWS = new Relation("", new TableSchema(List.of()), Set.of());

  private final List<OperatorPlan.Node> nodes = new ArrayList<>();
  private final List<OperatorPlan.Channel> channels = new ArrayList<>();

  /** What queries inside expressions come to, by the id of their expression. */
  private final Map<Object, Attribute> answers = new HashMap<>();

  /** Rows of a node after some steps; a union has several. */
  record Branch(int node, RowFlow flow) {}

  OperatorPlan plan() {
    return new OperatorPlan(nodes, channels);
  }

  /** The queries inside a plan's own expressions. */
  static List<ScalarSubquery> queries(LogicalPlan plan) {
    List<ScalarSubquery> found = new ArrayList<>();
    for (Expression expression : Scala.list(plan.expressions())) {
      Scala.rewrite(
          expression,
          each -> {
            if (each instanceof ScalarSubquery query
                && found.stream().noneMatch(other -> other.exprId().equals(query.exprId()))) {
              found.add(query);
            }
            return each;
          });
    }
    return found;
  }

  /** Remembers what a query comes to. */
  void answer(ScalarSubquery query, Attribute answer) {
    answers.put(query.exprId(), answer);
  }

  /** What queries come to, in the place of the queries. */
  Expression answered(Expression expression) {
    return Scala.rewrite(
        expression,
        each -> each instanceof ScalarSubquery query ? answers.get(query.exprId()) : each);
  }

  /** The expression over rows of a flow, with what queries in it come to. */
  Expression bound(Expression expression, RowFlow flow) throws RefusedQueryException {
    return flow.bind(flow.ready(answered(expression)));
  }

  List<Expression> bound(List<? extends Expression> expressions, RowFlow flow)
      throws RefusedQueryException {
    List<Expression> all = new ArrayList<>();
    for (Expression expression : expressions) {
      all.add(bound(expression, flow));
    }
    return all;
  }

  List<SortOrder> orders(List<SortOrder> orders, RowFlow flow) throws RefusedQueryException {
    List<SortOrder> all = new ArrayList<>();
    for (SortOrder order : orders) {
      all.add(
          new SortOrder(
              bound(order.child(), flow),
              order.direction(),
              order.nullOrdering(),
              Scala.<Expression>seq(List.of())));
    }
    return all;
  }

  RowFlow projected(RowFlow flow, List<NamedExpression> columns) throws RefusedQueryException {
    List<Expression> values = new ArrayList<>();
    List<Attribute> layout = new ArrayList<>();
    for (NamedExpression column : columns) {
      values.add(bound(column instanceof Alias alias ? alias.child() : (Expression) column, flow));
      layout.add(column.toAttribute());
    }
    return flow.with(new Step.Project(values), layout);
  }

  /** Texts that are equal and have other bytes would not meet. */
  static List<Expression> comparable(List<Expression> keys) throws RefusedQueryException {
    for (Expression key : keys) {
      boolean isCollated =
          (boolean)
              key.dataType()
                  .existsRecursively(
                      Scala.test(
                          type ->
                              type instanceof StringType text && !text.supportsBinaryEquality()));
      if (isCollated) {
        throw new RefusedQueryException(
            key.origin(),
            key.sql() + " has a collation, and rows of a view cannot meet by it",
            "they meet where the bytes of their values are equal",
            "write LOWER(...) of it in place of the collation");
      }
    }
    return keys;
  }

  static RowFlow flow(List<Attribute> layout) {
    return new RowFlow(ROWS, List.of(), layout, List.of());
  }

  static List<Attribute> with(List<Attribute> one, List<Attribute> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  int node(OperatorPlan.Node node) {
    nodes.add(node);
    return nodes.size() - 1;
  }

  void connect(Branch branch, int to, int side, OperatorPlan.Spread spread, List<Expression> keys) {
    channels.add(
        new OperatorPlan.Channel(
            branch.node, branch.flow.steps(), to, side, spread, keys, types(branch.flow.layout())));
  }

  static List<DataType> types(List<Attribute> columns) {
    return columns.stream().map(Attribute::dataType).toList();
  }

  /** The rows with these columns only, in this order. */
  Branch select(Branch branch, List<Attribute> columns) {
    if (ids(branch.flow.layout()).equals(ids(columns))) {
      return branch;
    }
    List<Expression> values = columns.stream().map(c -> branch.flow.bind(c)).toList();
    return new Branch(branch.node, branch.flow.with(new Step.Project(values), columns));
  }

  static List<Object> ids(List<Attribute> columns) {
    return columns.stream().map(column -> (Object) column.exprId()).toList();
  }

  /** Lets rows of a branch be a part of the result. */
  void give(Branch branch) {
    connect(branch, OperatorPlan.RESULT, 0, OperatorPlan.Spread.ANYWHERE, List.of());
  }
}
