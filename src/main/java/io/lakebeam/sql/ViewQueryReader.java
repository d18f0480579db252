package io.lakebeam.sql;

import static io.lakebeam.graph.DataType.Primitive.BIGINT;
import static io.lakebeam.graph.DataType.Primitive.BINARY;
import static io.lakebeam.graph.DataType.Primitive.DOUBLE;
import static io.lakebeam.graph.DataType.Primitive.FLOAT;
import static io.lakebeam.graph.DataType.Primitive.INT;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.ViewQuery.Aggregate;
import io.lakebeam.sql.ViewQuery.Function;
import io.lakebeam.sql.ViewQuery.Group;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlBasicCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlOperator;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelectKeyword;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlCase;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.util.Litmus;

/**
 * Takes a validated GROUP BY query apart into a query over rows, and aggregates over its result.
 */
final class ViewQueryReader {
  private static final String INSTEAD_OF_DISTINCT =
      "group by the value too and count the view's rows where it is read, or count something that"
          + " occurs once, for instance a status that a flight has once";

  /** All that is kept up to date. Calcite has others of the same kinds, and they mean others. */
  private static final Map<SqlOperator, Function> KEPT =
      Map.of(
          SqlStdOperatorTable.COUNT, Function.COUNT,
          SqlStdOperatorTable.SUM, Function.SUM,
          SqlStdOperatorTable.MIN, Function.MIN,
          SqlStdOperatorTable.MAX, Function.MAX,
          SqlStdOperatorTable.AVG, Function.AVG,
          SqlStdOperatorTable.EVERY, Function.MIN,
          SqlStdOperatorTable.SOME, Function.MAX);

  private static final Set<SqlKind> IN_PARTS =
      Set.of(
          SqlKind.WITHIN_GROUP,
          SqlKind.WITHIN_DISTINCT,
          SqlKind.RESPECT_NULLS,
          SqlKind.IGNORE_NULLS);

  private static final Set<DataType> NUMBERS = Set.of(INT, BIGINT, FLOAT, DOUBLE);

  private final Positions positions;
  private final SqlSelect select;
  private final TableSchema result;
  private final List<Group> groups = new ArrayList<>();
  private final List<Call> calls = new ArrayList<>();
  private final SqlNodeList rowList = new SqlNodeList(SqlParserPos.ZERO);

  ViewQueryReader(Positions positions, SqlNode query, TableSchema result)
      throws InvalidQueryException {
    this.positions = positions;
    this.result = result;
    if (!(query instanceof SqlSelect tree)) {
      throw problem(
          query,
          query.getKind() + " is not possible in a materialized view",
          "a view is kept up to date from new rows alone",
          "write one SELECT with GROUP BY; sort and limit where the view is read");
    }
    this.select = tree;
  }

  /** The query over rows: the groups' expressions and the aggregates' arguments. */
  SqlSelect rowTree() throws InvalidQueryException {
    refuseUnlessSimple();
    SqlNodeList groupBy = groupBy();
    for (int i = 0; i < select.getSelectList().size(); i++) {
      SqlNode item = RowWiseQuery.withoutAlias(select.getSelectList().get(i));
      Column column = result.columns().get(i);
      if (isAggregate(item)) {
        aggregate((SqlBasicCall) item, column);
      } else if (groupBy.stream().anyMatch(g -> g.equalsDeep(item, Litmus.IGNORE))) {
        groups.add(new Group(column.name(), addToRow("_g" + groups.size(), item)));
      } else {
        throw notKept(item);
      }
    }
    for (SqlNode group : groupBy) {
      if (rowList.stream()
          .noneMatch(r -> RowWiseQuery.withoutAlias(r).equalsDeep(group, Litmus.IGNORE))) {
        throw problem(
            group,
            "the view groups by an expression that it does not select",
            "rows of the view are found again by what they are grouped by",
            "add the expression to the SELECT list");
      }
    }
    if (rowList.isEmpty()) {
      addToRow("_one", SqlLiteral.createExactNumeric("1", SqlParserPos.ZERO));
    }
    SqlSelect rows = (SqlSelect) select.clone(select.getParserPosition());
    rows.setSelectList(rowList);
    rows.setGroupBy(null);
    return rows;
  }

  ViewQuery result(RowQuery rows, List<String> reads) throws InvalidQueryException {
    List<Aggregate> aggregates = new ArrayList<>();
    List<Column> columns = new ArrayList<>(result.columns());
    for (Call call : calls) {
      DataType type = type(call, rows.columns());
      aggregates.add(new Aggregate(call.column(), call.function(), call.rowColumn(), type));
      int at = result.names().indexOf(call.column());
      columns.set(at, Column.nullable(call.column(), type));
    }
    return new ViewQuery(rows, reads, groups, aggregates, new TableSchema(columns));
  }

  /** The author's groups; {@code GROUP BY ()} is none. */
  private SqlNodeList groupBy() throws InvalidQueryException {
    SqlNodeList groups = new SqlNodeList(SqlParserPos.ZERO);
    for (SqlNode group : select.getGroup() == null ? SqlNodeList.EMPTY : select.getGroup()) {
      switch (group.getKind()) {
        case ROLLUP, CUBE, GROUPING_SETS, GROUP_BY_DISTINCT ->
            throw problem(
                select.getGroup(),
                group.getKind().name().replace('_', ' ')
                    + " is not possible in a materialized view",
                "each row of a view is one group",
                "write a view for each grouping");
        default -> {
          if (!(group instanceof SqlNodeList list && list.isEmpty())) {
            groups.add(group);
          }
        }
      }
    }
    return groups;
  }

  private void refuseUnlessSimple() throws InvalidQueryException {
    if (select.getGroup() == null && !AggregateFinder.hasAggregate(select)) {
      throw problem(
          select,
          "the view does not aggregate",
          "a materialized view is a GROUP BY query",
          "declare the dataset as a streaming_table, or as a view when it need not be stored");
    }
    if (select.getHaving() != null
        || select.isDistinct()
        || select.getOrderList() != null
        || select.getFetch() != null
        || select.getOffset() != null
        || select.getQualify() != null
        || !select.getWindowList().isEmpty()) {
      throw problem(
          select,
          "HAVING, DISTINCT, ORDER BY, LIMIT, OFFSET, QUALIFY and WINDOW are not possible in a"
              + " materialized view",
          "a view is kept up to date from new rows alone",
          "filter and sort where the view is read");
    }
  }

  private boolean isAggregate(SqlNode item) {
    return item.getKind() == SqlKind.FILTER
        || (item instanceof SqlCall call && call.getOperator().isAggregator());
  }

  private void aggregate(SqlBasicCall item, Column column) throws InvalidQueryException {
    boolean filtered = item.getKind() == SqlKind.FILTER;
    SqlBasicCall call = filtered ? (SqlBasicCall) item.operand(0) : item;
    Function function = function(call);
    SqlLiteral quantifier = call.getFunctionQuantifier();
    if (quantifier != null
        && quantifier.symbolValue(SqlSelectKeyword.class) != SqlSelectKeyword.ALL) {
      throw problem(
          call,
          "DISTINCT is not possible in a materialized view",
          "which values were counted before is not kept",
          INSTEAD_OF_DISTINCT);
    }
    if (call.operandCount() > 1) {
      throw problem(
          call,
          function + " of several arguments is not possible in a materialized view",
          "",
          "count a CASE that is NULL when one of them is");
    }
    boolean star =
        call.operandCount() == 0
            || (call.operand(0) instanceof SqlIdentifier identifier && identifier.isStar());
    String rowColumn = "";
    if (filtered || !star) {
      SqlNode argument =
          star ? SqlLiteral.createExactNumeric("1", call.getParserPosition()) : call.operand(0);
      if (filtered) {
        argument = when(item.operand(1), argument);
      }
      rowColumn = addToRow("_a" + calls.size(), argument);
    }
    calls.add(new Call(column.name(), function, rowColumn, call));
  }

  private static SqlNode when(SqlNode condition, SqlNode value) {
    SqlParserPos at = value.getParserPosition();
    return new SqlCase(
        at, null, SqlNodeList.of(condition), SqlNodeList.of(value), SqlLiteral.createNull(at));
  }

  private Function function(SqlBasicCall call) throws InvalidQueryException {
    Function function = KEPT.get(call.getOperator());
    if (function == null) {
      String name = call.getOperator().getName();
      throw problem(
          call,
          name + " is not possible in a materialized view",
          "it cannot be kept up to date from new rows alone",
          insteadOf(name));
    }
    return function;
  }

  private static String insteadOf(String aggregate) {
    if (aggregate.contains("DISTINCT")) {
      return INSTEAD_OF_DISTINCT;
    }
    if (aggregate.startsWith("STDDEV") || aggregate.startsWith("VAR")) {
      return "keep COUNT(x), SUM(x) and SUM(x * x), and compute it where the view is read";
    }
    return "use COUNT, SUM, MIN, MAX or AVG, and compute the rest where the view is read";
  }

  private String addToRow(String name, SqlNode expression) {
    rowList.add(Relations.as(expression, name));
    return name;
  }

  private InvalidQueryException notKept(SqlNode item) {
    if (item.getKind() == SqlKind.OVER) {
      return problem(
          item,
          "a window is not possible in a materialized view",
          "a view is kept up to date from new rows alone",
          "put windows where the view is read");
    }
    if (IN_PARTS.contains(item.getKind())) {
      return problem(
          item,
          item.getKind().name().replace('_', ' ') + " is not possible in a materialized view",
          "it cannot be kept up to date from new rows alone",
          "leave it out");
    }
    if (AggregateFinder.in(item)) {
      return problem(
          item,
          "an expression over aggregates is not possible in a materialized view",
          "each column is a group's expression or one aggregate",
          "put the expression inside, for instance AVG(CASE WHEN .. THEN 1.0 ELSE 0.0 END) for a"
              + " share");
    }
    return problem(
        item,
        "the view selects an expression that it does not group by",
        "",
        "add it to GROUP BY or wrap it in MIN or MAX");
  }

  private DataType type(Call call, TableSchema rows) throws InvalidQueryException {
    if (call.function() == Function.COUNT) {
      return BIGINT;
    }
    DataType argument = rows.column(call.rowColumn()).orElseThrow().type();
    boolean isScalar =
        argument instanceof DataType.Primitive || argument instanceof DataType.Decimal;
    if (!isScalar || argument == BINARY) {
      throw problem(
          call.at(),
          call.function() + " of a " + argument.sql() + " is not possible in a materialized view",
          "its values have no order",
          "take it of something that stands for it, for instance a CAST to VARCHAR");
    }
    boolean isNumber = argument instanceof DataType.Decimal || NUMBERS.contains(argument);
    boolean adds = call.function() == Function.SUM || call.function() == Function.AVG;
    if (adds && (!isNumber || isText(call.at()))) {
      throw problem(
          call.at(),
          call.function()
              + " of a "
              + (isNumber ? "STRING" : argument.sql())
              + " is not possible in a materialized view",
          "only numbers add up",
          "CAST it to the number it stands for, for instance to DECIMAL(18,2)");
    }
    return switch (call.function()) {
      case MIN, MAX, COUNT -> argument;
      case SUM -> sum(argument);
      case AVG -> average(argument);
    };
  }

  /** Casts of authors are the library's: one of Calcite's own is what it has put around a text. */
  private static boolean isText(SqlBasicCall aggregate) {
    return aggregate.operand(0) instanceof SqlCall cast
        && cast.getKind() == SqlKind.CAST
        && !(cast.operand(0) instanceof SqlLiteral);
  }

  /** As Spark's SUM: integers widen to BIGINT, decimals by ten digits. */
  private static DataType sum(DataType argument) {
    if (argument instanceof DataType.Decimal decimal) {
      int precision = Math.min(DataType.Decimal.MAX_PRECISION, decimal.precision() + 10);
      return new DataType.Decimal(precision, decimal.scale());
    }
    if (argument == FLOAT || argument == DOUBLE) {
      return DOUBLE;
    }
    return argument == INT ? BIGINT : argument;
  }

  /** As Spark's AVG: decimals get four more digits behind the point, all else is DOUBLE. */
  private static DataType average(DataType argument) {
    if (argument instanceof DataType.Decimal decimal) {
      int precision = Math.min(DataType.Decimal.MAX_PRECISION, decimal.precision() + 4);
      return new DataType.Decimal(precision, Math.min(precision, decimal.scale() + 4));
    }
    return DOUBLE;
  }

  private InvalidQueryException problem(SqlNode at, String problem, String cause, String fix) {
    return RowWiseQuery.problem(positions, at, problem, cause, fix);
  }

  private record Call(String column, Function function, String rowColumn, SqlBasicCall at) {}
}
