package io.lakebeam.sql.catalyst;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.scala.math.Ordering;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Ascending$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.NullsFirst$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.RowOrdering;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SortOrder;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeProjection;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.codegen.GenerateOrdering;
import io.lakebeam.shaded.spark.sql.types.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Orders rows by some of their columns, one after the other, as ORDER BY does: NULL comes first,
 * NaN last, and 0.0 is equal to -0.0. Columns without an order, such as maps, come last and are
 * compared by their bytes. For one thread.
 */
public final class RowOrder implements Comparator<InternalRow> {
  private final Ordering<InternalRow> ordering;
  private final @Nullable UnsafeProjection others;

  private RowOrder(Ordering<InternalRow> ordering, @Nullable UnsafeProjection others) {
    this.ordering = ordering;
    this.others = others;
  }

  /**
   * By columns of a schema.
   *
   * @param at which of them
   */
  public static RowOrder of(TableSchema schema, List<Integer> at) {
    List<SortOrder> orders = new ArrayList<>();
    List<Expression> others = new ArrayList<>();
    for (int i : at) {
      Column column = schema.columns().get(i);
      BoundReference value = new BoundReference(i, SparkTypes.of(column.type()), true);
      if (isOrdered(column)) {
        orders.add(ascending(value));
      } else {
        others.add(value);
      }
    }
    return of(orders, others);
  }

  /**
   * By an order, and by all columns behind it: rows that it takes for equal are.
   *
   * @param first over the rows
   * @param columns of the rows
   */
  public static RowOrder total(List<SortOrder> first, List<DataType> columns) {
    List<SortOrder> orders = new ArrayList<>(first);
    List<Expression> others = new ArrayList<>();
    for (int i = 0; i < columns.size(); i++) {
      BoundReference value = new BoundReference(i, columns.get(i), true);
      if (RowOrdering.isOrderable(columns.get(i))) {
        orders.add(ascending(value));
      } else {
        others.add(value);
      }
    }
    return of(orders, others);
  }

  private static SortOrder ascending(Expression value) {
    return new SortOrder(
        value, Ascending$.MODULE$, NullsFirst$.MODULE$, Scala.<Expression>seq(List.of()));
  }

  /** By an order alone: what it says nothing of is equal. */
  public static RowOrder of(List<SortOrder> orders) {
    return of(orders, List.of());
  }

  private static RowOrder of(List<SortOrder> orders, List<Expression> others) {
    return GeneratedCode.of(
        () ->
            new RowOrder(
                (Ordering<InternalRow>) GenerateOrdering.generate(Scala.seq(orders)),
                others.isEmpty() ? null : UnsafeProjection.create(Scala.seq(others))));
  }

  /** False for a column of a type without an order. */
  public static boolean isOrdered(Column column) {
    return RowOrdering.isOrderable(SparkTypes.of(column.type()));
  }

  @Override
  public int compare(InternalRow one, InternalRow other) {
    int order = ordering.compare(one, other);
    return order != 0 || others == null ? order : Arrays.compare(bytes(one), bytes(other));
  }

  private byte[] bytes(InternalRow row) {
    return others.apply(row).copy().getBytes();
  }
}
