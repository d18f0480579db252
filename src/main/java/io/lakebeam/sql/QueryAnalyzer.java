package io.lakebeam.sql;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.spec.QueryText;
import io.lakebeam.sql.catalyst.QueryReader;
import io.lakebeam.sql.catalyst.RefusedQueryException;
import io.lakebeam.sql.catalyst.Relation;
import io.lakebeam.sql.catalyst.RowPlan;
import io.lakebeam.sql.catalyst.group.Accumulator;
import io.lakebeam.sql.catalyst.group.Aggregation;
import io.lakebeam.sql.catalyst.group.GroupPlan;
import io.lakebeam.sql.catalyst.group.WindowPlan;
import io.lakebeam.sql.catalyst.operator.TablePlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Reads the queries of one pipeline: names and types checked against what the pipeline declares,
 * problems told with the place in the author's file, the result ready to be computed. Does no I/O
 * and never evaluates a query.
 */
public final class QueryAnalyzer {
  private final QueryReader reader;
  private final QueryProblems problems;
  private final Set<String> relations = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);

  /**
   * @param functions that its queries may call besides Spark's
   * @param views named queries that are not stored
   * @param references names of reference tables
   */
  public QueryAnalyzer(
      FunctionLibrary functions, Map<String, QueryText> views, Set<String> references) {
    this.reader = new QueryReader(functions.functions(), Set.copyOf(references)::contains);
    this.problems = new QueryProblems(reader, views, relations);
  }

  /** Makes a source or dataset known, with all columns that its rows carry. */
  public void declare(String name, TableSchema rowSchema) {
    declare(name, rowSchema, List.of());
  }

  /**
   * Makes a source known that has columns which come only when they are named.
   *
   * @param onlyByName what {@code *} leaves out
   */
  public void declare(String name, TableSchema rowSchema, List<Column> onlyByName) {
    Set<String> hidden = onlyByName.stream().map(Column::name).collect(Collectors.toSet());
    relations.add(name);
    reader.declare(new Relation(name, rowSchema, hidden));
  }

  /**
   * Lets queries of flows join with a dataset as the lake has it.
   *
   * @param columns what its table stores
   */
  public void declareStored(String name, TableSchema columns) {
    reader.declareStored(name, columns);
  }

  /** The sources, datasets and views that a query names. */
  public Set<String> reads(QueryText query) throws InvalidQueryException {
    return problems.told(query, () -> QueryReader.reads(query.sql()));
  }

  /** Checks a query that only others use, and makes it known to them. */
  public void declareView(String name, QueryText query) throws InvalidQueryException {
    problems.told(
        query,
        () -> {
          reader.declareView(name, "\n".repeat(problems.firstLine(name)) + query.sql());
          return name;
        });
  }

  /** Checks and prepares a query of a streaming table's flow. */
  public RowQuery rowQuery(QueryText query) throws InvalidQueryException {
    return problems.told(query, () -> rowQuery(query, reader.rows(query.sql())));
  }

  /**
   * The time within which a flow's query wants each of its rows once; empty when it wants them as
   * often as they come.
   */
  public Optional<RowPlan.Distinct> distinct(QueryText query) throws InvalidQueryException {
    return problems.told(query, () -> reader.distinct(query.sql()));
  }

  /** True when each row of a query's result is made of one row of what it reads. */
  public boolean isRowWise(QueryText query) throws InvalidQueryException {
    return problems.told(query, () -> reader.isRowWise(query.sql()));
  }

  /**
   * As {@link #isRowWise}, of a query that is not possible for another reason: what its text alone
   * says.
   */
  public boolean isWrittenRowWise(QueryText query) {
    try {
      return problems.told(query, () -> reader.isWrittenRowWise(query.sql()));
    } catch (InvalidQueryException e) {
      return false;
    }
  }

  /** A name as it stands in a query. */
  public static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private RowQuery rowQuery(QueryText query, RowPlan plan) throws InvalidQueryException {
    List<Integer> selected = new ArrayList<>();
    Map<String, io.lakebeam.shaded.spark.sql.types.DataType> columns = new LinkedHashMap<>();
    List<RowPlan.Selected> all = plan.columns();
    for (int i = 0; i < all.size(); i++) {
      RowPlan.Selected column = all.get(i);
      if (column.isCarried()) {
        continue; // it goes along whether it is selected or not
      }
      selected.add(i);
      if (columns.put(column.name(), column.type()) != null) {
        throw ResultColumns.twice(query, column.name());
      }
    }
    TableSchema carried = carried(plan);
    Set<String> lookups = new LinkedHashSet<>(plan.joined());
    plan.stored().forEach(table -> lookups.remove(table.key()));
    return new RowQuery(
        plan.input(),
        lookups,
        plan.stored(),
        ResultColumns.of(query, columns),
        carried,
        plan.select(selected, carried.columns()),
        plan.lineage());
  }

  private static TableSchema carried(RowPlan plan) {
    return new TableSchema(HiddenColumns.CARRIED.stream().filter(plan::carries).toList());
  }

  /**
   * Checks and takes apart a query of a materialized view.
   *
   * @return empty when it cannot be kept up to date from new rows alone
   */
  public Optional<ViewQuery> viewQuery(QueryText query) throws InvalidQueryException {
    return problems.told(
        query,
        () -> {
          Optional<GroupPlan> plan = reader.groups(query.sql());
          return plan.isEmpty() ? Optional.empty() : Optional.of(viewQuery(query, plan.get()));
        });
  }

  /** Checks and prepares a query of any shape. */
  public TableQuery tableQuery(QueryText query) throws InvalidQueryException {
    return problems.told(
        query,
        () -> {
          TablePlan plan = reader.operators(query.sql());
          Map<String, io.lakebeam.shaded.spark.sql.types.DataType> types = new LinkedHashMap<>();
          for (Attribute column : plan.output()) {
            if (types.put(column.name(), column.dataType()) != null) {
              throw ResultColumns.twice(query, column.name());
            }
          }
          return TableQuery.of(
              plan.operators(),
              ResultColumns.of(query, types),
              problems.written(query),
              plan.lineage());
        });
  }

  /**
   * Checks and takes apart a query of a flow that groups a stream by windows; empty when it groups
   * nothing, or has no WATERMARK.
   */
  public Optional<WindowQuery> windowQuery(QueryText query) throws InvalidQueryException {
    return problems.told(
        query,
        () -> {
          Optional<WindowPlan> plan = reader.windows(query.sql());
          return plan.isEmpty() ? Optional.empty() : Optional.of(windowQuery(query, plan.get()));
        });
  }

  private WindowQuery windowQuery(QueryText query, WindowPlan plan) throws InvalidQueryException {
    Map<String, io.lakebeam.shaded.spark.sql.types.DataType> types = new LinkedHashMap<>();
    for (Attribute column : plan.output()) {
      if (types.put(column.name(), column.dataType()) != null) {
        throw ResultColumns.twice(query, column.name());
      }
    }
    TableSchema columns = ResultColumns.of(query, types);
    return new WindowQuery(
        viewQuery(query, plan.groups()),
        RowProgram.of(plan.shown(), columns),
        columns,
        plan.time(),
        plan.delay(),
        plan.grid(),
        plan.lineage());
  }

  private ViewQuery viewQuery(QueryText query, GroupPlan plan) throws InvalidQueryException {
    Map<String, io.lakebeam.shaded.spark.sql.types.DataType> types = new LinkedHashMap<>();
    for (GroupPlan.Result column : plan.columns()) {
      if (types.put(column.name(), column.type()) != null) {
        throw ResultColumns.twice(query, column.name());
      }
    }
    TableSchema columns = ResultColumns.of(query, types);
    List<ViewQuery.Group> groups = new ArrayList<>();
    List<ViewQuery.Aggregate> aggregates = new ArrayList<>();
    List<Accumulator> accumulators = new ArrayList<>();
    for (int i = 0; i < plan.columns().size(); i++) {
      GroupPlan.Result column = plan.columns().get(i);
      if (column.aggregate() == null) {
        groups.add(new ViewQuery.Group(column.name(), column.group()));
      } else {
        accumulators.add(column.aggregate());
        aggregates.add(
            new ViewQuery.Aggregate(
                column.name(),
                column.aggregate().name(),
                columns.columns().get(i).type(),
                states(query, column)));
      }
    }
    return ViewQuery.of(
        plan.input(),
        plan.rows(),
        plan.reads(),
        groups,
        aggregates,
        new Aggregation(plan.row(), accumulators),
        columns,
        plan.lineage());
  }

  /** Columns that begin with {@code _} and the name of the result's. */
  private static List<Column> states(QueryText query, GroupPlan.Result column)
      throws InvalidQueryException {
    Map<String, io.lakebeam.shaded.spark.sql.types.DataType> types = new LinkedHashMap<>();
    column
        .aggregate()
        .states()
        .forEach(
            state ->
                types.put("_" + column.name() + "_" + state.name(), state.stored().dataType()));
    return ResultColumns.of(query, types).columns().stream()
        .map(
            each ->
                new Column(
                    each.name(), each.type(), true, "what " + column.name() + " is computed from"))
        .toList();
  }

  /**
   * Checks a rule.
   *
   * @param alias the relation that has the columns
   */
  public void check(Expectation rule, TableSchema rowSchema, String alias)
      throws InvalidQueryException {
    Relation relation = new Relation(alias, rowSchema, Set.of());
    problems.told(
        Positions.of(rule, 0),
        rule.condition(),
        () -> {
          RowPlan plan = condition(rule, relation);
          io.lakebeam.shaded.spark.sql.types.DataType type = plan.columns().get(0).type();
          if (!type.equals(io.lakebeam.shaded.spark.sql.types.DataTypes.BooleanType)) {
            throw new InvalidQueryException(
                new Problem(
                    rule.at(),
                    "expectation " + rule.name() + " is no condition",
                    "it has the type " + type.sql(),
                    "write a comparison that is TRUE for good rows"));
          }
          List<RefusedQueryException> never = reader.neverTrue(rule.condition(), relation);
          if (!never.isEmpty()) {
            throw new InvalidQueryException(
                never.stream()
                    .map(e -> problems.problem(Positions.of(rule, 0), e))
                    .map(p -> named(p, rule))
                    .toList());
          }
          return plan;
        });
  }

  private static Problem named(Problem problem, Expectation rule) {
    return problem.inOtherWords(
        text -> text.replace("the condition", "expectation " + rule.name()));
  }

  private RowPlan condition(Expectation rule, Relation relation) throws Exception {
    try {
      RowPlan plan = reader.conditions(List.of(rule.condition()), relation);
      if (plan.select(List.of(0), List.of()).mayMultiply()) {
        throw ofMoreRows(rule);
      }
      return plan;
    } catch (RefusedQueryException e) {
      // Whatever is refused of an expression by itself looks at other rows, or answers otherwise.
      if (e.isOfMoreRows()) {
        throw ofMoreRows(rule);
      }
      throw e;
    }
  }

  private static InvalidQueryException ofMoreRows(Expectation rule) {
    return new InvalidQueryException(
        new Problem(
            rule.at(),
            "expectation " + rule.name() + " looks at more than one row",
            "a rule says of each row by itself whether it is good",
            "leave aggregates, windows, generators and queries out"));
  }

  /**
   * Rules that are {@link #check checked}, ready to be computed.
   *
   * @param alias the relation that has the columns
   */
  public RuleProgram rules(List<Expectation> rules, TableSchema rowSchema, String alias) {
    Relation relation = new Relation(alias, rowSchema, Set.of());
    try {
      List<io.lakebeam.sql.catalyst.Step.Rows> each = new ArrayList<>();
      List<List<String>> reads = new ArrayList<>();
      for (Expectation rule : rules) {
        RowPlan alone = reader.conditions(List.of(rule.condition()), relation);
        each.add(alone.select(List.of(0), List.of()));
        reads.add(List.copyOf(alone.lineage().names()));
      }
      RowPlan all =
          reader.conditions(rules.stream().map(Expectation::condition).toList(), relation);
      return RuleProgram.of(
          all.select(IntStream.range(0, rules.size()).boxed().toList(), List.of()),
          each,
          rules.stream().map(Expectation::nullPasses).toList(),
          reads);
    } catch (Exception e) {
      throw new IllegalStateException("these rules were checked", e);
    }
  }

  /**
   * What is wrong with a rule whose columns are not known, because its table cannot be computed.
   *
   * @throws InvalidQueryException when it is no condition for any table
   */
  public void checkSyntax(Expectation rule) throws InvalidQueryException {
    problems.told(
        Positions.of(rule, 0),
        rule.condition(),
        () -> {
          QueryReader.checkSyntax(rule.condition());
          return rule;
        });
  }
}
