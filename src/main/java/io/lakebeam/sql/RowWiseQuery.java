package io.lakebeam.sql;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.type.RelDataType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.JoinConditionType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.JoinType;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlBasicCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlJoin;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes a validated tree row by row: joins with reference tables become lookups, hidden columns are
 * added to every select list on the way up from the input, and whatever needs more than one row at
 * a time is refused.
 */
final class RowWiseQuery {
  private final String pipeline;
  private final Set<String> references;
  private final Map<String, TableSchema> relations;
  private final Positions positions;
  private final Function<SqlNode, @Nullable RelDataType> types;
  private final boolean isGrouped;
  private final List<LookupJoin> lookups = new ArrayList<>();

  /**
   * @param relations schemas of all sources and datasets
   * @param types of the nodes of the tree, as validation found them
   * @param isGrouped true when a view groups the rows afterwards
   */
  RowWiseQuery(
      String pipeline,
      Set<String> references,
      Map<String, TableSchema> relations,
      Positions positions,
      Function<SqlNode, @Nullable RelDataType> types,
      boolean isGrouped) {
    this.pipeline = pipeline;
    this.references = references;
    this.relations = relations;
    this.positions = positions;
    this.types = types;
    this.isGrouped = isGrouped;
  }

  List<LookupJoin> lookups() {
    return List.copyOf(lookups);
  }

  /**
   * Checks the tree and turns its joins into lookups, in place.
   *
   * @return the name of the source or dataset that is read row by row
   */
  String prepare(SqlNode query) throws InvalidQueryException {
    if (!(query instanceof SqlSelect select)) {
      throw refused(query);
    }
    refuseUnlessRowWise(select);
    Map<String, Lookup> found = new LinkedHashMap<>();
    SqlNode input = input(select, select.getFrom(), found);
    select.setFrom(input);
    if (!found.isEmpty()) {
      try {
        new LookupRewriter(pipeline, found, relations).rewrite(select);
      } catch (LookupRewriter.UnsupportedColumnException e) {
        throw e.explain(positions);
      }
      found.values().forEach(lookup -> lookups.add(lookup.join(pipeline)));
    }
    SqlNode relation = input.getKind() == SqlKind.AS ? ((SqlBasicCall) input).operand(0) : input;
    if (relation instanceof SqlIdentifier table) {
      String name = table.names.get(table.names.size() - 1);
      if (references.contains(name)) {
        throw problem(
            input,
            name + " is reference data and cannot be read row by row",
            "reference data is looked up by joins",
            "select FROM a source or dataset and JOIN " + name);
      }
      return name;
    }
    return prepare(relation);
  }

  /**
   * Adds columns of the input to every select list, in place.
   *
   * @param carried their names
   * @param own what the outermost query's author selects; everything else of its list is left out
   */
  void carry(SqlNode query, List<String> carried, List<String> own) {
    SqlSelect select = (SqlSelect) query;
    SqlNodeList list = new SqlNodeList(select.getSelectList().getParserPosition());
    for (SqlNode item : select.getSelectList()) {
      if (!carried.contains(nameOf(item)) || own.contains(nameOf(item))) {
        list.add(item);
      }
    }
    SqlNode from = select.getFrom();
    String alias = aliasOf(from);
    for (String name : carried) {
      list.add(column(alias, name, select.getParserPosition()));
    }
    select.setSelectList(list);
    SqlNode relation = from.getKind() == SqlKind.AS ? ((SqlBasicCall) from).operand(0) : from;
    if (relation instanceof SqlSelect inner) {
      carry(inner, carried, List.of());
    }
  }

  static SqlNode withoutAlias(SqlNode item) {
    return item.getKind() == SqlKind.AS ? ((SqlBasicCall) item).operand(0) : item;
  }

  /** The name a select item gives its column; validation has given every item one. */
  static String nameOf(SqlNode item) {
    SqlNode named = item.getKind() == SqlKind.AS ? ((SqlBasicCall) item).operand(1) : item;
    return named instanceof SqlIdentifier identifier
        ? identifier.names.get(identifier.names.size() - 1)
        : "";
  }

  private static SqlNode column(String alias, String name, SqlParserPos at) {
    SqlIdentifier qualified = new SqlIdentifier(List.of(alias, name), at);
    return Relations.as(qualified, name);
  }

  private static String aliasOf(SqlNode from) {
    if (from.getKind() == SqlKind.AS) {
      return ((SqlIdentifier) ((SqlBasicCall) from).operand(1)).getSimple();
    }
    SqlIdentifier table = (SqlIdentifier) from;
    return table.names.get(table.names.size() - 1);
  }

  /** The one relation of a FROM clause that is no reference table; the others are collected. */
  private SqlNode input(SqlSelect select, @Nullable SqlNode from, Map<String, Lookup> found)
      throws InvalidQueryException {
    if (from == null) {
      throw problem(
          select, "the query reads nothing", "it has no FROM", "name a source or dataset");
    }
    if (!(from instanceof SqlJoin join)) {
      return from;
    }
    SqlNode left = input(select, join.getLeft(), found);
    if (!isReference(join.getRight())) {
      throw problem(
          join.getRight(),
          "this join is not with reference data",
          "rows of a stream meet only what is looked up: a join of two streams would lose the"
              + " matches that arrive in different epochs",
          "declare the right side as a source with reference:");
    }
    if (join.getJoinType() != JoinType.LEFT && join.getJoinType() != JoinType.INNER) {
      throw problem(
          join,
          "a " + join.getJoinType() + " JOIN is not possible here",
          "reference data is looked up for each row of the stream",
          "use LEFT JOIN or JOIN ... ON");
    }
    if (join.getConditionType() != JoinConditionType.ON) {
      throw problem(join, "the join has no ON", "", "write ON reference.key = stream.column");
    }
    String alias = aliasOf(join.getRight());
    boolean inner = join.getJoinType() == JoinType.INNER;
    Lookup lookup =
        Lookup.of(tableOf(join.getRight()), alias, inner, join.getCondition(), positions);
    refuseUnlessKey(lookup);
    found.put(alias, lookup);
    return left;
  }

  private void refuseUnlessKey(Lookup lookup) throws InvalidQueryException {
    TableSchema schema = relations.get(lookup.reference());
    for (int i = 0; i < lookup.columns().size(); i++) {
      Column column = schema.column(lookup.columns().get(i)).orElseThrow();
      RelDataType value = types.apply(lookup.values().get(i));
      if (value == null || !LookupRewriter.canBeKey(column.type(), value)) {
        throw problem(
            lookup.values().get(i),
            "a " + value + " cannot look up " + lookup.alias() + "." + column.name(),
            "the column is a "
                + column.type().sql()
                + "; keys are STRING, INT, BIGINT or DATE and"
                + " have the same type on both sides",
            "CAST the value");
      }
    }
  }

  private boolean isReference(SqlNode relation) {
    SqlNode table = withoutAlias(relation);
    return table instanceof SqlIdentifier && references.contains(tableOf(relation));
  }

  private static String tableOf(SqlNode relation) {
    SqlIdentifier table = (SqlIdentifier) withoutAlias(relation);
    return table.names.get(table.names.size() - 1);
  }

  private void refuseUnlessRowWise(SqlSelect select) throws InvalidQueryException {
    Optional<SqlNode> inner =
        QueryFinder.in(select.getSelectList()).or(() -> QueryFinder.in(select.getWhere()));
    if (inner.isPresent()) {
      throw problem(
          inner.get(),
          "a query inside an expression is not possible here",
          "rows are taken one by one as they come, and see no other rows",
          "look reference data up with a JOIN");
    }
    boolean groups = select.getGroup() != null || AggregateFinder.hasAggregate(select);
    if (groups && isGrouped) {
      throw problem(
          select,
          "the view groups rows that are grouped already",
          "a view is kept up to date from the new rows of its table alone",
          "group once; group the view's rows where it is read");
    }
    if (groups) {
      throw problem(
          select,
          "a streaming table cannot group rows",
          "it would hold one result an epoch, not one result",
          "declare the dataset as a materialized_view");
    }
    if (select.isDistinct()
        || select.getOrderList() != null
        || select.getFetch() != null
        || select.getOffset() != null
        || select.getQualify() != null
        || select.getHaving() != null
        || !select.getWindowList().isEmpty()) {
      throw problem(
          select,
          "DISTINCT, HAVING, ORDER BY, LIMIT, OFFSET, QUALIFY and WINDOW are not possible here",
          "rows are taken one by one as they come",
          "leave it out; sort and limit where the table is read");
    }
  }

  private InvalidQueryException refused(SqlNode query) {
    return switch (query.getKind()) {
      case UNION ->
          problem(
              query,
              "UNION is not possible " + (isGrouped ? "in a materialized view" : "in a flow"),
              isGrouped ? "a view follows one streaming table" : "each flow has one input",
              "write one file for each SELECT, list them under flows: of a streaming table, and read"
                  + " that");
      case ORDER_BY ->
          problem(
              query,
              "ORDER BY and LIMIT are not possible here",
              "rows are taken one by one as they come",
              "sort and limit where the table is read");
      default ->
          problem(query, query.getKind() + " is not possible in a flow", "", "write one SELECT");
    };
  }

  private InvalidQueryException problem(SqlNode at, String problem, String cause, String fix) {
    return problem(positions, at, problem, cause, fix);
  }

  static InvalidQueryException problem(
      Positions positions, SqlNode node, String problem, String cause, String fix) {
    SqlParserPos at = node.getParserPosition();
    SourceLocation place =
        positions.at(Math.max(1, at.getLineNum()), Math.max(1, at.getColumnNum()));
    return new InvalidQueryException(new Problem(place, problem, cause, fix));
  }

  static SqlNode and(@Nullable SqlNode left, SqlNode right) {
    return left == null
        ? right
        : SqlStdOperatorTable.AND.createCall(right.getParserPosition(), left, right);
  }
}
