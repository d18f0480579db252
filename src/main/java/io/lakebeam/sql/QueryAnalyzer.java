package io.lakebeam.sql;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.spec.QueryText;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataTypeField;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.runtime.CalciteContextException;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.runtime.CalciteException;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.type.SqlTypeName;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.validate.SqlValidator;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Reads the queries of one pipeline: names and types checked against what the pipeline declares,
 * problems told with the place in the author's file, the result ready for Beam SQL. Does no I/O and
 * never evaluates a query.
 */
public final class QueryAnalyzer {
  private final String pipeline;
  private final FunctionLibrary functions;
  private final Map<String, QueryText> views;
  private final Set<String> references;
  private final Map<String, TableSchema> relations = new HashMap<>();

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
    this.references = Set.copyOf(references);
  }

  /** Makes a source or dataset known, with all columns that its rows carry. */
  public void declare(String name, TableSchema rowSchema) {
    relations.put(name, rowSchema);
  }

  /** What a query reads, views replaced by what they read. */
  public Set<String> reads(QueryText query) throws InvalidQueryException {
    return Relations.of(tree(query));
  }

  /** Checks a query that only others use. */
  public void check(QueryText query) throws InvalidQueryException {
    schema(query::at, analyze(query));
  }

  /** Checks and prepares a query of a streaming table's flow. */
  public RowQuery rowQuery(QueryText query) throws InvalidQueryException {
    Analyzed analyzed = analyze(query);
    RowWiseQuery rowWise = rowWise(query, analyzed);
    String input = rowWise.prepare(analyzed.tree());
    TableSchema all = schema(query::at, analyzed);
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
    Analyzed analyzed = analyze(query);
    ViewQueryReader reader =
        new ViewQueryReader(query::at, analyzed.tree(), schema(query::at, analyzed));
    SqlSelect rowTree = reader.rowTree();
    // What was taken apart is typed once more: arguments of aggregates have types of their own.
    SqlNode again = parse(SqlText.unparse(rowTree), query::at);
    TableSchema rowSchema = schema(query::at, validate(again, query::at, relations));
    RowWiseQuery rowWise = rowWise(query, analyzed);
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
    String prefix = "SELECT (";
    Positions positions = Positions.of(rule, prefix.length());
    SqlNode parsed = parse(prefix + rule.condition() + "\n) FROM `" + alias + "`", positions);
    SqlNode tree = timeBound(rewrite(parsed, positions), positions);
    Analyzed analyzed = validate(tree, positions, Map.of(alias, rowSchema));
    RelDataTypeField condition = analyzed.rowType().getFieldList().get(0);
    if (condition.getType().getSqlTypeName() != SqlTypeName.BOOLEAN) {
      throw new InvalidQueryException(
          new Problem(
              rule.at(),
              "expectation " + rule.name() + " is no condition",
              "it has the type " + condition.getType().getSqlTypeName(),
              "write a comparison that is TRUE for good rows"));
    }
    SqlNode expression = ((SqlSelect) analyzed.tree()).getSelectList().get(0);
    String sql = SqlText.unparse(RowWiseQuery.withoutAlias(expression));
    return "(" + sql + ") IS " + (rule.nullPasses() ? "NOT FALSE" : "TRUE");
  }

  private RowWiseQuery rowWise(QueryText query, Analyzed analyzed) {
    return new RowWiseQuery(
        pipeline,
        references,
        relations,
        query::at,
        analyzed.validator()::getValidatedNodeTypeIfKnown);
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
    return Relations.inline(parse(query.sql(), query::at), this::viewTree);
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
      return parse(view.sql(), view::at);
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

  private Analyzed analyze(QueryText query) throws InvalidQueryException {
    SqlNode tree = timeBound(rewrite(tree(query), query::at), query::at);
    return validate(tree, query::at, relations);
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
    for (RelDataTypeField field : analyzed.rowType().getFieldList()) {
      Optional<DataType> type = SqlTypes.fromSql(field.getType());
      if (type.isEmpty()) {
        throw new InvalidQueryException(
            new Problem(
                positions.at(1, 1),
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
              positions.at(1, 1),
              "the query gives " + e.getMessage(),
              "names of columns differ in more than case",
              "give one of them another name with AS"));
    }
  }

  private record Analyzed(SqlNode tree, RelDataType rowType, SqlValidator validator) {}
}
