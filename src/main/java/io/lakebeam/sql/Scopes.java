package io.lakebeam.sql;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlJoin;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;

/**
 * The tables in sight while a tree is walked, to find a struct's field by {@code column.field}:
 * Calcite takes the first name for a table unless there is one before it.
 */
final class Scopes {
  /** Where FROM stands among the operands of a SELECT. */
  private static final int FROM = 2;

  private final Deque<Scope> scopes = new ArrayDeque<>();

  /** One SELECT: the names of its tables, and whether the walk is in its FROM. */
  private static final class Scope {
    final List<String> tables = new ArrayList<>();
    boolean complete = true;
    boolean inFrom;
  }

  void enter(SqlCall call) {
    if (call instanceof SqlSelect select) {
      Scope scope = new Scope();
      collect(select.getFrom(), scope);
      scopes.push(scope);
    }
  }

  void leave(SqlCall call) {
    if (call instanceof SqlSelect) {
      scopes.pop();
    }
  }

  void at(SqlNode call, int operand) {
    if (call instanceof SqlSelect) {
      scopes.element().inFrom = operand == FROM;
    }
  }

  private static void collect(SqlNode from, Scope scope) {
    if (from instanceof SqlJoin join) {
      collect(join.getLeft(), scope);
      collect(join.getRight(), scope);
    } else if (from instanceof SqlIdentifier table) {
      scope.tables.add(table.names.get(table.names.size() - 1));
    } else if (from != null
        && from.getKind() == SqlKind.AS
        && ((SqlCall) from).operand(1) instanceof SqlIdentifier alias) {
      scope.tables.add(alias.getSimple());
    } else {
      scope.complete = false;
    }
  }

  /** With the table in front when the first name can only be a column of the one table there is. */
  SqlIdentifier qualified(SqlIdentifier id) {
    Scope here = scopes.peek();
    if (id.names.size() < 2 || here == null || here.inFrom || here.tables.size() != 1) {
      return id;
    }
    String first = id.names.get(0);
    for (Scope scope : scopes) {
      if (!scope.complete || scope.tables.stream().anyMatch(first::equalsIgnoreCase)) {
        return id;
      }
    }
    List<String> names = new ArrayList<>(List.of(here.tables.get(0)));
    names.addAll(id.names);
    List<SqlParserPos> positions = new ArrayList<>(List.of(id.getComponentParserPosition(0)));
    for (int i = 0; i < id.names.size(); i++) {
      positions.add(id.getComponentParserPosition(i));
    }
    return new SqlIdentifier(names, id.getCollation(), id.getParserPosition(), positions);
  }
}
