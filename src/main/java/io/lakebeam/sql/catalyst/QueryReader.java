package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.Lineage;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.AnalysisException;
import io.lakebeam.shaded.spark.sql.catalyst.AliasIdentifier;
import io.lakebeam.shaded.spark.sql.catalyst.FunctionIdentifier;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.EliminateSubqueryAliases;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.RelationTimeTravel;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.UnresolvedTableValuedFunction;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Alias;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Cast;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.EliminatePipeOperators$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NamedExpression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SubqueryExpression;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.CollapseProject$;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.InlineCTE;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.ReplaceExpressions$;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.RewriteWithExpression$;
import io.lakebeam.shaded.spark.sql.catalyst.parser.ParseException;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Command;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Filter;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.GlobalLimit;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LocalLimit;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.LogicalPlan;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.ParsedStatement;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Project;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.Sort;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.SubqueryAlias;
import io.lakebeam.shaded.spark.sql.catalyst.plans.logical.UnresolvedWith;
import io.lakebeam.shaded.spark.sql.execution.datasources.v2.DataSourceV2Relation;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.sql.catalyst.function.UserFunction;
import io.lakebeam.sql.catalyst.group.GroupPlan;
import io.lakebeam.sql.catalyst.group.TimeWindows;
import io.lakebeam.sql.catalyst.group.Watermarks;
import io.lakebeam.sql.catalyst.group.WindowPlan;
import io.lakebeam.sql.catalyst.operator.EpochTime;
import io.lakebeam.sql.catalyst.operator.OperatorPlan;
import io.lakebeam.sql.catalyst.operator.PlanTranslation;
import io.lakebeam.sql.catalyst.operator.TablePlan;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads queries over the relations that it knows. Exceptions of Catalyst itself say what is wrong
 * with a query in Spark's words: {@link SparkProblem}.
 */
public final class QueryReader {
  private static final Set<String> HIDDEN =
      HiddenColumns.CARRIED.stream().map(Column::name).collect(Collectors.toSet());

  private final Engine engine;
  private final Predicate<String> isStatic;
  private final Map<String, LogicalPlan> relations = new HashMap<>();

  /** The same for those who read tables as they stand: what is hidden comes by its name only. */
  private final Map<String, LogicalPlan> asStored = new HashMap<>();

  private final Map<String, TableSchema> stored = new HashMap<>();
  private final Map<String, Long> viewSizes = new HashMap<>();

  /**
   * @param functions of the queries' author, by name in any case
   * @param isStatic true for relations that are held in memory, to be joined with
   */
  public QueryReader(Map<String, UserFunction> functions, Predicate<String> isStatic) {
    this.engine = new Engine(UserFunction.registry(functions));
    this.isStatic = isStatic;
  }

  /** Makes a source or dataset known. */
  public void declare(Relation relation) {
    put(relations, relation.name(), leaf(relation));
    put(asStored, relation.name(), leaf(relation.withHidden(HIDDEN)));
  }

  /** Makes a table known to those who read tables as they stand, and to nobody else. */
  public void declareTable(Relation table) {
    put(asStored, table.name(), leaf(table));
  }

  /**
   * Lets queries join with a dataset as the lake has it, too.
   *
   * @param columns what its table stores
   */
  public void declareStored(String name, TableSchema columns) {
    stored.put(name, columns);
  }

  /** Makes a query known by a name. */
  public void declareView(String name, String sql) throws Exception {
    LogicalPlan query = query(sql);
    put(relations, name, analyzed(query));
    put(asStored, name, analyzed(query, asStored));
    viewSizes.put(name.toLowerCase(Locale.ROOT), Unfolded.size(query, viewSizes));
  }

  private static void put(Map<String, LogicalPlan> relations, String name, LogicalPlan plan) {
    relations.put(
        name.toLowerCase(Locale.ROOT), new SubqueryAlias(new AliasIdentifier(name), plan));
  }

  /** The relations that a query names, as it spells them. */
  public static Set<String> reads(String sql) throws RefusedQueryException {
    Engine.start();
    return Names.in(query(sql));
  }

  private static LogicalPlan query(String sql) throws RefusedQueryException {
    LogicalPlan plan = Engine.parse(sql);
    refuseUnnest(plan);
    if (plan instanceof Command || plan instanceof ParsedStatement) {
      throw new RefusedQueryException(
          plan.origin(),
          "this is no query",
          "only a SELECT says what the rows of a dataset are",
          "write one SELECT");
    }
    return plan;
  }

  /** Spark would tell that the array is no column. */
  private static void refuseUnnest(LogicalPlan plan) throws RefusedQueryException {
    Option<LogicalPlan> found =
        plan.find(
            Scala.predicate(
                node ->
                    node instanceof UnresolvedTableValuedFunction call
                        && call.name().last().equalsIgnoreCase("unnest")));
    if (found.isDefined()) {
      throw new RefusedQueryException(
          found.get().origin(),
          "there is no UNNEST",
          "Spark makes rows of an array with EXPLODE",
          "write LATERAL VIEW explode(items) AS item behind the relation, or CROSS JOIN LATERAL"
              + " explode(items) AS t(item)");
    }
  }

  /** The query's plan, resolved and checked. */
  LogicalPlan analyzed(String sql) throws Exception {
    return analyzed(query(sql));
  }

  /** The plan, resolved and checked. */
  LogicalPlan analyzed(LogicalPlan plan) throws RefusedQueryException {
    return analyzed(plan, relations);
  }

  private LogicalPlan analyzed(LogicalPlan plan, Map<String, LogicalPlan> known)
      throws RefusedQueryException {
    if (Unfolded.depth(plan) > Limits.QUERY_DEPTH) {
      throw new RefusedQueryException(
          plan.origin(),
          "this query lies too deep in itself",
          "every operator of a chain lies within the next one; "
              + Limits.QUERY_DEPTH
              + " are the limit",
          "write IN (...) in place of many ORs, or split it through a view");
    }
    if (Unfolded.size(plan, viewSizes) > Limits.UNFOLDED_NODES) {
      throw new RefusedQueryException(
          plan.origin(),
          "this query unfolds to more than "
              + Limits.UNFOLDED_NODES
              + " names, values and operators",
          "queries of WITH and of views are put in the place of their names, each as often as it is"
              + " named",
          "make what is named most often a streaming table, or name it less often");
    }
    LogicalPlan named =
        Names.replace(
            Watermarks.without(plan), (name, isStream) -> relation(known, name, isStream));
    LogicalPlan analyzed = engine.analyze(named);
    if (analyzed.output().size() > Limits.COLUMNS) {
      throw new RefusedQueryException(
          plan.origin(),
          "the query gives " + analyzed.output().size() + " columns",
          Limits.COLUMNS + " are the limit",
          "select those that are needed");
    }
    return analyzed;
  }

  private static @Nullable LogicalPlan relation(
      Map<String, LogicalPlan> relations, String name, boolean isStream) {
    LogicalPlan known = relations.get(name.toLowerCase(Locale.ROOT));
    return known == null || !isStream ? known : StreamSide.marked(known);
  }

  /**
   * Everything that is wrong with a query that is refused. Catalyst stops at the first mistake;
   * what is wrong with a selected expression or the WHERE by itself is wrong with the query too, so
   * each is looked at alone.
   *
   * @param first what it is refused with
   */
  public List<Exception> problems(String sql, Exception first) {
    if (!(first instanceof AnalysisException) || first instanceof ParseException) {
      return List.of(first);
    }
    LogicalPlan plan;
    try {
      plan = Engine.parse(sql);
    } catch (Exception e) {
      return List.of(first); // a condition, and no query
    }
    if (!(plan instanceof Project project)) {
      return List.of(first);
    }
    LogicalPlan from = project.child() instanceof Filter filter ? filter.child() : project.child();
    if (problem(from).isPresent()) {
      return List.of(first);
    }
    List<Exception> found = new ArrayList<>();
    for (NamedExpression item : Scala.list(project.projectList())) {
      problem(new Project(Scala.seq(List.of(item)), from)).ifPresent(found::add);
    }
    if (project.child() instanceof Filter filter) {
      problem(filter).ifPresent(found::add);
    }
    boolean isTold =
        found.stream().anyMatch(other -> SparkProblem.of(other).equals(SparkProblem.of(first)));
    return isTold ? found : List.of(first);
  }

  private Optional<Exception> problem(LogicalPlan plan) {
    try {
      analyzed(plan);
      return Optional.empty();
    } catch (Exception e) {
      return Optional.of(e);
    }
  }

  private static LogicalPlan inlined(LogicalPlan analyzed) {
    LogicalPlan piped = EliminatePipeOperators$.MODULE$.apply(analyzed);
    return EliminateSubqueryAliases.apply(new InlineCTE(true, false).apply(piped));
  }

  /** The plan in terms that can be computed, without names of relations and of WITH. */
  static LogicalPlan plain(LogicalPlan analyzed) {
    LogicalPlan replaced = ReplaceExpressions$.MODULE$.apply(inlined(analyzed));
    LogicalPlan rewritten = RewriteWithExpression$.MODULE$.apply(replaced);
    return CollapseProject$.MODULE$.apply(rewritten, false);
  }

  /**
   * A query whose rows are made one by one.
   *
   * @return its columns as its author selects them, and the hidden ones behind them
   */
  public RowPlan rows(String sql) throws Exception {
    return rows(query(sql));
  }

  /**
   * The time within which a query wants each of its rows once: that of the WATERMARK below a
   * DISTINCT.
   *
   * @return empty when it wants them as often as they come
   */
  public Optional<RowPlan.Distinct> distinct(String sql) throws RefusedQueryException {
    LogicalPlan query = query(sql);
    Optional<Watermarks.Watermark> mark = Watermarks.of(query);
    return mark.isEmpty() || Watermarks.distinct(query).isEmpty()
        ? Optional.empty()
        : Optional.of(new RowPlan.Distinct(mark.get().column(), mark.get().microseconds()));
  }

  /**
   * A query that groups the rows of a stream by windows of the time of its WATERMARK.
   *
   * @return empty when it groups none, or has no WATERMARK
   */
  public Optional<WindowPlan> windows(String sql) throws Exception {
    LogicalPlan query = query(sql);
    Optional<Watermarks.Watermark> mark = Watermarks.of(query);
    if (mark.isEmpty()) {
      return Optional.empty();
    }
    LogicalPlan analyzed = analyzed(query);
    LogicalPlan plain = plain(analyzed);
    return WindowPlan.isOfGroups(plain)
        ? Optional.of(
            WindowPlan.of(
                plain,
                TimeWindows.timeOf(inlined(analyzed(Watermarks.marked(query)))),
                Scala.list(analyzed.output()),
                isStatic,
                mark.get().microseconds()))
        : Optional.empty();
  }

  private RowPlan rows(LogicalPlan query) throws Exception {
    boolean isDistinct = Watermarks.of(query).isPresent();
    LogicalPlan analyzed = analyzed(isDistinct ? Watermarks.distinct(query).orElse(query) : query);
    RowPlan rows = rowPlan(analyzed, isStatic, stored);
    refuseStatic(rows.input(), analyzed);
    return rows;
  }

  private static RowPlan rowPlan(
      LogicalPlan analyzed, Predicate<String> isStatic, Map<String, TableSchema> stored)
      throws RefusedQueryException {
    LogicalPlan plain = plain(analyzed);
    List<Attribute> output = Scala.list(analyzed.output());
    Translation translation = Translation.ofRows(plain, analyzed.output(), isStatic, stored);
    RowFlow flow = translation.flow();
    return new RowPlan(flow, translation.stored(), output, ColumnLineage.of(plain, output));
  }

  /** True when each row of the query's result is made of one row of what it reads. */
  public boolean isRowWise(String sql) throws Exception {
    return RowWise.ofAnalyzed(plain(analyzed(sql)), isStatic);
  }

  /** As {@link #isRowWise}, of a query that cannot be analyzed: what it names may be unknown. */
  public boolean isWrittenRowWise(String sql) throws RefusedQueryException {
    return RowWise.ofParsed(Watermarks.without(query(sql)), isStatic);
  }

  private void refuseStatic(String input, LogicalPlan plan) throws RefusedQueryException {
    if (isStatic.test(input)) {
      throw new RefusedQueryException(
          plan.origin(),
          input + " is reference data and cannot be read row by row",
          "reference data is looked up by joins",
          "select FROM a source or dataset and JOIN " + input);
    }
  }

  private static Expression parsedCondition(String condition) throws RefusedQueryException {
    Expression parsed = Engine.parseExpression(condition);
    if (parsed instanceof NamedExpression named && !(parsed instanceof Attribute)) {
      throw new RefusedQueryException(
          parsed.origin(),
          "what is " + named.name() + " behind the condition?",
          "Spark takes it for a name of what stands before it",
          "leave it out, or complete the condition");
    }
    return parsed;
  }

  /** A query that groups rows; empty when its groups cannot be added up from parts. */
  public Optional<GroupPlan> groups(String sql) throws Exception {
    LogicalPlan analyzed = analyzed(sql);
    return GroupPlan.of(plain(analyzed), Scala.list(analyzed.output()), isStatic);
  }

  /** A query of any shape. */
  public TablePlan operators(String sql) throws Exception {
    LogicalPlan analyzed = analyzed(query(sql), asStored);
    List<Attribute> output = Scala.list(analyzed.output());
    Replayed.refuseOfSession(analyzed);
    LogicalPlan optimized = engine.optimize(EpochTime.in(analyzed));
    // The same columns in the same order, of which some may have become others.
    OperatorPlan plan = PlanTranslation.of(optimized, Scala.list(optimized.output()), isStatic);
    return new TablePlan(plan, output, ColumnLineage.of(plain(analyzed), output));
  }

  /**
   * A query of any shape, whose rows are printed and stored nowhere: in the order of its ORDER BY,
   * and values of types that no table has as text.
   *
   * @param most rows that are wanted of a query that does not end with a LIMIT of its own
   */
  public TablePlan printed(String sql, int most) throws Exception {
    LogicalPlan query = query(sql);
    refuseOther(query);
    LogicalPlan analyzed = printable(analyzed(query, asStored));
    Replayed.refuseOfSession(analyzed);
    LogicalPlan wanted = hasLimit(query) ? analyzed : limited(analyzed, most);
    LogicalPlan optimized = engine.optimize(EpochTime.in(wanted));
    LogicalPlan ordered = isOrdered(optimized) ? limited(optimized, Integer.MAX_VALUE) : optimized;
    OperatorPlan plan = PlanTranslation.of(ordered, Scala.list(optimized.output()), isStatic);
    return new TablePlan(plan, Scala.list(analyzed.output()), Lineage.unknown());
  }

  /** True when a query ends with a LIMIT. */
  public static boolean hasLimit(String sql) throws RefusedQueryException {
    return hasLimit(query(sql));
  }

  private static boolean hasLimit(LogicalPlan query) {
    return query instanceof UnresolvedWith with
        ? hasLimit(with.child())
        : query instanceof GlobalLimit;
  }

  /** What begins as a query may be no question of the tables as they stand. */
  private static void refuseOther(LogicalPlan query) throws RefusedQueryException {
    // FROM t INSERT INTO u SELECT *
    Option<LogicalPlan> statement =
        query.find(
            Scala.predicate(node -> node instanceof Command || node instanceof ParsedStatement));
    if (statement.isDefined()) {
      throw new RefusedQueryException(
          statement.get().origin(),
          "a statement that writes is not possible here",
          "tables are read, and never changed",
          "write the SELECT alone");
    }
    Option<LogicalPlan> travel =
        query.find(Scala.predicate(node -> node instanceof RelationTimeTravel));
    if (travel.isDefined()) {
      throw new RefusedQueryException(
          travel.get().origin(),
          "VERSION AS OF and TIMESTAMP AS OF are not possible here",
          "a query sees each table as it stands when it begins",
          "leave it out");
    }
  }

  /**
   * Translated with an order that only a LIMIT has: the optimizer takes one away that cuts none.
   */
  private static boolean isOrdered(LogicalPlan optimized) {
    LogicalPlan rows = optimized;
    while (rows instanceof Project project) {
      rows = project.child();
    }
    return rows instanceof Sort;
  }

  private static LogicalPlan limited(LogicalPlan plan, int most) {
    return new GlobalLimit(
        Literal$.MODULE$.apply(most), new LocalLimit(Literal$.MODULE$.apply(most), plan));
  }

  private static LogicalPlan printable(LogicalPlan analyzed) {
    List<Attribute> columns = Scala.list(analyzed.output());
    List<NamedExpression> printed = new ArrayList<>();
    for (Attribute column : columns) {
      printed.add(
          SparkTypes.columnType(column.dataType()).isPresent()
              ? column
              : alias(
                  new Cast(
                      column, DataTypes.StringType, Option.apply("UTC"), Cast.apply$default$4()),
                  column.name()));
    }
    return printed.equals(columns) ? analyzed : new Project(Scala.seq(printed), analyzed);
  }

  private static Alias alias(Expression value, String name) {
    return new Alias(
        value,
        name,
        NamedExpression.newExprId(),
        Alias.apply$default$4(value, ""),
        Alias.apply$default$5(value, ""),
        Alias.apply$default$6(value, ""));
  }

  /**
   * Conditions over rows.
   *
   * @param relation what their columns may be qualified with, and what it has
   * @return a column for each condition
   */
  public RowPlan conditions(List<String> conditions, Relation relation) throws Exception {
    List<NamedExpression> columns = new ArrayList<>();
    for (String condition : conditions) {
      Expression parsed = parsedCondition(condition);
      columns.add(alias(parsed, "condition_" + columns.size()));
    }
    LogicalPlan rows = new SubqueryAlias(new AliasIdentifier(relation.name()), leaf(relation));
    LogicalPlan analyzed = analyzed(new Project(Scala.seq(columns), rows));
    return rowPlan(analyzed, name -> false, Map.of());
  }

  /** Why a condition is TRUE for no row, if that can be seen; empty when it may be. */
  public List<RefusedQueryException> neverTrue(String condition, Relation relation)
      throws Exception {
    LogicalPlan rows = new SubqueryAlias(new AliasIdentifier(relation.name()), leaf(relation));
    LogicalPlan analyzed = analyzed(new Filter(parsedCondition(condition), rows));
    return NeverTrue.problems(((Filter) plain(analyzed)).condition());
  }

  /** Of Spark's functions that queries may call, in lower case. */
  public static List<String> functionNames() {
    Engine.start();
    return Scala.list(Engine.functions().listFunction()).stream()
        .map(FunctionIdentifier::funcName)
        .sorted()
        .toList();
  }

  /** Checks what can be seen to be wrong with a condition without knowing its columns. */
  public static void checkSyntax(String condition) throws RefusedQueryException {
    Engine.start();
    if (SubqueryExpression.hasSubquery(parsedCondition(condition))) {
      throw new RefusedQueryException(
          Engine.parseExpression(condition).origin(),
          "a rule looks at more than one row",
          "a rule says of each row by itself whether it is good",
          "leave queries out");
    }
  }

  private static LogicalPlan leaf(Relation relation) {
    return DataSourceV2Relation.create(relation, Option.empty(), Option.empty());
  }
}
