package io.lakebeam.sql;

import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlSelect;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Looks for calls of aggregate functions. */
final class AggregateFinder extends SqlBasicVisitor<Void> {
  private boolean found;

  private AggregateFinder() {}

  static boolean hasAggregate(SqlSelect select) {
    return select.getSelectList().stream().anyMatch(AggregateFinder::in);
  }

  static boolean in(SqlNode expression) {
    AggregateFinder finder = new AggregateFinder();
    expression.accept(finder);
    return finder.found;
  }

  @Override
  public @Nullable Void visit(SqlCall call) {
    if (call.getOperator().isAggregator() || call.getKind() == SqlKind.OVER) {
      found = true;
      return null;
    }
    return call.getOperator().acceptCall(this, call);
  }
}
