package io.lakebeam.sql;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.spec.QueryText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.runtime.CalciteContextException;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.runtime.CalciteException;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.validate.SqlValidator;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the queries of one pipeline: names and types checked against what the pipeline declares,
 * problems told with the place in the author's file, the result ready for Beam SQL. Does no I/O and
 * never evaluates a query.
 */
public final class QueryAnalyzer {
  private static final String UNFOLD_WHY =
      "queries of WITH and of views are put in the place of their names, each as often as it is"
          + " named";
  private static final String UNFOLD_LESS =
      "make what is named most often a streaming table, or name it less often";

  private final String pipeline;
  private final FunctionLibrary functions;

  /** More than a file of SQL has. */
  private static final int LINES_APART = 50_000;

  private final Map<String, QueryText> views;
  private final List<String> viewNames;
  private final Set<String> references;
  private final Map<String, TableSchema> relations = new HashMap<>();
  private final Map<String, List<String>> stars = new HashMap<>();

  /**
   * @param pipeline the pipeline's name
   * @param functions that its queries may call
   * @param views named queries that are not stored
   * @param references names of reference tables
   */
  public QueryAnalyzer(
      String pipeline,
      FunctionLibrary functions,
      Map<String, QueryText> views,
      Set<String> references) {
    this.pipeline = pipeline;
    this.functions = functions;
    this.views = Map.copyOf(views);
    this.viewNames = views.keySet().stream().sorted().toList();
    this.references = Set.copyOf(references);
  }

  /** Makes a source or dataset known, with all columns that its rows carry. */
  public void declare(String name, TableSchema rowSchema) {
    relations.put(name, rowSchema);
  }

  /**
   * Makes a source known that has columns which come only when they are named.
   *
   * @param onlyByName what {@code *} leaves out
   */
  public void declare(String name, TableSchema rowSchema, List<Column> onlyByName) {
    declare(name, rowSchema);
    List<String> star = new ArrayList<>(rowSchema.names());
    onlyByName.forEach(column -> star.remove(column.name()));
    stars.put(name.toLowerCase(Locale.ROOT), star);
  }

  /** The sources, datasets and views that a query names. */
  public Set<String> reads(QueryText query) throws InvalidQueryException {
    return shallow(query::at, () -> Relations.of(parse(query.sql(), query::at)));
  }

  /** Checks a query that only others use. */
  public void check(QueryText query) throws InvalidQueryException {
    shallow(positions(query), () -> schema(positions(query), analyze(query)));
  }

  /** Checks and prepares a query of a streaming table's flow. */
  public RowQuery rowQuery(QueryText query) throws InvalidQueryException {
    return shallow(positions(query), () -> prepareRowQuery(query));
  }

  private RowQuery prepareRowQuery(QueryText query) throws InvalidQueryException {
    Analyzed analyzed = analyze(query);
    RowWiseQuery rowWise = rowWise(query, analyzed, false);
    String input = rowWise.prepare(analyzed.tree());
    TableSchema all = schema(positions(query), analyzed);
    List<Column> columns =
        all.columns().stream().filter(column -> !isCarried(column.name())).toList();
    TableSchema carried = carried(input);
    rowWise.carry(analyzed.tree(), carried.names(), columns.stream().map(Column::name).toList());
    return new RowQuery(
        input,
        rowWise.lookups(),
        new TableSchema(columns),
        carried,
        SqlText.unparse(analyzed.tree()));
  }

  /** Checks and takes apart a query of a materialized view. */
  public ViewQuery viewQuery(QueryText query) throws InvalidQueryException {
    return shallow(positions(query), () -> prepareViewQuery(query));
  }

  private ViewQuery prepareViewQuery(QueryText query) throws InvalidQueryException {
    Analyzed analyzed = analyze(query);
    ViewQueryReader reader =
        new ViewQueryReader(positions(query), analyzed.tree(), schema(positions(query), analyzed));
    SqlSelect rowTree = reader.rowTree();
    // What was taken apart is typed once more: arguments of aggregates have types of their own.
    Positions start = (line, column) -> place(query, analyzed.tree());
    SqlNode again = parse(SqlText.unparse(rowTree), start);
    TableSchema rowSchema = schema(start, validate(again, start, relations));
    RowWiseQuery rowWise = rowWise(query, analyzed, true);
    String input = rowWise.prepare(rowTree);
    List<String> reads = ColumnFinder.columns(rowTree, relations.get(input));
    String sql = SqlText.unparse(rowTree);
    return reader.result(
        new RowQuery(input, rowWise.lookups(), rowSchema, TableSchema.of(), sql), reads);
  }

  /**
   * Checks a rule and returns its verdict over rows of the given columns.
   *
   * @param alias of the relation that has the columns
   * @return a SQL boolean over columns qualified with {@code alias}, never NULL
   */
  public String verdict(Expectation rule, TableSchema rowSchema, String alias)
      throws InvalidQueryException {
    return shallow(Positions.of(rule, 0), () -> prepareVerdict(rule, rowSchema, alias));
  }

  private String prepareVerdict(Expectation rule, TableSchema rowSchema, String alias)
      throws InvalidQueryException {
    String prefix = "SELECT (";
    Positions positions = Positions.of(rule, prefix.length());
    SqlNode parsed =
        parse(prefix + rule.condition() + "\n) FROM " + SqlText.quoted(alias), positions);
    refuseUnlessOfOneRow(rule, ((SqlSelect) parsed).getSelectList());
    SqlNode tree = timeBound(rewrite(parsed, positions), positions);
    Analyzed analyzed = validate(tree, positions, Map.of(alias, rowSchema));
    // Functions are known to be aggregates only now.
    refuseUnlessOfOneRow(rule, ((SqlSelect) analyzed.tree()).getSelectList());
    RelDataTypeField condition = analyzed.rowType().getFieldList().get(0);
    if (condition.getType().getSqlTypeName() != SqlTypeName.BOOLEAN) {
      throw new InvalidQueryException(
          new Problem(
              rule.at(),
              "expectation " + rule.name() + " is no condition",
              "it has the type " + condition.getType().getSqlTypeName(),
              "write a comparison that is TRUE for good rows"));
    }
    SqlNode expression =
        RowWiseQuery.withoutAlias(((SqlSelect) analyzed.tree()).getSelectList().get(0));
    refuseIfNeverTrue(rule, expression, positions);
    String sql = SqlText.unparse(expression);
    return "(" + sql + ") IS " + (rule.nullPasses() ? "NOT FALSE" : "TRUE");
  }

  /**
   * What is wrong with a rule whose columns are not known, because its table cannot be computed.
   *
   * @throws InvalidQueryException when it is no condition for any table
   */
  public void checkSyntax(Expectation rule) throws InvalidQueryException {
    String prefix = "SELECT (";
    Positions positions = Positions.of(rule, prefix.length());
    SqlNode parsed = parse(prefix + rule.condition() + "\n) FROM `t`", positions);
    refuseUnlessOfOneRow(rule, ((SqlSelect) parsed).getSelectList());
    timeBound(rewrite(parsed, positions), positions);
  }

  private static void refuseIfNeverTrue(Expectation rule, SqlNode condition, Positions positions)
      throws InvalidQueryException {
    List<Problem> problems = new ArrayList<>();
    for (SqlNode comparison : NeverTrue.comparisonsWithNull(condition)) {
      SqlParserPos at = comparison.getParserPosition();
      problems.add(
          new Problem(
              positions.at(Math.max(1, at.getLineNum()), Math.max(1, at.getColumnNum())),
              "a comparison with NULL is never TRUE",
              "NULL is equal to nothing, and to nothing unequal",
              "write IS NULL or IS NOT NULL"));
    }
    if (problems.isEmpty() && NeverTrue.isConstant(condition)) {
      problems.add(
          new Problem(
              rule.at(),
              "expectation " + rule.name() + " is never TRUE",
              "it is the same for every row, so every row breaks it",
              "write a condition over the table's columns"));
    }
    if (!problems.isEmpty()) {
      throw new InvalidQueryException(problems);
    }
  }

  private static void refuseUnlessOfOneRow(Expectation rule, SqlNode condition)
      throws InvalidQueryException {
    if (AggregateFinder.in(condition) || QueryFinder.in(condition).isPresent()) {
      throw new InvalidQueryException(
          new Problem(
              rule.at(),
              "expectation " + rule.name() + " looks at more than one row",
              "a rule says of each row by itself whether it is good",
              "leave aggregates, windows and queries out"));
    }
  }

  private RowWiseQuery rowWise(QueryText query, Analyzed analyzed, boolean isGrouped) {
    return new RowWiseQuery(
        pipeline,
        references,
        relations,
        positions(query),
        analyzed.validator()::getValidatedNodeTypeIfKnown,
        isGrouped);
  }

  private TableSchema carried(String input) {
    TableSchema schema = relations.get(input);
    return new TableSchema(
        HiddenColumns.CARRIED.stream()
            .filter(column -> schema.column(column.name()).isPresent())
            .toList());
  }

  private static boolean isCarried(String name) {
    return HiddenColumns.CARRIED.stream().anyMatch(c -> c.name().equalsIgnoreCase(name));
  }

  private SqlNode tree(QueryText query) throws InvalidQueryException {
    Positions positions = positions(query);
    try {
      SqlNode tree =
          Relations.inline(parse(query.sql(), positions), this::viewTree, Limits.UNFOLDED_NODES);
      new StarExpansion(name -> stars.get(name.toLowerCase(Locale.ROOT))).expand(tree);
      return tree;
    } catch (SqlSyntaxException e) {
      throw new InvalidQueryException(
          new Problem(positions.at(e.line(), e.column()), e.getMessage(), UNFOLD_WHY, UNFOLD_LESS));
    }
  }

  private @Nullable SqlNode viewTree(String name) {
    QueryText view =
        views.entrySet().stream()
            .filter(entry -> entry.getKey().equalsIgnoreCase(name))
            .map(Map.Entry::getValue)
            .findFirst()
            .orElse(null);
    if (view == null) {
      return null;
    }
    try {
      return parse("\n".repeat(firstLine(name)) + view.sql(), view::at);
    } catch (InvalidQueryException e) {
      throw new IllegalStateException("a view is read before what reads it", e);
    }
  }

  private static SqlNode parse(String sql, Positions positions) throws InvalidQueryException {
    try {
      return SqlText.parse(sql);
    } catch (SqlSyntaxException e) {
      throw new InvalidQueryException(
          new Problem(positions.at(e.line(), e.column()), e.getMessage(), "", ""));
    }
  }

  /** One step of reading a query. */
  private interface Step<T> {
    T take() throws InvalidQueryException;
  }

  /** Trees are walked by recursion: what is deeper than the stack is told as a mistake. */
  private static <T> T shallow(Positions positions, Step<T> step) throws InvalidQueryException {
    try {
      return step.take();
    } catch (StackOverflowError e) {
      throw new InvalidQueryException(
          new Problem(
              positions.at(1, 1),
              "this query lies too deep in itself",
              "every operator of a chain lies within the next one",
              "write IN (...) in place of many ORs, or split it through a view"));
    }
  }

  private Analyzed analyze(QueryText query) throws InvalidQueryException {
    Positions positions = positions(query);
    SqlNode tree = prepared(query);
    try {
      return validate(tree, positions, relations);
    } catch (InvalidQueryException first) {
      throw withOthers(query, first);
    }
  }

  private SqlNode prepared(QueryText query) throws InvalidQueryException {
    Positions positions = positions(query);
    return timeBound(rewrite(tree(query), positions), positions);
  }

  /**
   * Validation ends at the first mistake. What is wrong with a selected expression or the WHERE by
   * itself is wrong with the query too, so each is looked at alone; where rows are grouped, only
   * the WHERE can be.
   */
  private InvalidQueryException withOthers(QueryText query, InvalidQueryException first)
      throws InvalidQueryException {
    if (!(prepared(query) instanceof SqlSelect whole) || whole.getFrom() == null) {
      return first;
    }
    Set<Problem> problems = new LinkedHashSet<>();
    if (!problemsOf(query, select -> keep(select, List.of(), false)).isEmpty()) {
      return first; // FROM itself is wrong: nothing can be said of what is selected from it
    }
    if (whole.getGroup() == null) {
      for (int i = 0; i < whole.getSelectList().size(); i++) {
        int item = i;
        problems.addAll(
            problemsOf(query, s -> keep(s, List.of(s.getSelectList().get(item)), false)));
      }
    }
    problems.addAll(problemsOf(query, select -> keep(select, List.of(), true)));
    if (problems.isEmpty() || !problems.containsAll(first.problems())) {
      return first;
    }
    return new InvalidQueryException(List.copyOf(problems));
  }

  private List<Problem> problemsOf(QueryText query, Consumer<SqlSelect> part)
      throws InvalidQueryException {
    SqlSelect select = (SqlSelect) prepared(query);
    part.accept(select);
    try {
      validate(select, positions(query), relations);
      return List.of();
    } catch (InvalidQueryException e) {
      return e.problems();
    }
  }

  private static void keep(SqlSelect select, List<SqlNode> items, boolean where) {
    SqlParserPos at = select.getParserPosition();
    select.setSelectList(
        new SqlNodeList(
            items.isEmpty() ? List.of(SqlLiteral.createExactNumeric("1", at)) : items, at));
    select.setGroupBy(null);
    select.setHaving(null);
    select.setOrderBy(null);
    if (!where) {
      select.setWhere(null);
    }
  }

  /**
   * Places in a query and in the views put into it: each view's text is parsed as if it stood far
   * below the others', so that a line says whose it is.
   */
  private Positions positions(QueryText query) {
    return (line, column) -> {
      if (line <= LINES_APART) {
        return query.at(line, column);
      }
      String view = viewNames.get(line / LINES_APART - 1);
      return views.get(view).at(line - firstLine(view), column);
    };
  }

  private int firstLine(String view) {
    for (int i = 0; i < viewNames.size(); i++) {
      if (viewNames.get(i).equalsIgnoreCase(view)) {
        return (i + 1) * LINES_APART;
      }
    }
    throw new IllegalArgumentException("no view " + view);
  }

  private SourceLocation place(QueryText query, SqlNode node) {
    SqlParserPos at = node.getParserPosition();
    return positions(query).at(Math.max(1, at.getLineNum()), Math.max(1, at.getColumnNum()));
  }

  private SqlNode rewrite(SqlNode tree, Positions positions) throws InvalidQueryException {
    try {
      return functions.rewrite(tree);
    } catch (SqlSyntaxException e) {
      throw new InvalidQueryException(
          new Problem(positions.at(e.line(), e.column()), e.getMessage(), "", ""));
    }
  }

  private SqlNode timeBound(SqlNode tree, Positions positions) throws InvalidQueryException {
    for (FunctionLibrary.Use use : functions.nonDeterministic(tree)) {
      throw new InvalidQueryException(
          new Problem(
              positions.at(use.position().getLineNum(), use.position().getColumnNum()),
              use.name() + " cannot be used in a pipeline",
              "an epoch that is replayed after a crash would compute another value",
              "take the value from the data; for the time of reading use CURRENT_TIMESTAMP"));
    }
    return functions.currentTime(tree, HiddenColumns.INGESTED_AT.name());
  }

  private Analyzed validate(SqlNode tree, Positions positions, Map<String, TableSchema> catalog)
      throws InvalidQueryException {
    SqlValidator validator = new SqlCatalog(catalog, functions).validator();
    try {
      SqlNode validated = validator.validate(tree);
      List<Problem> foreseen =
          Foreseen.in(validated, positions, validator::getValidatedNodeTypeIfKnown);
      if (!foreseen.isEmpty()) {
        throw new InvalidQueryException(foreseen);
      }
      return new Analyzed(validated, validator.getValidatedNodeType(validated), validator);
    } catch (CalciteContextException e) {
      throw new InvalidQueryException(CalciteProblems.explain(positions, e, catalog));
    } catch (CalciteException e) {
      throw new InvalidQueryException(
          new Problem(positions.at(1, 1), CalciteProblems.sentence(e), "", ""));
    }
  }

  private static TableSchema schema(Positions positions, Analyzed analyzed)
      throws InvalidQueryException {
    List<Column> columns = new ArrayList<>();
    SqlParserPos start = analyzed.tree().getParserPosition();
    SourceLocation at =
        positions.at(Math.max(1, start.getLineNum()), Math.max(1, start.getColumnNum()));
    for (RelDataTypeField field : analyzed.rowType().getFieldList()) {
      Optional<DataType> type = SqlTypes.fromSql(field.getType());
      if (type.isEmpty()) {
        throw new InvalidQueryException(
            new Problem(
                at,
                "column " + field.getName() + " has the type " + field.getType(),
                "no table can store it",
                "CAST it to a type that tables have, for instance INT or TIMESTAMP"));
      }
      columns.add(Column.nullable(field.getName(), type.get()));
    }
    try {
      return new TableSchema(columns);
    } catch (IllegalArgumentException e) {
      throw new InvalidQueryException(
          new Problem(
              at,
              "the query gives " + e.getMessage(),
              "names of columns differ in more than case",
              "give one of them another name with AS"));
    }
  }

  private record Analyzed(SqlNode tree, RelDataType rowType, SqlValidator validator) {}
}
