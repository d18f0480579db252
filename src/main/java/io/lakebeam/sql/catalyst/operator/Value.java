package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.MutableProjection;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.Evaluation;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** An expression over rows, with code generated for it; for one thread. */
final class Value {
  private final MutableProjection projection;
  private final DataType type;

  Value(Expression expression) {
    this.projection = Evaluation.projection(List.of(expression));
    this.type = expression.dataType();
  }

  /** The value of a row, which stays when the row goes. */
  @Nullable Object copyOf(InternalRow row) {
    InternalRow result = projection.apply(row);
    return result.isNullAt(0) ? null : InternalRow.copyValue(result.get(0, type));
  }
}
