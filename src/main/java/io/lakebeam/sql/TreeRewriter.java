package io.lakebeam.sql;

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
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlStdOperatorTable;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlTrimFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlShuttle;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlVisitor;

/**
 * Puts the library's functions, and plain SQL where that says the same, in the place of what Spark
 * users type. New nodes stand where the old ones stood; the tree given is left as it is.
 */
final class TreeRewriter extends SqlShuttle {
  /** Other names of functions. */
  private static final Map<String, String> SAME =
      Map.ofEntries(
          Map.entry("SUBSTRING", "SUBSTR"),
          Map.entry("CHAR_LENGTH", "LENGTH"),
          Map.entry("CHARACTER_LENGTH", "LENGTH"),
          Map.entry("LEN", "LENGTH"),
          Map.entry("UCASE", "UPPER"),
          Map.entry("LCASE", "LOWER"),
          Map.entry("CHAR", "CHR"),
          Map.entry("POSITION", "LOCATE"),
          Map.entry("CHARINDEX", "LOCATE"),
          Map.entry("REGEXP_LIKE", "RLIKE"),
          Map.entry("REGEXP", "RLIKE"),
          Map.entry("TRIM", "BTRIM"),
          Map.entry("DAY", "DAYOFMONTH"),
          Map.entry("WEEK", "WEEKOFYEAR"),
          Map.entry("DATEADD", "DATE_ADD"),
          Map.entry("SHA", "SHA1"),
          Map.entry("SIGNUM", "SIGN"),
          Map.entry("POW", "POWER"),
          Map.entry("CARDINALITY", "SIZE"),
          Map.entry("CEILING", "CEIL_NUMBER"),
          Map.entry("STRING", "CAST_STRING"),
          Map.entry("DOUBLE", "CAST_DOUBLE"),
          Map.entry("DATE", "CAST_DATE"),
          Map.entry("TIMESTAMP", "CAST_TIMESTAMP"));

  /** Longer IN lists become a join in Calcite, which has no place in a flow of rows. */
  private static final int IN_LIST = 19;

  private static final List<String> CASTS = List.of("CAST", "TRY_CAST", "SAFE_CAST");

  private final Set<String> userFunctions;
  private final Scopes scopes = new Scopes();

  /**
   * @param userFunctions names in upper case; the functions of the library give way to them
   */
  TreeRewriter(Set<String> userFunctions) {
    this.userFunctions = userFunctions;
  }

  /** Names besides those of the library's functions that stand for one of them. */
  static Set<String> otherNames() {
    return SAME.keySet();
  }

  @Override
  public SqlNode visit(SqlCall original) {
    scopes.enter(original);
    CallCopyingArgHandler arguments =
        new CallCopyingArgHandler(original, false) {
          @Override
          public SqlNode visitChild(
              SqlVisitor<SqlNode> visitor, SqlNode call, int index, SqlNode operand) {
            scopes.at(call, index);
            return super.visitChild(visitor, call, index, operand);
          }
        };
    original.getOperator().acceptCall(this, original, false, arguments);
    scopes.leave(original);
    SqlNode visited = arguments.result();
    return visited instanceof SqlCall call ? rewrite(call) : visited;
  }

  @Override
  public SqlNode visit(SqlIdentifier id) {
    return scopes.qualified(id);
  }

  private SqlNode rewrite(SqlCall call) {
    SqlParserPos pos = call.getParserPosition();
    List<SqlNode> operands = call.getOperandList();
    String name = call.getOperator().getName();
    if (call.getOperator() instanceof SqlUnresolvedFunction) {
      return function(call, Spelling.function(name));
    }
    if (CASTS.contains(name) && operands.size() == 2) {
      return Casts.rewrite(call);
    }
    switch (call.getKind()) {
      case RLIKE:
        return negated(name, pos, Calls.function("RLIKE", pos, operands));
      case LIKE:
        return like(call);
      case TRIM:
        return trim(call);
      case POSITION:
        return Calls.function("LOCATE", pos, operands);
      case FLOOR, CEIL:
        return operands.size() == 1 ? Calls.function(name + "_NUMBER", pos, operands) : call;
      case IN, NOT_IN:
        return in(call);
      case SELECT:
        return SelectRewriter.rewrite(call);
      default:
        return special(call, name);
    }
  }

  private static SqlNode special(SqlCall call, String name) {
    SqlParserPos pos = call.getParserPosition();
    List<SqlNode> operands = call.getOperandList();
    switch (name) {
      case "||":
        return concat(call);
      case "%":
        return SqlStdOperatorTable.MOD.createCall(pos, operands);
      case "SUBSTRING":
        return Calls.function("SUBSTR", pos, operands);
      case "TRANSLATE", "TRANSLATE3":
        return Calls.function("TRANSLATE3", pos, operands);
      case "DATE_TRUNC":
        return operands.get(0) instanceof SqlLiteral
            ? Calls.function("DATE_TRUNC", pos, operands)
            : call;
      case "ITEM":
        return Calls.function("GET", pos, operands);
      case "ARRAY":
        return SqlStdOperatorTable.ARRAY_VALUE_CONSTRUCTOR.createCall(pos, operands);
      default:
        return call;
    }
  }

  private SqlNode function(SqlCall call, String name) {
    SqlParserPos pos = call.getParserPosition();
    List<SqlNode> operands = call.getOperandList();
    if (userFunctions.contains(name)) {
      return Calls.function(name, pos, operands);
    }
    switch (name) {
      case "IF", "IIF":
        return operands.size() == 3
            ? Calls.choose(pos, operands.get(0), operands.get(1), operands.get(2))
            : call;
      case "NVL", "IFNULL":
        return operands.size() == 2 ? SqlStdOperatorTable.COALESCE.createCall(pos, operands) : call;
      case "NVL2":
        return operands.size() == 3
            ? Calls.choose(
                pos,
                SqlStdOperatorTable.IS_NOT_NULL.createCall(pos, operands.get(0)),
                operands.get(1),
                operands.get(2))
            : call;
      case "ISNULL":
        return operands.size() == 1 ? SqlStdOperatorTable.IS_NULL.createCall(pos, operands) : call;
      case "ISNOTNULL":
        return operands.size() == 1
            ? SqlStdOperatorTable.IS_NOT_NULL.createCall(pos, operands)
            : call;
      case "COUNT_IF":
        return operands.size() == 1
            ? SqlStdOperatorTable.COUNT.createCall(
                pos,
                Calls.choose(pos, operands.get(0), SqlLiteral.createExactNumeric("1", pos), null))
            : call;
      case "MEAN":
        return SqlStdOperatorTable.AVG.createCall(call.getFunctionQuantifier(), pos, operands);
      default:
        String known = SAME.getOrDefault(name, name);
        return LibraryOperators.names().contains(known)
            ? Calls.function(known, pos, operands)
            : named(call, name);
    }
  }

  /** A function the library does not know, by the name its author gave it. */
  private static SqlNode named(SqlCall call, String name) {
    return call.getOperator().getName().equalsIgnoreCase(name)
        ? call
        : Calls.function(name, call.getParserPosition(), call.getOperandList());
  }

  private static SqlNode concat(SqlCall call) {
    List<SqlNode> parts = new ArrayList<>();
    SqlNode first = call.operand(0);
    // A chain of || is parsed from the left; one call a chain is enough.
    if (first instanceof SqlBasicCall left
        && left.getOperator().getName().equals("CONCAT")
        && left.getOperator() instanceof SqlUnresolvedFunction) {
      parts.addAll(left.getOperandList());
    } else {
      parts.add(first);
    }
    parts.add(call.operand(1));
    return Calls.function("CONCAT", call.getParserPosition(), parts);
  }

  private static SqlNode like(SqlCall call) {
    SqlParserPos pos = call.getParserPosition();
    List<SqlNode> operands = new ArrayList<>(call.getOperandList());
    String name = call.getOperator().getName();
    if (name.endsWith("ILIKE")) {
      operands.set(0, Calls.function("LOWER", pos, operands.get(0)));
      operands.set(1, Calls.function("LOWER", pos, operands.get(1)));
    } else if (!name.endsWith("LIKE")) {
      return call;
    }
    // Spark's default; Calcite has none.
    if (operands.size() == 2 && call.operand(1).toString().contains("\\")) {
      operands.add(SqlLiteral.createCharString("\\", pos));
    }
    return negated(name, pos, Calls.function("LIKE_TEXT", pos, operands));
  }

  private static SqlNode trim(SqlCall call) {
    SqlParserPos pos = call.getParserPosition();
    SqlTrimFunction.Flag side =
        ((SqlLiteral) call.operand(0)).getValueAs(SqlTrimFunction.Flag.class);
    switch (side) {
      case LEADING:
        return Calls.function("LTRIM", pos, call.operand(1), call.operand(2));
      case TRAILING:
        return Calls.function("RTRIM", pos, call.operand(1), call.operand(2));
      default:
        return Calls.function("BTRIM", pos, call.operand(2), call.operand(1));
    }
  }

  private static SqlNode in(SqlCall call) {
    SqlParserPos pos = call.getParserPosition();
    if (!(call.operand(1) instanceof SqlNodeList list) || list.size() <= IN_LIST) {
      return call;
    }
    SqlNode all = null;
    for (int i = 0; i < list.size(); i += IN_LIST) {
      List<SqlNode> some = list.getList().subList(i, Math.min(i + IN_LIST, list.size()));
      SqlNode part =
          SqlStdOperatorTable.IN.createCall(
              pos, call.operand(0), new SqlNodeList(some, list.getParserPosition()));
      all = all == null ? part : SqlStdOperatorTable.OR.createCall(pos, all, part);
    }
    return call.getKind() == SqlKind.NOT_IN ? SqlStdOperatorTable.NOT.createCall(pos, all) : all;
  }

  private static SqlNode negated(String operator, SqlParserPos pos, SqlNode positive) {
    return operator.startsWith("NOT ")
        ? SqlStdOperatorTable.NOT.createCall(pos, positive)
        : positive;
  }
}
