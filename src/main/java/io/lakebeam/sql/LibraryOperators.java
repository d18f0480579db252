package io.lakebeam.sql;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlOperator;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSyntax;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.validate.SqlNameMatcher;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The library's operators, by name in any case, before those of another table: Calcite would weigh
 * functions of one name against each other by their arguments, here the library's always wins.
 */
final class LibraryOperators implements SqlOperatorTable {
  private static final Map<String, SqlOperator> OPERATORS = operators();

  private final SqlOperatorTable others;
  private final Predicate<String> replaced;

  /**
   * @param replaced true for names in upper case that are left to the other table; asked anew each
   *     time, because Beam adds functions to its schema after it has made the planner
   */
  LibraryOperators(SqlOperatorTable others, Predicate<String> replaced) {
    this.others = others;
    this.replaced = replaced;
  }

  private static Map<String, SqlOperator> operators() {
    Map<String, SqlOperator> operators = new LinkedHashMap<>();
    Stream.concat(StandardFunctions.all().stream(), TypedFunctions.all().stream())
        .forEach(function -> operators.put(function.name(), function.operator()));
    return operators;
  }

  static boolean isLibrary(SqlOperator operator) {
    return OPERATORS.get(operator.getName()) == operator;
  }

  static Set<String> names() {
    return OPERATORS.keySet();
  }

  @Override
  public void lookupOperatorOverloads(
      SqlIdentifier name,
      @Nullable SqlFunctionCategory category,
      SqlSyntax syntax,
      List<SqlOperator> found,
      SqlNameMatcher matcher) {
    if (syntax == SqlSyntax.FUNCTION && name.isSimple()) {
      String upper = name.getSimple().toUpperCase(Locale.ROOT);
      SqlOperator operator = OPERATORS.get(upper);
      if (operator != null && !replaced.test(upper)) {
        found.add(operator);
        return;
      }
    }
    others.lookupOperatorOverloads(name, category, syntax, found, matcher);
  }

  @Override
  public List<SqlOperator> getOperatorList() {
    List<SqlOperator> all = new ArrayList<>(OPERATORS.values());
    all.addAll(others.getOperatorList());
    return all;
  }
}
