package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeProjection;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * The values of some columns as bytes, which are the same for rows that DISTINCT takes for the
 * same: NULL is like NULL, NaN like NaN and 0.0 like -0.0. For one thread.
 */
public final class RowKey {
  private final UnsafeProjection projection;

  /**
   * @param schema of the rows
   * @param columns of the schema, without maps, which have no order
   */
  public RowKey(TableSchema schema, List<String> columns) {
    List<String> names =
        schema.names().stream().map(name -> name.toLowerCase(Locale.ROOT)).toList();
    List<Expression> values = new ArrayList<>();
    for (String column : columns) {
      int at = names.indexOf(column.toLowerCase(Locale.ROOT));
      values.add(
          JoinKey.normal(
              new BoundReference(at, SparkTypes.of(schema.columns().get(at).type()), true)));
    }
    this.projection = GeneratedCode.of(() -> UnsafeProjection.create(Scala.seq(values)));
  }

  /** Of its own: the next row has other bytes. */
  public byte[] of(InternalRow row) {
    return projection.apply(row).copy().getBytes();
  }
}
