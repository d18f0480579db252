package io.lakebeam.sql;

import java.util.ArrayList;
import java.util.List;
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
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Puts columns in the place of a star over relations that have more columns than a star gives:
 * those that come only when they are named.
 */
final class StarExpansion {
  private final Function<String, @Nullable List<String>> columns;

  /**
   * @param columns what a star gives of a relation; null for one whose star gives all
   */
  StarExpansion(Function<String, @Nullable List<String>> columns) {
    this.columns = columns;
  }

  /** A relation of a FROM clause; without an alias when it is a query that has none. */
  private record Child(@Nullable String alias, @Nullable List<String> columns) {}

  /** Expands in place, inner queries too. */
  void expand(SqlNode query) {
    if (query instanceof SqlSelect select) {
      List<Child> children = new ArrayList<>();
      collect(select.getFrom(), children);
      if (children.stream().anyMatch(child -> child.columns() != null)) {
        select.setSelectList(expanded(select.getSelectList(), children));
      }
    } else if (query instanceof SqlOrderBy ordered) {
      expand(ordered.query);
    } else if (SqlKind.SET_QUERY.contains(query.getKind())) {
      ((SqlCall) query).getOperandList().forEach(this::expand);
    }
  }

  private void collect(@Nullable SqlNode from, List<Child> children) {
    if (from instanceof SqlJoin join) {
      collect(join.getLeft(), children);
      collect(join.getRight(), children);
      return;
    }
    if (from == null) {
      return;
    }
    boolean isNamed = from.getKind() == SqlKind.AS;
    SqlNode relation = isNamed ? ((SqlBasicCall) from).operand(0) : from;
    String alias = isNamed ? ((SqlIdentifier) ((SqlBasicCall) from).operand(1)).getSimple() : null;
    if (relation instanceof SqlIdentifier table) {
      String name = table.names.get(table.names.size() - 1);
      children.add(new Child(alias == null ? name : alias, columns.apply(name)));
    } else {
      expand(relation);
      children.add(new Child(alias, null));
    }
  }

  private static SqlNodeList expanded(SqlNodeList list, List<Child> children) {
    List<SqlNode> items = new ArrayList<>();
    for (SqlNode item : list) {
      if (!(item instanceof SqlIdentifier star) || !star.isStar()) {
        items.add(item);
        continue;
      }
      boolean ofAll = star.names.size() == 1;
      if (ofAll && children.stream().anyMatch(child -> child.alias() == null)) {
        // What a query without an alias gives cannot be named.
        items.add(star);
        continue;
      }
      for (Child child : children) {
        if (child.alias() != null
            && (ofAll || child.alias().equalsIgnoreCase(star.names.get(star.names.size() - 2)))) {
          add(child, star, items);
        }
      }
    }
    return new SqlNodeList(items, list.getParserPosition());
  }

  private static void add(Child child, SqlIdentifier star, List<SqlNode> items) {
    if (child.columns() == null) {
      items.add(new SqlIdentifier(List.of(child.alias(), ""), star.getParserPosition()));
      return;
    }
    for (String column : child.columns()) {
      items.add(new SqlIdentifier(List.of(child.alias(), column), star.getParserPosition()));
    }
  }
}
