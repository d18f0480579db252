package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.KnownFloatingPointNormalized;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeProjection;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.sql.catalyst.optimizer.NormalizeFloatingNumbers$;
import io.lakebeam.shaded.spark.sql.types.DataType;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Values of rows in a form that can be hashed and compared by its bytes: equal for rows that GROUP
 * BY and DISTINCT take for the same: NULL is like NULL, NaN like NaN and 0.0 like -0.0. For one
 * thread.
 */
public final class RowKey {
  private final UnsafeProjection projection;

  public RowKey(List<Expression> values) {
    List<Expression> normal = values.stream().map(RowKey::normal).toList();
    this.projection = GeneratedCode.of(() -> UnsafeProjection.create(Scala.seq(normal)));
  }

  /**
   * Of some columns.
   *
   * @param at where each of them stands in the rows
   */
  public static RowKey of(List<Integer> at, List<DataType> types) {
    List<Expression> values = new ArrayList<>();
    for (int i = 0; i < at.size(); i++) {
      values.add(new BoundReference(at.get(i), types.get(i), true));
    }
    return new RowKey(values);
  }

  /**
   * Of some columns by their names, in any case.
   *
   * @param schema of the rows
   * @param columns without maps, which have no order
   */
  public static RowKey of(TableSchema schema, List<String> columns) {
    List<String> names =
        schema.names().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    List<Integer> at =
        columns.stream().map(column -> names.indexOf(column.toLowerCase(Locale.ROOT))).toList();
    return of(at, at.stream().map(i -> SparkTypes.of(schema.columns().get(i).type())).toList());
  }

  /** The row's key, good until the next one. */
  public UnsafeRow of(InternalRow row) {
    return projection.apply(row);
  }

  /** The row's key, on its own. */
  public byte[] bytes(InternalRow row) {
    return of(row).copy().getBytes();
  }

  /** NaN is equal to NaN, and 0.0 to -0.0, whatever their bits. */
  public static Expression normal(Expression value) {
    Expression normal = NormalizeFloatingNumbers$.MODULE$.normalize(value);
    return normal instanceof KnownFloatingPointNormalized known ? known.child() : normal;
  }
}
