package io.lakebeam.delta.sorted;

import io.lakebeam.delta.DataFile;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.sql.catalyst.RowOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The keys of a table's rows, and of whatever else begins with the same columns. For one thread.
 */
public final class Keys {
  private final int width;
  private final RowKey key;
  private final RowOrder order;
  private final RowOrder ofRows;
  private final List<String> names;
  private final List<RowOrder> orders;
  private final List<DataType> types;
  private final Map<Integer, RowKey> floors = new HashMap<>();

  /**
   * @param rows what the rows begin with
   * @param at where the columns stand that name a row, the most significant first
   */
  public Keys(TableSchema rows, List<Integer> at) {
    TableSchema schema = new TableSchema(at.stream().map(rows.columns()::get).toList());
    this.width = schema.columns().size();
    this.key = RowKey.of(rows, schema.names());
    this.names = schema.names();
    this.types = schema.columns().stream().map(each -> SparkTypes.of(each.type())).toList();
    this.orders =
        IntStream.rangeClosed(0, width)
            .mapToObj(count -> RowOrder.of(schema, IntStream.range(0, count).boxed().toList()))
            .toList();
    this.order = orders.get(width);
    this.ofRows = RowOrder.of(rows, at);
  }

  /** The key of a row or a change; good until the next one. */
  public UnsafeRow of(InternalRow row) {
    return key.of(row);
  }

  /** Orders keys. */
  public Comparator<InternalRow> order() {
    return order;
  }

  /** Orders rows and changes by their keys. */
  public Comparator<InternalRow> ofRows() {
    return ofRows;
  }

  /** True when rows in the order of their keys are in that of their partitions too. */
  public boolean leadWith(List<String> partitionBy) {
    int count = partitionBy.size();
    return count <= width && names.subList(0, count).containsAll(partitionBy);
  }

  /** True when the first columns of two keys are the same. */
  public boolean areAlike(InternalRow one, InternalRow other, int columns) {
    return orders.get(columns).compare(one, other) == 0;
  }

  /** The least key that begins with the same columns. */
  UnsafeRow floor(UnsafeRow key, int columns) {
    return floors.computeIfAbsent(columns, this::floorOf).of(key).copy();
  }

  private RowKey floorOf(int columns) {
    List<Expression> values = new ArrayList<>();
    for (int i = 0; i < width; i++) {
      values.add(
          i < columns
              ? new BoundReference(i, types.get(i), true)
              : Literal.create(null, types.get(i)));
    }
    return new RowKey(values);
  }

  public Optional<KeyRange> range(DataFile file) {
    return KeyRange.of(file, width);
  }

  /** The key that has these bytes. */
  public UnsafeRow of(byte[] bytes) {
    return KeyRange.row(bytes, width);
  }

  /** The range of rows that are in order. */
  public KeyRange range(List<? extends InternalRow> sorted) {
    return new KeyRange(of(sorted.get(0)).copy(), of(sorted.get(sorted.size() - 1)).copy());
  }
}
