package io.lakebeam.sql;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlBasicCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlJoin;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlOrderBy;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlWith;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlWithItem;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The FROM clauses of a parse tree: what they name, and named queries put in their place. */
final class Relations {
  private Relations() {}

  /** Names a query reads, in the order they stand, without those its own WITH defines. */
  static Set<String> of(SqlNode query) {
    Set<String> names = new LinkedHashSet<>();
    inline(
        query,
        Map.of(),
        name -> {
          names.add(name);
          return null;
        });
    return names;
  }

  /**
   * Replaces names in FROM clauses: those of WITH by their queries, and those of views by what
   * {@code view} gives for them. The result holds no WITH.
   *
   * @param view a fresh tree for the name of a view, null for any other name
   */
  static SqlNode inline(SqlNode query, Function<String, @Nullable SqlNode> view) {
    return inline(query, Map.of(), view);
  }

  private static SqlNode inline(
      SqlNode query, Map<String, SqlNode> named, Function<String, @Nullable SqlNode> view) {
    if (query instanceof SqlWith with) {
      Map<String, SqlNode> inner = new HashMap<>(named);
      for (SqlNode node : with.withList) {
        SqlWithItem item = (SqlWithItem) node;
        inner.put(key(item.name.getSimple()), inline(item.query, inner, view));
      }
      return inline(with.body, inner, view);
    }
    if (query instanceof SqlSelect select) {
      if (select.getFrom() != null) {
        select.setFrom(from(select.getFrom(), named, view, true));
      }
      return select;
    }
    if (query instanceof SqlOrderBy ordered) {
      return new SqlOrderBy(
          ordered.getParserPosition(),
          inline(ordered.query, named, view),
          ordered.orderList,
          ordered.offset,
          ordered.fetch);
    }
    if (SqlKind.SET_QUERY.contains(query.getKind())) {
      SqlCall call = (SqlCall) query;
      for (int i = 0; i < call.operandCount(); i++) {
        SqlNode operand = call.operand(i);
        if (operand != null && operand.isA(SqlKind.QUERY)) {
          call.setOperand(i, inline(operand, named, view));
        }
      }
    }
    return query;
  }

  private static SqlNode from(
      SqlNode from,
      Map<String, SqlNode> named,
      Function<String, @Nullable SqlNode> view,
      boolean needsAlias) {
    if (from instanceof SqlJoin join) {
      join.setLeft(from(join.getLeft(), named, view, true));
      join.setRight(from(join.getRight(), named, view, true));
      return join;
    }
    if (from.getKind() == SqlKind.AS) {
      SqlBasicCall as = (SqlBasicCall) from;
      as.setOperand(0, from(as.operand(0), named, view, false));
      return as;
    }
    if (from instanceof SqlIdentifier identifier) {
      String name = identifier.names.get(identifier.names.size() - 1);
      SqlNode query = named.get(key(name));
      if (query == null && identifier.isSimple()) {
        SqlNode viewQuery = view.apply(name);
        query = viewQuery == null ? null : inline(viewQuery, Map.of(), view);
      } else if (query != null) {
        query = query.clone(query.getParserPosition());
      }
      if (query == null) {
        return identifier;
      }
      return needsAlias ? as(query, name) : query;
    }
    return from.isA(SqlKind.QUERY) ? inline(from, named, view) : from;
  }

  static SqlNode as(SqlNode node, String name) {
    SqlParserPos at = node.getParserPosition();
    return SqlStdOperatorTable.AS.createCall(
        new SqlNodeList(java.util.List.of(node, new SqlIdentifier(name, at)), at));
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }
}
