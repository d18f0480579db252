package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.graph.Limits;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.scala.Tuple4;
import io.lakebeam.shaded.scala.Tuple8;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.FrameLessOffsetWindowFunction;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Generator;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.RowFrame$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ScalarSubquery;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SortOrder;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SpecifiedWindowFrame;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnboundedFollowing$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnboundedPreceding$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.WindowExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateExpression;
import io.lakebeam.shaded.spark.sql.catalyst.planning.ExtractEquiJoinKeys$;
import io.lakebeam.shaded.spark.sql.catalyst.planning.PhysicalAggregation$;
import io.lakebeam.shaded.spark.sql.catalyst.plans.ExistenceJoin;
import io.lakebeam.shaded.spark.sql.catalyst.plans.JoinType;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Aggregate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Expand;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Filter;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Generate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.GlobalLimit;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Join;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.JoinHint;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LocalLimit;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LocalRelation;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Offset;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.OneRowRelation;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Project;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Range;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.RebalancePartitions;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.RepartitionOperation;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Sort;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Union;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Window;
import io.lakebeam.shaded.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.StringType;
import io.lakebeam.sql.catalyst.JoinedFlow;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.Relation;
import io.lakebeam.sql.catalyst.RowBytes;
import io.lakebeam.sql.catalyst.RowFlow;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.sql.catalyst.Scala;
import io.lakebeam.sql.catalyst.Step;
import io.lakebeam.sql.catalyst.Translation;
import io.lakebeam.sql.catalyst.group.Accumulator;
import io.lakebeam.sql.catalyst.group.AggregateRefusals;
import io.lakebeam.sql.catalyst.group.Aggregation;
import io.lakebeam.sql.catalyst.group.Mergeable;
import io.lakebeam.sql.catalyst.group.RowColumns;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Translates an optimized plan into operators. Expressions inside them are Catalyst's; what they do
 * with rows that meet is ours. Rows go through filters, projections and joins with tables in memory
 * on their way, without an operator.
 */
public final class PlanTranslation {
  /** Steps begin with rows of a node, which has no name. */
  private static final Relation ROWS = new Relation("", new TableSchema(List.of()), Set.of());

  private final Predicate<String> isHeld;
  private final List<OperatorPlan.Node> nodes = new ArrayList<>();
  private final List<OperatorPlan.Channel> channels = new ArrayList<>();
  private final Set<Object> asked = new HashSet<>();

  /** What queries inside expressions come to, by the id of their expression. */
  private final Map<Object, Attribute> answers = new HashMap<>();

  private PlanTranslation(Predicate<String> isHeld) {
    this.isHeld = isHeld;
  }

  /**
   * Of a plan.
   *
   * @param optimized as Spark's optimizer leaves it
   * @param output the columns that are wanted, in their order
   * @param isHeld true for relations that are in memory whole
   */
  public static OperatorPlan of(
      LogicalPlan optimized, List<Attribute> output, Predicate<String> isHeld)
      throws RefusedQueryException {
    PlanTranslation translation = new PlanTranslation(isHeld);
    translation.ask(optimized);
    output.forEach(column -> translation.asked.add(column.exprId()));
    for (Branch branch : translation.branches(optimized)) {
      Branch selected = translation.select(branch, output);
      translation.channels.add(
          new OperatorPlan.Channel(
              selected.node,
              selected.flow.steps(),
              OperatorPlan.RESULT,
              0,
              OperatorPlan.Spread.ANYWHERE,
              List.of(),
              types(output)));
    }
    return new OperatorPlan(translation.nodes, translation.channels);
  }

  /** Rows of a node after some steps; a union has several. */
  private record Branch(int node, RowFlow flow) {}

  /** Columns that somebody names: no others are read of tables. */
  private void ask(LogicalPlan plan) {
    Scala.list(plan.references().toSeq()).forEach(column -> asked.add(column.exprId()));
    for (LogicalPlan child : Scala.list(plan.children())) {
      ask(child);
    }
    for (ScalarSubquery query : queries(plan)) {
      ask(query.plan());
      Scala.list(query.plan().output()).forEach(column -> asked.add(column.exprId()));
    }
    if (plan instanceof Union) {
      // It takes columns of what is below it by their place.
      for (LogicalPlan child : Scala.list(plan.children())) {
        Scala.list(child.output()).forEach(column -> asked.add(column.exprId()));
      }
    }
  }

  private static List<ScalarSubquery> queries(LogicalPlan plan) {
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

  private List<Branch> branches(LogicalPlan plan) throws RefusedQueryException {
    if (plan instanceof DataSourceV2Relation relation) {
      return List.of(table(relation));
    }
    if (plan instanceof LocalRelation || plan instanceof OneRowRelation || plan instanceof Range) {
      return List.of(values(plan));
    }
    if (plan instanceof Filter filter) {
      return each(
          first(filter),
          flow -> flow.with(new Step.Filter(bound(filter.condition(), flow)), flow.layout()));
    }
    if (plan instanceof Project project) {
      return each(first(project), flow -> projected(flow, Scala.list(project.projectList())));
    }
    if (plan instanceof Generate generate) {
      return each(first(generate), flow -> generated(flow, generate));
    }
    if (plan instanceof Expand expand) {
      return each(first(expand), flow -> expanded(flow, expand));
    }
    if (plan instanceof Union union) {
      List<Branch> all = new ArrayList<>();
      for (LogicalPlan child : Scala.list(union.children())) {
        for (Branch branch : branches(child)) {
          RowFlow selected = select(branch, Scala.list(child.output())).flow;
          all.add(
              new Branch(
                  branch.node,
                  new RowFlow(ROWS, List.of(), Scala.list(union.output()), selected.steps())));
        }
      }
      return all;
    }
    if (plan instanceof Join join) {
      return joined(join);
    }
    if (plan instanceof Aggregate aggregate) {
      return List.of(grouped(aggregate));
    }
    if (plan instanceof Window window) {
      return List.of(windows(window));
    }
    if (plan instanceof GlobalLimit || plan instanceof Offset) {
      return List.of(limited(plan));
    }
    boolean isOrderOnly =
        plan instanceof Sort
            || plan instanceof LocalLimit
            || plan instanceof RepartitionOperation
            || plan instanceof RebalancePartitions;
    if (isOrderOnly) {
      return branches(Scala.list(plan.children()).get(0));
    }
    throw refused(plan);
  }

  private static RefusedQueryException refused(LogicalPlan plan) {
    String name = plan.nodeName();
    return switch (name) {
      case "UnionLoop", "UnionLoopRef" ->
          new RefusedQueryException(
              plan.origin(),
              "WITH RECURSIVE is not possible in a materialized view",
              "how often it goes round depends on the rows",
              "write as many joins as there are levels");
      case "Sample" ->
          new RefusedQueryException(
              plan.origin(),
              "TABLESAMPLE is not possible in a materialized view",
              "each update would take other rows",
              "take rows by their values, for instance WHERE pmod(xxhash64(id), 10) = 0");
      default ->
          new RefusedQueryException(
              plan.origin(),
              name.toUpperCase(Locale.ROOT) + " is not possible in a materialized view",
              "only Spark's own execution knows how to do it",
              "write the query without it");
    };
  }

  /** What is done with rows on their way. */
  private interface Way {
    RowFlow of(RowFlow flow) throws RefusedQueryException;
  }

  private static List<Branch> each(List<Branch> branches, Way way) throws RefusedQueryException {
    List<Branch> all = new ArrayList<>();
    for (Branch branch : branches) {
      all.add(new Branch(branch.node, way.of(branch.flow)));
    }
    return all;
  }

  /** The rows of a plan's first child, with what queries in the plan's expressions come to. */
  private List<Branch> first(LogicalPlan plan) throws RefusedQueryException {
    return withAnswers(branches(Scala.list(plan.children()).get(0)), plan);
  }

  private List<Branch> withAnswers(List<Branch> of, LogicalPlan plan) throws RefusedQueryException {
    List<Branch> rows = of;
    for (ScalarSubquery query : queries(plan)) {
      if (!Scala.list(query.outerAttrs()).isEmpty()) {
        throw new RefusedQueryException(
            query.origin(),
            "this query inside an expression is not possible",
            "Spark has no join that gives the same",
            "write it as a join");
      }
      List<Attribute> columns = Scala.list(query.plan().output());
      Attribute answer = columns.get(0).newInstance();
      RowFlow left = flow(rows.get(0).flow.layout());
      List<Branch> answering = branches(query.plan());
      int join =
          node(
              new Operator.Join(
                  Operator.Join.Kind.SINGLE, List.of(), List.of(), null, left.layout().size(), 1));
      for (Branch branch : rows) {
        connect(select(branch, left.layout()), join, 0, OperatorPlan.Spread.ANYWHERE, List.of());
      }
      for (Branch branch : answering) {
        connect(
            select(branch, columns.subList(0, 1)),
            join,
            1,
            OperatorPlan.Spread.EVERYWHERE,
            List.of());
      }
      answers.put(query.exprId(), answer);
      rows = List.of(new Branch(join, flow(with(left.layout(), List.of(answer)))));
    }
    return rows;
  }

  private Expression bound(Expression expression, RowFlow flow) throws RefusedQueryException {
    Expression answered =
        Scala.rewrite(
            expression,
            each -> each instanceof ScalarSubquery query ? answers.get(query.exprId()) : each);
    return flow.bind(flow.ready(answered));
  }

  private List<Expression> bound(List<? extends Expression> expressions, RowFlow flow)
      throws RefusedQueryException {
    List<Expression> all = new ArrayList<>();
    for (Expression expression : expressions) {
      all.add(bound(expression, flow));
    }
    return all;
  }

  private static RowFlow flow(List<Attribute> layout) {
    return new RowFlow(ROWS, List.of(), layout, List.of());
  }

  private static List<Attribute> with(List<Attribute> one, List<Attribute> other) {
    return Stream.concat(one.stream(), other.stream()).toList();
  }

  private int node(OperatorPlan.Node node) {
    nodes.add(node);
    return nodes.size() - 1;
  }

  private void connect(
      Branch branch, int to, int side, OperatorPlan.Spread spread, List<Expression> keys) {
    channels.add(
        new OperatorPlan.Channel(
            branch.node, branch.flow.steps(), to, side, spread, keys, types(branch.flow.layout())));
  }

  private static List<DataType> types(List<Attribute> columns) {
    return columns.stream().map(Attribute::dataType).toList();
  }

  /** The rows with these columns only, in this order. */
  private Branch select(Branch branch, List<Attribute> columns) {
    if (ids(branch.flow.layout()).equals(ids(columns))) {
      return branch;
    }
    List<Expression> values = columns.stream().map(c -> branch.flow.bind(c)).toList();
    return new Branch(branch.node, branch.flow.with(new Step.Project(values), columns));
  }

  private static List<Object> ids(List<Attribute> columns) {
    return columns.stream().map(column -> (Object) column.exprId()).toList();
  }

  private Branch table(DataSourceV2Relation plan) {
    Relation relation = (Relation) plan.table();
    List<Attribute> columns = new ArrayList<>(Scala.<Attribute>list(plan.output()));
    boolean isInMemory = isHeld.test(relation.name());
    // Rows of a table in memory are there with all columns.
    columns.removeIf(column -> !isInMemory && !asked.contains(column.exprId()));
    List<String> names = columns.stream().map(Attribute::name).toList();
    return new Branch(node(new Leaf.Table(relation.name(), names, isInMemory)), flow(columns));
  }

  private Branch values(LogicalPlan plan) throws RefusedQueryException {
    List<Attribute> columns = Scala.list(plan.output());
    List<InternalRow> rows = new ArrayList<>();
    if (plan instanceof LocalRelation local) {
      rows.addAll(Scala.list(local.data()));
    } else if (plan instanceof Range range) {
      if (range.numElements().toLong() > Limits.ROWS_OF_A_RECORD) {
        throw new RefusedQueryException(
            plan.origin(),
            "this range has too many rows",
            Limits.ROWS_OF_A_RECORD + " are the limit",
            "read them from a table");
      }
      for (long i = 0, at = range.start(); i < range.numElements().toLong(); i++) {
        rows.add(
            new io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow(
                new Object[] {at}));
        at += range.step();
      }
    } else {
      rows.add(InternalRow.empty());
    }
    RowBytes packed = new RowBytes(types(columns));
    List<byte[]> bytes = rows.stream().map(row -> packed.of(row).copy().getBytes()).toList();
    return new Branch(node(new Leaf.Values(bytes, columns.size())), flow(columns));
  }

  private RowFlow projected(RowFlow flow, List<NamedExpression> columns)
      throws RefusedQueryException {
    List<Expression> values = new ArrayList<>();
    List<Attribute> layout = new ArrayList<>();
    for (NamedExpression column : columns) {
      values.add(bound(column instanceof Alias alias ? alias.child() : (Expression) column, flow));
      layout.add(column.toAttribute());
    }
    return flow.with(new Step.Project(values), layout);
  }

  private RowFlow generated(RowFlow flow, Generate generate) throws RefusedQueryException {
    List<Attribute> output = Scala.list(generate.generatorOutput());
    Generator generator = (Generator) bound((Expression) generate.generator(), flow);
    return flow.with(
        new Step.Generate(generator, generate.outer(), output.size()), with(flow.layout(), output));
  }

  private RowFlow expanded(RowFlow flow, Expand expand) throws RefusedQueryException {
    List<List<Expression>> rows = new ArrayList<>();
    for (Seq<Expression> row : Scala.list(expand.projections())) {
      rows.add(bound(Scala.list(row), flow));
    }
    return flow.with(new Step.Expand(rows), Scala.list(expand.output()));
  }

  private List<Branch> joined(Join join) throws RefusedQueryException {
    List<Branch> left = first(join);
    RowFlow right = held(join);
    if (right != null) {
      return each(left, flow -> JoinedFlow.of(join, flow, right, false));
    }
    return List.of(joined(join, left, branches(join.right())));
  }

  /** Rows of a table in memory that each left row can look into; null when they are none. */
  private @Nullable RowFlow held(Join join) {
    boolean isLookup =
        !(join.joinType() instanceof ExistenceJoin)
            && Set.of("INNER", "CROSS", "LEFT OUTER", "LEFT SEMI", "LEFT ANTI")
                .contains(join.joinType().sql());
    List<LogicalPlan> leaves = Scala.list(join.right().collectLeaves());
    boolean isHeldWhole =
        leaves.stream()
            .allMatch(
                leaf ->
                    leaf instanceof DataSourceV2Relation relation
                        && isHeld.test(((Relation) relation.table()).name()));
    if (!isLookup || !isHeldWhole || !queries(join).isEmpty()) {
      return null;
    }
    try {
      List<Expression> output = new ArrayList<>(Scala.<Attribute>list(join.right().output()));
      return Translation.ofOnly(join.right(), isHeld, output).flow();
    } catch (RefusedQueryException e) {
      return null; // it is a query of its own
    }
  }

  private Branch joined(Join join, List<Branch> lefts, List<Branch> rights)
      throws RefusedQueryException {
    List<Attribute> leftColumns = lefts.get(0).flow.layout();
    List<Attribute> rightColumns = Scala.list(join.right().output());
    RowFlow left = flow(leftColumns);
    RowFlow right = flow(rightColumns);
    RowFlow both = flow(with(leftColumns, rightColumns));
    List<Expression> leftKeys = new ArrayList<>();
    List<Expression> rightKeys = new ArrayList<>();
    Option<Expression> rest = join.condition();
    Option<
            Tuple8<
                JoinType,
                Seq<Expression>,
                Seq<Expression>,
                Option<Expression>,
                Option<Expression>,
                LogicalPlan,
                LogicalPlan,
                JoinHint>>
        equal = ExtractEquiJoinKeys$.MODULE$.unapply(join);
    if (equal.isDefined()) {
      leftKeys.addAll(comparable(bound(Scala.list(equal.get()._2()), left)));
      rightKeys.addAll(bound(Scala.list(equal.get()._3()), right));
      rest = equal.get()._4();
    }
    Operator.Join.Kind kind = kind(join.joinType());
    int node =
        node(
            new Operator.Join(
                kind,
                leftKeys,
                rightKeys,
                rest.isDefined() ? bound(rest.get(), both) : null,
                leftColumns.size(),
                rightColumns.size()));
    boolean isByKeys = !leftKeys.isEmpty();
    boolean needsAllLeft =
        kind == Operator.Join.Kind.RIGHT_OUTER || kind == Operator.Join.Kind.FULL_OUTER;
    OperatorPlan.Spread ofLeft =
        isByKeys
            ? OperatorPlan.Spread.BY_KEYS
            : needsAllLeft ? OperatorPlan.Spread.TOGETHER : OperatorPlan.Spread.ANYWHERE;
    OperatorPlan.Spread ofRight =
        isByKeys
            ? OperatorPlan.Spread.BY_KEYS
            : needsAllLeft ? OperatorPlan.Spread.TOGETHER : OperatorPlan.Spread.EVERYWHERE;
    for (Branch branch : lefts) {
      connect(select(branch, leftColumns), node, 0, ofLeft, leftKeys);
    }
    for (Branch branch : rights) {
      connect(select(branch, rightColumns), node, 1, ofRight, rightKeys);
    }
    List<Attribute> layout =
        switch (kind) {
          case LEFT_SEMI, LEFT_ANTI -> leftColumns;
          case EXISTENCE -> with(leftColumns, List.of(((ExistenceJoin) join.joinType()).exists()));
          default -> both.layout();
        };
    return new Branch(node, flow(layout));
  }

  private static Operator.Join.Kind kind(JoinType type) {
    if (type instanceof ExistenceJoin) {
      return Operator.Join.Kind.EXISTENCE;
    }
    return switch (type.sql()) {
      case "INNER", "CROSS" -> Operator.Join.Kind.INNER;
      case "LEFT OUTER" -> Operator.Join.Kind.LEFT_OUTER;
      case "RIGHT OUTER" -> Operator.Join.Kind.RIGHT_OUTER;
      case "FULL OUTER" -> Operator.Join.Kind.FULL_OUTER;
      case "LEFT SEMI" -> Operator.Join.Kind.LEFT_SEMI;
      case "LEFT ANTI" -> Operator.Join.Kind.LEFT_ANTI;
      default -> Operator.Join.Kind.SINGLE;
    };
  }

  private Branch grouped(Aggregate aggregate) throws RefusedQueryException {
    refuseSessions(aggregate);
    Tuple4<Seq<NamedExpression>, Seq<AggregateExpression>, Seq<NamedExpression>, LogicalPlan>
        parts = PhysicalAggregation$.MODULE$.unapply(aggregate).get();
    List<NamedExpression> keys = Scala.list(parts._1());
    List<AggregateExpression> calls = Scala.list(parts._2());
    List<Branch> rows = first(aggregate);
    RowColumns row = new RowColumns();
    List<Attribute> layout = new ArrayList<>();
    for (NamedExpression key : keys) {
      row.add(
          RowKey.normal(answered(key instanceof Alias alias ? alias.child() : (Expression) key)));
      layout.add(key.toAttribute());
    }
    List<Accumulator> accumulators = new ArrayList<>();
    List<Operator.Call> wanted = new ArrayList<>();
    boolean isOfParts = true;
    for (AggregateExpression call : calls) {
      AggregateExpression plain = (AggregateExpression) answered(call);
      Option<Expression> filter = plain.filter();
      Attribute counted = filter.isDefined() ? row.column(filter.get()) : null;
      Expression function = row.function(plain.aggregateFunction());
      accumulators.add(
          Mergeable.of(
              (io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.AggregateFunction)
                  function,
              counted));
      List<Integer> distinct = new ArrayList<>();
      if (call.isDistinct()) {
        Scala.list(function.references().toSeq())
            .forEach(column -> distinct.add(ids(row.columns()).indexOf(column.exprId())));
        if (distinct.isEmpty()) {
          // Of a constant, which is one value.
          Attribute constant = row.column(plain.aggregateFunction().children().head());
          distinct.add(ids(row.columns()).indexOf(constant.exprId()));
        }
      }
      isOfParts &= !call.isDistinct() && AggregateRefusals.addsUp(call);
      wanted.add(new Operator.Call(call.dataType(), distinct));
      layout.add(call.resultAttribute());
    }
    int node =
        node(
            new Operator.Group(
                types(row.columns().subList(0, keys.size())),
                new Aggregation(row.columns(), accumulators),
                wanted,
                isOfParts));
    List<Expression> keyColumns = new ArrayList<>();
    for (int i = 0; i < keys.size(); i++) {
      keyColumns.add(new BoundReference(i, row.columns().get(i).dataType(), true));
    }
    comparable(keyColumns);
    for (Operator.Call call : wanted) {
      List<Expression> values = new ArrayList<>();
      call.distinct().forEach(i -> values.add(row.columns().get(i)));
      comparable(values);
    }
    for (Branch branch : rows) {
      Step project = new Step.Project(bound(row.values(), branch.flow));
      connect(
          new Branch(branch.node, branch.flow.with(project, row.columns())),
          node,
          0,
          keys.isEmpty() ? OperatorPlan.Spread.TOGETHER : OperatorPlan.Spread.BY_KEYS,
          keyColumns);
    }
    return new Branch(node, projected(flow(layout), Scala.list(parts._3())));
  }

  /** What queries come to, in the place of the queries. */
  private Expression answered(Expression expression) {
    return Scala.rewrite(
        expression,
        each -> each instanceof ScalarSubquery query ? answers.get(query.exprId()) : each);
  }

  /** Texts that are equal and have other bytes would not meet. */
  private static List<Expression> comparable(List<Expression> keys) throws RefusedQueryException {
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

  private Branch windows(Window window) throws RefusedQueryException {
    List<Branch> rows = first(window);
    List<Attribute> columns = rows.get(0).flow.layout();
    RowFlow flow = flow(columns);
    List<Operator.WindowFunction> functions = new ArrayList<>();
    List<Attribute> layout = new ArrayList<>(columns);
    for (NamedExpression column : Scala.list(window.windowExpressions())) {
      WindowExpression call = (WindowExpression) ((Alias) column).child();
      functions.add(function(call, flow));
      layout.add(column.toAttribute());
    }
    List<Expression> partition =
        comparable(
            bound(Scala.list(window.partitionSpec()).stream().map(RowKey::normal).toList(), flow));
    int node =
        node(
            new Operator.Windows(
                partition,
                orders(Scala.list(window.orderSpec()), flow),
                functions,
                types(columns)));
    for (Branch branch : rows) {
      connect(
          select(branch, columns),
          node,
          0,
          partition.isEmpty() ? OperatorPlan.Spread.TOGETHER : OperatorPlan.Spread.BY_KEYS,
          partition);
    }
    return new Branch(node, flow(layout));
  }

  private Operator.WindowFunction function(WindowExpression call, RowFlow flow)
      throws RefusedQueryException {
    Expression function = call.windowFunction();
    Expression filter = null;
    if (function instanceof AggregateExpression aggregate) {
      filter = aggregate.filter().isDefined() ? bound(aggregate.filter().get(), flow) : null;
      function = aggregate.aggregateFunction();
    }
    SpecifiedWindowFrame frame = (SpecifiedWindowFrame) call.windowSpec().frameSpecification();
    boolean isOfRows = frame.frameType() == RowFrame$.MODULE$;
    boolean looksAtAnother = function instanceof FrameLessOffsetWindowFunction;
    Expression bound = bound(function, flow);
    return new Operator.WindowFunction(
        bound,
        filter,
        isOfRows,
        looksAtAnother || frame.lower() == UnboundedPreceding$.MODULE$ ? null : frame.lower(),
        looksAtAnother || frame.upper() == UnboundedFollowing$.MODULE$ ? null : frame.upper());
  }

  private List<SortOrder> orders(List<SortOrder> orders, RowFlow flow)
      throws RefusedQueryException {
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

  private Branch limited(LogicalPlan plan) throws RefusedQueryException {
    long most = Long.MAX_VALUE;
    long skipped = 0;
    LogicalPlan below = plan;
    if (below instanceof GlobalLimit limit) {
      most = number(limit.limitExpr());
      below = limit.child();
    }
    if (below instanceof Offset offset) {
      skipped = number(offset.offsetExpr());
      below = offset.child();
    }
    if (below instanceof LocalLimit local) {
      below = local.child();
    }
    List<SortOrder> order = List.of();
    LogicalPlan rowsOf = below;
    while (rowsOf instanceof Project project && project.child() instanceof Sort) {
      rowsOf = project.child();
    }
    List<Branch> rows;
    if (rowsOf instanceof Sort sort) {
      order = Scala.list(sort.order());
      rows = first(sort);
    } else {
      rows = branches(below);
      rowsOf = below;
    }
    List<Attribute> columns = rows.get(0).flow.layout();
    RowFlow flow = flow(columns);
    int node = node(new Operator.Limit(orders(order, flow), most, skipped, types(columns)));
    for (Branch branch : rows) {
      connect(select(branch, columns), node, 0, OperatorPlan.Spread.TOGETHER, List.of());
    }
    Branch result = new Branch(node, flow);
    if (below != rowsOf) {
      // It has been pushed below the limit, and is as good behind it.
      Branch answered = withAnswers(List.of(result), below).get(0);
      result =
          new Branch(
              answered.node, projected(answered.flow, Scala.list(((Project) below).projectList())));
    }
    return result;
  }

  private static long number(Expression constant) {
    return ((Number) constant.eval(InternalRow.empty())).longValue();
  }
}
