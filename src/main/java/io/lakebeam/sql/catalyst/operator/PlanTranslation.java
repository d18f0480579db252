package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.graph.Limits;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Generator;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ScalarSubquery;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SortOrder;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Aggregate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Expand;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Filter;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Generate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.GlobalLimit;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Join;
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
import io.lakebeam.sql.catalyst.JoinedFlow;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.Relation;
import io.lakebeam.sql.catalyst.RowBytes;
import io.lakebeam.sql.catalyst.RowFlow;
import io.lakebeam.sql.catalyst.Scala;
import io.lakebeam.sql.catalyst.Step;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Translates an optimized plan into operators. Expressions inside them are Catalyst's; what they do
 * with rows that meet is ours. Rows go through filters, projections and joins with tables in memory
 * on their way, without an operator.
 */
public final class PlanTranslation {
  private final Predicate<String> isHeld;
  private final PlanDraft draft = new PlanDraft();
  private final JoinTranslation joins;
  private final Set<Object> asked = new HashSet<>();

  private PlanTranslation(Predicate<String> isHeld) {
    this.isHeld = isHeld;
    this.joins = new JoinTranslation(draft, isHeld);
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
    for (PlanDraft.Branch branch : translation.branches(optimized)) {
      translation.draft.give(translation.draft.select(branch, output));
    }
    return translation.draft.plan();
  }

  /** Columns that somebody names: no others are read of tables. */
  private void ask(LogicalPlan plan) {
    Scala.list(plan.references().toSeq()).forEach(column -> asked.add(column.exprId()));
    for (LogicalPlan child : Scala.list(plan.children())) {
      ask(child);
    }
    for (ScalarSubquery query : PlanDraft.queries(plan)) {
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

  private List<PlanDraft.Branch> branches(LogicalPlan plan) throws RefusedQueryException {
    if (plan instanceof DataSourceV2Relation relation) {
      return List.of(table(relation));
    }
    if (plan instanceof LocalRelation || plan instanceof OneRowRelation || plan instanceof Range) {
      return List.of(values(plan));
    }
    if (plan instanceof Filter filter) {
      return each(
          first(filter),
          flow -> flow.with(new Step.Filter(draft.bound(filter.condition(), flow)), flow.layout()));
    }
    if (plan instanceof Project project) {
      return each(first(project), flow -> draft.projected(flow, Scala.list(project.projectList())));
    }
    if (plan instanceof Generate generate) {
      return each(first(generate), flow -> generated(flow, generate));
    }
    if (plan instanceof Expand expand) {
      return each(first(expand), flow -> expanded(flow, expand));
    }
    if (plan instanceof Union union) {
      List<PlanDraft.Branch> all = new ArrayList<>();
      for (LogicalPlan child : Scala.list(union.children())) {
        for (PlanDraft.Branch branch : branches(child)) {
          RowFlow selected = draft.select(branch, Scala.list(child.output())).flow();
          all.add(
              new PlanDraft.Branch(
                  branch.node(),
                  new RowFlow(
                      PlanDraft.ROWS, List.of(), Scala.list(union.output()), selected.steps())));
        }
      }
      return all;
    }
    if (plan instanceof Join join) {
      return joined(join);
    }
    if (plan instanceof Aggregate aggregate) {
      return List.of(new GroupTranslation(draft).of(aggregate, first(aggregate)));
    }
    if (plan instanceof Window window) {
      return List.of(new WindowTranslation(draft).of(window, first(window)));
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

  private static List<PlanDraft.Branch> each(List<PlanDraft.Branch> branches, Way way)
      throws RefusedQueryException {
    List<PlanDraft.Branch> all = new ArrayList<>();
    for (PlanDraft.Branch branch : branches) {
      all.add(new PlanDraft.Branch(branch.node(), way.of(branch.flow())));
    }
    return all;
  }

  /** The rows of a plan's first child, with what queries in the plan's expressions come to. */
  private List<PlanDraft.Branch> first(LogicalPlan plan) throws RefusedQueryException {
    return withAnswers(branches(Scala.list(plan.children()).get(0)), plan);
  }

  private List<PlanDraft.Branch> withAnswers(List<PlanDraft.Branch> of, LogicalPlan plan)
      throws RefusedQueryException {
    List<PlanDraft.Branch> rows = of;
    for (ScalarSubquery query : PlanDraft.queries(plan)) {
      if (!Scala.list(query.outerAttrs()).isEmpty()) {
        throw new RefusedQueryException(
            query.origin(),
            "this query inside an expression is not possible",
            "Spark has no join that gives the same",
            "write it as a join");
      }
      List<Attribute> columns = Scala.list(query.plan().output());
      Attribute answer = columns.get(0).newInstance();
      RowFlow left = PlanDraft.flow(rows.get(0).flow().layout());
      List<PlanDraft.Branch> answering = branches(query.plan());
      int join =
          draft.node(
              new Operator.Join(
                  Operator.Join.Kind.SINGLE, List.of(), List.of(), null, left.layout().size(), 1));
      for (PlanDraft.Branch branch : rows) {
        draft.connect(
            draft.select(branch, left.layout()), join, 0, OperatorPlan.Spread.ANYWHERE, List.of());
      }
      for (PlanDraft.Branch branch : answering) {
        draft.connect(
            draft.select(branch, columns.subList(0, 1)),
            join,
            1,
            OperatorPlan.Spread.EVERYWHERE,
            List.of());
      }
      draft.answer(query, answer);
      rows =
          List.of(
              new PlanDraft.Branch(
                  join, PlanDraft.flow(PlanDraft.with(left.layout(), List.of(answer)))));
    }
    return rows;
  }

  private PlanDraft.Branch table(DataSourceV2Relation plan) {
    Relation relation = (Relation) plan.table();
    List<Attribute> columns = new ArrayList<>(Scala.<Attribute>list(plan.output()));
    boolean isInMemory = isHeld.test(relation.name());
    // Rows of a table in memory are there with all columns.
    columns.removeIf(column -> !isInMemory && !asked.contains(column.exprId()));
    List<String> names = columns.stream().map(Attribute::name).toList();
    return new PlanDraft.Branch(
        draft.node(new Leaf.Table(relation.name(), names, isInMemory)), PlanDraft.flow(columns));
  }

  private PlanDraft.Branch values(LogicalPlan plan) throws RefusedQueryException {
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
        rows.add(new GenericInternalRow(new Object[] {at}));
        at += range.step();
      }
    } else {
      rows.add(InternalRow.empty());
    }
    RowBytes packed = new RowBytes(PlanDraft.types(columns));
    List<byte[]> bytes = rows.stream().map(row -> packed.of(row).copy().getBytes()).toList();
    return new PlanDraft.Branch(
        draft.node(new Leaf.Values(bytes, columns.size())), PlanDraft.flow(columns));
  }

  private RowFlow generated(RowFlow flow, Generate generate) throws RefusedQueryException {
    List<Attribute> output = Scala.list(generate.generatorOutput());
    Generator generator = (Generator) draft.bound((Expression) generate.generator(), flow);
    return flow.with(
        new Step.Generate(generator, generate.outer(), output.size()),
        PlanDraft.with(flow.layout(), output));
  }

  private RowFlow expanded(RowFlow flow, Expand expand) throws RefusedQueryException {
    List<List<Expression>> rows = new ArrayList<>();
    for (Seq<Expression> row : Scala.list(expand.projections())) {
      rows.add(draft.bound(Scala.list(row), flow));
    }
    return flow.with(new Step.Expand(rows), Scala.list(expand.output()));
  }

  private List<PlanDraft.Branch> joined(Join join) throws RefusedQueryException {
    List<PlanDraft.Branch> left = first(join);
    RowFlow right = joins.held(join);
    if (right != null) {
      return each(left, flow -> JoinedFlow.of(join, flow, right, false));
    }
    return List.of(joins.of(join, left, branches(join.right())));
  }

  private PlanDraft.Branch limited(LogicalPlan plan) throws RefusedQueryException {
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
    List<PlanDraft.Branch> rows;
    if (rowsOf instanceof Sort sort) {
      order = Scala.list(sort.order());
      rows = first(sort);
    } else {
      rows = branches(below);
      rowsOf = below;
    }
    List<Attribute> columns = rows.get(0).flow().layout();
    RowFlow flow = PlanDraft.flow(columns);
    int node =
        draft.node(
            new Operator.Limit(draft.orders(order, flow), most, skipped, PlanDraft.types(columns)));
    for (PlanDraft.Branch branch : rows) {
      draft.connect(
          draft.select(branch, columns), node, 0, OperatorPlan.Spread.TOGETHER, List.of());
    }
    PlanDraft.Branch result = new PlanDraft.Branch(node, flow);
    if (below != rowsOf) {
      // It has been pushed below the limit, and is as good behind it.
      PlanDraft.Branch answered = withAnswers(List.of(result), below).get(0);
      result =
          new PlanDraft.Branch(
              answered.node(),
              draft.projected(answered.flow(), Scala.list(((Project) below).projectList())));
    }
    return result;
  }

  private static long number(Expression constant) {
    return ((Number) constant.eval(InternalRow.empty())).longValue();
  }
}
