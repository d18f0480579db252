package io.lakebeam.sql;

import java.util.List;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlFunctionCategory;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlUnresolvedFunction;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.fun.SqlCase;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.parser.SqlParserPos;

/** Parse tree nodes as the parser would make them. */
final class Calls {
  private Calls() {}

  static SqlCall function(String name, SqlParserPos pos, List<? extends SqlNode> operands) {
    // Quoted, so that no name is taken for a function with a syntax of its own.
    SqlIdentifier id = new SqlIdentifier(List.of(name), null, pos, List.of(pos.withQuoting(true)));
    return new SqlUnresolvedFunction(
            id, null, null, null, null, SqlFunctionCategory.USER_DEFINED_FUNCTION)
        .createCall(pos, operands);
  }

  static SqlCall function(String name, SqlParserPos pos, SqlNode... operands) {
    return function(name, pos, List.of(operands));
  }

  static SqlCall choose(SqlParserPos pos, SqlNode condition, SqlNode then, SqlNode otherwise) {
    return new SqlCase(
        pos,
        null,
        SqlNodeList.of(condition),
        SqlNodeList.of(then),
        otherwise == null ? SqlLiteral.createNull(pos) : otherwise);
  }
}
