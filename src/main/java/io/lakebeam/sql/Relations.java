package io.lakebeam.sql;

import io.lakebeam.graph.Limits;
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

/**
 * The FROM clauses of a parse tree: what they name, and named queries put in their place. A query
 * that is named twice is put there twice, so a tree may grow with every name; it is counted on the
 * way, before any of it is copied.
 */
final class Relations {
  /**
   * What WITH names.
   *
   * @param query without WITH
   * @param nodes of its tree
   */
  private record Named(SqlNode query, long nodes) {}

  private final Function<String, @Nullable SqlNode> view;
  private final long most;
  private long nodes;
  private int views;

  /** What {@code nodes} comes to beyond {@code most} is a {@link SqlSyntaxException}. */
  private Relations(Function<String, @Nullable SqlNode> view, long most) {
    this.view = view;
    this.most = most;
  }

  /** Names a query reads, in the order they stand, without those its own WITH defines. */
  static Set<String> of(SqlNode query) {
    Set<String> names = new LinkedHashSet<>();
    Function<String, @Nullable SqlNode> collect =
        name -> {
          names.add(name);
          return null;
        };
    new Relations(collect, Long.MAX_VALUE).inline(query, Map.of());
    return names;
  }

  /**
   * Replaces names in FROM clauses: those of WITH by their queries, and those of views by what
   * {@code view} gives for them. The result holds no WITH.
   *
   * @param view a fresh tree for the name of a view, null for any other name
   * @param most nodes that the result may have
   * @throws SqlSyntaxException when it would have more
   */
  static SqlNode inline(SqlNode query, Function<String, @Nullable SqlNode> view, long most) {
    Relations relations = new Relations(view, most);
    relations.add(NodeCount.of(query), query);
    return relations.inline(query, Map.of());
  }

  private void add(long more, SqlNode at) {
    nodes += more;
    if (nodes > most) {
      throw tooMuch(at, most + " names, values and operators");
    }
  }

  private static SqlSyntaxException tooMuch(SqlNode at, String what) {
    SqlParserPos place = at.getParserPosition();
    return new SqlSyntaxException(
        Math.max(1, place.getLineNum()),
        Math.max(1, place.getColumnNum()),
        "this query unfolds to more than " + what);
  }

  private SqlNode inline(SqlNode query, Map<String, Named> named) {
    if (query instanceof SqlWith with) {
      Map<String, Named> inner = new HashMap<>(named);
      for (SqlNode node : with.withList) {
        SqlWithItem item = (SqlWithItem) node;
        long before = nodes - NodeCount.of(item.query);
        SqlNode unfolded = inline(item.query, inner);
        inner.put(key(item.name.getSimple()), new Named(unfolded, nodes - before));
      }
      return inline(with.body, inner);
    }
    if (query instanceof SqlSelect select) {
      if (select.getFrom() != null) {
        select.setFrom(from(select.getFrom(), named, true));
      }
      return select;
    }
    if (query instanceof SqlOrderBy ordered) {
      return new SqlOrderBy(
          ordered.getParserPosition(),
          inline(ordered.query, named),
          ordered.orderList,
          ordered.offset,
          ordered.fetch);
    }
    if (SqlKind.SET_QUERY.contains(query.getKind())) {
      SqlCall call = (SqlCall) query;
      for (int i = 0; i < call.operandCount(); i++) {
        SqlNode operand = call.operand(i);
        if (operand != null && operand.isA(SqlKind.QUERY)) {
          call.setOperand(i, inline(operand, named));
        }
      }
    }
    return query;
  }

  private SqlNode from(SqlNode from, Map<String, Named> named, boolean needsAlias) {
    if (from instanceof SqlJoin join) {
      join.setLeft(from(join.getLeft(), named, true));
      join.setRight(from(join.getRight(), named, true));
      return join;
    }
    if (from.getKind() == SqlKind.AS) {
      SqlBasicCall as = (SqlBasicCall) from;
      as.setOperand(0, from(as.operand(0), named, false));
      return as;
    }
    if (from instanceof SqlIdentifier identifier) {
      String name = identifier.names.get(identifier.names.size() - 1);
      SqlNode query = put(identifier, name, named);
      if (query == null) {
        return identifier;
      }
      return needsAlias ? as(query, name) : query;
    }
    return from.isA(SqlKind.QUERY) ? inline(from, named) : from;
  }

  /** What stands in the place of a name, null when it stays. */
  private @Nullable SqlNode put(SqlIdentifier identifier, String name, Map<String, Named> named) {
    Named query = named.get(key(name));
    if (query != null) {
      add(query.nodes(), identifier);
      return query.query().clone(query.query().getParserPosition());
    }
    SqlNode viewQuery = identifier.isSimple() ? view.apply(name) : null;
    if (viewQuery == null) {
      return null;
    }
    add(NodeCount.of(viewQuery), identifier);
    if (++views > Limits.UNFOLDED_VIEWS) {
      throw tooMuch(identifier, Limits.UNFOLDED_VIEWS + " views");
    }
    return inline(viewQuery, Map.of());
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
