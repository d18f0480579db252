package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeProjection;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import java.util.ArrayList;
import java.util.List;

/** Rows in the form in which they travel; for one thread. */
public final class RowBytes {
  private final UnsafeProjection projection;

  /** Generates the code. */
  public RowBytes(List<DataType> columns) {
    List<Expression> all = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      all.add(new BoundReference(i, columns.get(i), true));
    }
    this.projection = GeneratedCode.of(() -> UnsafeProjection.create(Scala.seq(all)));
  }

  /** The row, good until the next one. */
  public UnsafeRow of(InternalRow row) {
    return projection.apply(row);
  }
}
