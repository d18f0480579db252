package io.lakebeam.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNumericLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;

/** GROUP BY with the numbers of select items, which Calcite takes for constants. */
final class SelectRewriter {
  private SelectRewriter() {}

  static SqlNode rewrite(SqlCall call) {
    SqlSelect select = (SqlSelect) call;
    SqlNodeList group = select.getGroup();
    if (group == null || group.getList().stream().noneMatch(SqlNumericLiteral.class::isInstance)) {
      return select;
    }
    List<SqlNode> items = new ArrayList<>();
    for (SqlNode item : group) {
      items.add(item instanceof SqlNumericLiteral number ? numbered(select, number) : item);
    }
    SqlSelect copy = (SqlSelect) select.clone(select.getParserPosition());
    copy.setGroupBy(new SqlNodeList(items, group.getParserPosition()));
    return copy;
  }

  private static SqlNode numbered(SqlSelect select, SqlNumericLiteral number) {
    int size = select.getSelectList().size();
    int index = number.isInteger() ? number.intValue(true) : 0;
    if (index < 1 || index > size) {
      throw new SqlSyntaxException(
          number.getParserPosition().getLineNum(),
          number.getParserPosition().getColumnNum(),
          "GROUP BY " + number + ": the query selects " + size + " columns");
    }
    SqlNode item = select.getSelectList().get(index - 1);
    SqlNode value = item.getKind() == SqlKind.AS ? ((SqlCall) item).operand(0) : item;
    return value.clone(number.getParserPosition());
  }
}
