package io.lakebeam.sql;

import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDataTypeSpec;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlDynamicParam;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIdentifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlIntervalQualifier;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlLiteral;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNodeList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor;

/** How large a parse tree is; one node for each name, value, operator and list. */
final class NodeCount extends SqlBasicVisitor<Void> {
  private long nodes;

  private NodeCount() {}

  static long of(SqlNode tree) {
    NodeCount count = new NodeCount();
    tree.accept(count);
    return count.nodes;
  }

  @Override
  public Void visit(SqlCall call) {
    nodes++;
    return super.visit(call);
  }

  @Override
  public Void visit(SqlNodeList list) {
    nodes++;
    return super.visit(list);
  }

  @Override
  public Void visit(SqlIdentifier name) {
    nodes++;
    return super.visit(name);
  }

  @Override
  public Void visit(SqlLiteral value) {
    nodes++;
    return super.visit(value);
  }

  @Override
  public Void visit(SqlDataTypeSpec type) {
    nodes++;
    return super.visit(type);
  }

  @Override
  public Void visit(SqlIntervalQualifier unit) {
    nodes++;
    return super.visit(unit);
  }

  @Override
  public Void visit(SqlDynamicParam parameter) {
    nodes++;
    return super.visit(parameter);
  }
}
