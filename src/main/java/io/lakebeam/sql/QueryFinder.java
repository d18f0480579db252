package io.lakebeam.sql;

import java.util.Optional;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlKind;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.util.SqlBasicVisitor;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Looks for queries inside expressions: scalar ones, and those of IN and EXISTS. */
final class QueryFinder extends SqlBasicVisitor<Void> {
  private @Nullable SqlNode found;

  private QueryFinder() {}

  /** The first query within an expression. */
  static Optional<SqlNode> in(@Nullable SqlNode expression) {
    if (expression == null) {
      return Optional.empty();
    }
    QueryFinder finder = new QueryFinder();
    expression.accept(finder);
    return Optional.ofNullable(finder.found);
  }

  @Override
  public @Nullable Void visit(SqlCall call) {
    if (call.isA(SqlKind.QUERY)) {
      found = found == null ? call : found;
      return null;
    }
    return call.getOperator().acceptCall(this, call);
  }
}
