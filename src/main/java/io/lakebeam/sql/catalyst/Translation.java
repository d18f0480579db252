package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.scala.collection.immutable.Seq;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Generator;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Filter;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Generate;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Join;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LateralJoin;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Project;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.ResolvedHint;
import io.lakebeam.shaded.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Translates an analyzed plan into steps that are done with each row of its one input. Hidden
 * columns of the input go along, whatever the query selects. What needs more than one row at a time
 * is refused.
 */
public final class Translation {
  private final LogicalPlan whole;
  private final Predicate<String> isStatic;
  private final Set<String> carried;
  private final @Nullable Set<String> reads;
  private final Map<String, TableSchema> lake;
  private final @Nullable DataSourceV2Relation stream;
  private final Set<Object> asked;
  private final Set<StoredTable> stored = new LinkedHashSet<>();

  private Translation(
      LogicalPlan whole,
      Predicate<String> isStatic,
      Set<String> carried,
      @Nullable Set<String> reads,
      Set<Object> asked,
      Map<String, TableSchema> lake) {
    this.whole = whole;
    this.asked = asked;
    this.isStatic = isStatic;
    this.carried = carried;
    this.reads = reads;
    this.lake = lake;
    this.stream =
        StreamSide.of(
                whole,
                relation -> isStatic.test(relation.name()),
                relation -> lake.containsKey(relation.name()))
            .orElse(null);
  }

  /**
   * Of rows that keep what is hidden in them.
   *
   * @param output what is wanted of the plan
   * @param isStatic true for relations that are held in memory, to be joined with
   * @param lake what tables store that can be joined with, too
   */
  public static Translation ofRows(
      LogicalPlan plan,
      Seq<Attribute> output,
      Predicate<String> isStatic,
      Map<String, TableSchema> lake) {
    Set<Object> asked = new HashSet<>();
    Scala.list(output).forEach(column -> asked.add(column.exprId()));
    ask(plan, asked, false);
    return new Translation(
        plan,
        isStatic,
        HiddenColumns.CARRIED.stream().map(Column::name).collect(Collectors.toSet()),
        null,
        asked,
        lake);
  }

  /** Of rows that are read for this plan alone: nothing is in them but what it needs. */
  public static Translation ofOnly(
      LogicalPlan plan, Predicate<String> isStatic, List<Expression> values) {
    Set<String> hidden = Replayed.hiddenOf(plan);
    values.forEach(value -> hidden.addAll(Replayed.hiddenOf(value)));
    Set<String> reads = new HashSet<>(hidden);
    List<LogicalPlan> leaves = new ArrayList<>(Scala.list(plan.collectLeaves()));
    Set<Object> asked = new HashSet<>();
    values.forEach(value -> askFor(value, asked));
    ask(plan, asked, true);
    for (LogicalPlan leaf : leaves) {
      for (Attribute column : Scala.list(leaf.output())) {
        if (asked.contains(column.exprId())) {
          reads.add(column.name());
        }
      }
    }
    return new Translation(plan, isStatic, hidden, reads, asked, Map.of());
  }

  /** What the plan comes to. */
  public RowFlow flow() throws RefusedQueryException {
    return flow(whole);
  }

  /** Tables of the lake that are joined with; known once the plan is translated. */
  public List<StoredTable> stored() {
    return List.copyOf(stored);
  }

  /**
   * Collects what a plan reads.
   *
   * @param asked what is wanted of it
   * @param only true to leave out what a projection computes, or hands on, for nobody
   */
  private static void ask(LogicalPlan plan, Set<Object> asked, boolean only) {
    if (only && plan instanceof Project project) {
      Scala.list(project.projectList()).stream()
          .filter(column -> asked.contains(column.exprId()))
          .forEach(column -> askFor((Expression) column, asked));
    } else {
      Scala.list(plan.references().toSeq()).forEach(column -> asked.add(column.exprId()));
    }
    for (LogicalPlan child : Scala.list(plan.children())) {
      ask(child, asked, only);
    }
  }

  private static void askFor(Expression value, Set<Object> asked) {
    Scala.list(value.references().toSeq()).forEach(column -> asked.add(column.exprId()));
  }

  private RowFlow flow(LogicalPlan plan) throws RefusedQueryException {
    if (plan instanceof DataSourceV2Relation relation) {
      return leaf(relation);
    }
    if (plan instanceof ResolvedHint hint) {
      return flow(hint.child());
    }
    if (plan instanceof Filter filter) {
      RowFlow below = flow(filter.child());
      Expression condition = below.ready(filter.condition());
      return below.with(new Step.Filter(below.bind(condition)), below.layout());
    }
    if (plan instanceof Project project) {
      return project(project);
    }
    if (plan instanceof Generate generate) {
      return generate(generate);
    }
    if (plan instanceof Join join) {
      return join(join);
    }
    if (plan instanceof LateralJoin join) {
      return flow(Laterals.generate(join).orElseThrow(() -> Refusals.of(plan, reads != null)));
    }
    throw Refusals.of(plan, reads != null);
  }

  private RowFlow leaf(DataSourceV2Relation plan) throws RefusedQueryException {
    Relation relation = StreamSide.relation(plan);
    if (isStored(plan)) {
      return stored(plan, lake.get(relation.name()));
    }
    boolean isInput = !isStatic.test(relation.name());
    Map<String, Attribute> named =
        Scala.list(plan.output()).stream()
            .collect(Collectors.toMap(Attribute::name, a -> a, (first, again) -> first));
    List<Attribute> layout = new ArrayList<>();
    relation.rows().columns().stream()
        .filter(column -> reads == null || !isInput || reads.contains(column.name()))
        .forEach(
            column -> {
              Attribute given = named.get(column.name());
              layout.add(given == null ? Origins.attribute(column) : given);
            });
    return new RowFlow(
        relation,
        layout.stream().map(Attribute::name).toList(),
        Origins.marked(layout, carried),
        List.of());
  }

  /** Rows of a table as it stands, with the columns that somebody asks for. */
  private RowFlow stored(DataSourceV2Relation plan, TableSchema columns)
      throws RefusedQueryException {
    Relation relation = StreamSide.relation(plan);
    List<Attribute> layout = new ArrayList<>();
    for (Attribute column : Scala.list(plan.output())) {
      boolean isThere = columns.names().contains(column.name());
      boolean isAsked = asked.contains(column.exprId());
      if (isAsked && !isThere) {
        throw new RefusedQueryException(
            plan.origin(),
            relation.name() + " does not store " + column.name(),
            "a table of the lake is joined with as it is stored; it has "
                + String.join(", ", columns.names()),
            "leave the column out, or select it in the query of " + relation.name());
      }
      if (isAsked) {
        layout.add(column);
      }
    }
    if (layout.isEmpty()) {
      Scala.list(plan.output()).stream()
          .filter(column -> columns.names().contains(column.name()))
          .findFirst()
          .ifPresent(layout::add);
    }
    StoredTable table =
        new StoredTable(
            relation.name(),
            new TableSchema(
                layout.stream()
                    .map(column -> columns.column(column.name()).orElseThrow())
                    .toList()));
    stored.add(table);
    return new RowFlow(
        new Relation(table.key(), relation.rows(), relation.onlyByName()),
        table.columns(),
        Origins.plain(layout),
        List.of());
  }

  /** True for a table of the lake that is not the stream. */
  @SuppressWarnings("ReferenceEquality") // a table that is joined with itself is there twice
  private boolean isStored(DataSourceV2Relation leaf) {
    Relation relation = StreamSide.relation(leaf);
    return leaf != stream && !relation.isStream() && lake.containsKey(relation.name());
  }

  private RowFlow project(Project project) throws RefusedQueryException {
    RowFlow below = flow(project.child());
    List<Expression> columns = new ArrayList<>();
    List<Attribute> layout = new ArrayList<>();
    for (NamedExpression column : Scala.list(project.projectList())) {
      if (reads != null && !asked.contains(column.exprId())) {
        continue;
      }
      Attribute result = column.toAttribute();
      Expression value = column instanceof Alias alias ? alias.child() : (Expression) column;
      columns.add(below.bind(below.ready(value)));
      layout.add(
          value instanceof Attribute same ? Origins.like(result, find(same, below)) : result);
    }
    for (Attribute carried : below.carried()) {
      if (layout.stream().noneMatch(a -> a.exprId().equals(carried.exprId()))) {
        columns.add(below.bind(carried));
        layout.add(carried);
      }
    }
    return below.with(new Step.Project(columns), layout);
  }

  private static Attribute find(Attribute wanted, RowFlow flow) {
    return flow.layout().stream()
        .filter(a -> a.exprId().equals(wanted.exprId()))
        .findFirst()
        .orElseThrow();
  }

  private RowFlow generate(Generate generate) throws RefusedQueryException {
    RowFlow below = flow(generate.child());
    Expression generator = below.ready((Expression) generate.generator());
    List<Attribute> output = Scala.list(generate.generatorOutput());
    return below.with(
        new Step.Generate((Generator) below.bind(generator), generate.outer(), output.size()),
        Stream.concat(below.layout().stream(), output.stream()).toList());
  }

  private RowFlow join(Join join) throws RefusedQueryException {
    boolean leftIsStatic = isStatic(join.left());
    boolean rightIsStatic = isStatic(join.right());
    if (!leftIsStatic && !rightIsStatic) {
      throw new RefusedQueryException(
          join.origin(),
          "this join is not with reference data",
          "rows of a stream meet only what stands still: a join of two streams would lose the"
              + " matches that arrive in different epochs",
          "declare one side as a source with reference:, or let a flow of a streaming table join"
              + " with another table of the pipeline");
    }
    boolean isSwapped = leftIsStatic && !rightIsStatic;
    RowFlow left = flow(isSwapped ? join.right() : join.left());
    RowFlow right = flow(isSwapped ? join.left() : join.right());
    return JoinedFlow.of(join, left, right, isSwapped);
  }

  private boolean isStatic(LogicalPlan plan) {
    List<LogicalPlan> leaves = new ArrayList<>(Scala.list(plan.collectLeaves()));
    return leaves.stream()
        .allMatch(
            leaf ->
                leaf instanceof DataSourceV2Relation relation
                    && (isStored(relation) || isStatic.test(StreamSide.relation(relation).name())));
  }
}
