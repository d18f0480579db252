package io.lakebeam.sql;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlBasicCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;

/**
 * A join with a reference table, read from a tree.
 *
 * @param alias its name in the query
 * @param inner true when rows that match nothing are left out
 * @param columns of its key
 * @param values what each of them is compared with
 */
record Lookup(
    String reference, String alias, boolean inner, List<String> columns, List<SqlNode> values) {

  static Lookup of(
      String reference, String alias, boolean inner, SqlNode condition, Positions positions)
      throws InvalidQueryException {
    List<String> columns = new ArrayList<>();
    List<SqlNode> values = new ArrayList<>();
    collect(condition, alias, columns, values, positions);
    return new Lookup(reference, alias, inner, List.copyOf(columns), List.copyOf(values));
  }

  LookupJoin join(String pipeline) {
    return new LookupJoin(pipeline, reference, columns);
  }

  private static void collect(
      SqlNode condition,
      String alias,
      List<String> columns,
      List<SqlNode> values,
      Positions positions)
      throws InvalidQueryException {
    if (condition.getKind() == SqlKind.AND) {
      for (SqlNode part : ((SqlBasicCall) condition).getOperandList()) {
        collect(part, alias, columns, values, positions);
      }
      return;
    }
    if (condition.getKind() == SqlKind.EQUALS) {
      SqlNode left = ((SqlBasicCall) condition).operand(0);
      SqlNode right = ((SqlBasicCall) condition).operand(1);
      if (isColumnOf(left, alias) && !IdentifierFinder.aliases(right).contains(alias)) {
        add(left, right, columns, values);
        return;
      }
      if (isColumnOf(right, alias) && !IdentifierFinder.aliases(left).contains(alias)) {
        add(right, left, columns, values);
        return;
      }
    }
    throw RowWiseQuery.problem(
        positions,
        condition,
        "reference data is looked up by equality of its columns",
        "this condition is none",
        "write ON " + alias + ".column = an expression over the stream, joined by AND");
  }

  private static void add(
      SqlNode column, SqlNode value, List<String> columns, List<SqlNode> values) {
    SqlIdentifier identifier = (SqlIdentifier) column;
    columns.add(identifier.names.get(1));
    values.add(value);
  }

  private static boolean isColumnOf(SqlNode node, String alias) {
    return node instanceof SqlIdentifier identifier
        && identifier.names.size() == 2
        && identifier.names.get(0).equals(alias);
  }

  /** Relations that an expression's columns belong to. */
  private static final class IdentifierFinder
      extends org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor<
          Void> {
    private final Set<String> aliases = new java.util.HashSet<>();

    static Set<String> aliases(SqlNode expression) {
      IdentifierFinder finder = new IdentifierFinder();
      expression.accept(finder);
      return finder.aliases;
    }

    @Override
    public Void visit(SqlIdentifier identifier) {
      if (identifier.names.size() > 1) {
        aliases.add(identifier.names.get(0));
      }
      return null;
    }
  }
}
