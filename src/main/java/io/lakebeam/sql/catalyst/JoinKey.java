package io.lakebeam.sql.catalyst;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.KnownFloatingPointNormalized;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeProjection;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.NormalizeFloatingNumbers$;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The values by which rows of two tables are equal, in a form that can be hashed; for one thread.
 */
final class JoinKey {
  private final UnsafeProjection projection;

  JoinKey(List<Expression> values) {
    List<Expression> normal = values.stream().map(JoinKey::normal).toList();
    this.projection = GeneratedCode.of(() -> UnsafeProjection.create(Scala.seq(normal)));
  }

  /** The row's key, good until the next one; null when a part is NULL, which equals nothing. */
  @Nullable UnsafeRow of(InternalRow row) {
    UnsafeRow key = projection.apply(row);
    return key.anyNull() ? null : key;
  }

  /** NaN is equal to NaN, and 0.0 to -0.0, whatever their bits. */
  static Expression normal(Expression value) {
    Expression normal = NormalizeFloatingNumbers$.MODULE$.normalize(value);
    return normal instanceof KnownFloatingPointNormalized known ? known.child() : normal;
  }
}
