package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The values by which rows of two tables are equal, in a form that can be hashed; for one thread.
 */
public final class JoinKey {
  private final RowKey values;

  public JoinKey(List<Expression> values) {
    this.values = new RowKey(values);
  }

  /** The row's key, good until the next one; null when a part is NULL, which equals nothing. */
  public @Nullable UnsafeRow of(InternalRow row) {
    UnsafeRow key = values.of(row);
    return key.anyNull() ? null : key;
  }
}
