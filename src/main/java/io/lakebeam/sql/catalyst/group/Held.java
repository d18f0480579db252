package io.lakebeam.sql.catalyst.group;

import io.lakebeam.graph.Limits;
import io.lakebeam.shaded.scala.collection.mutable.HashSet;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.ImperativeAggregate;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.aggregate.TypedImperativeAggregate;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.shaded.spark.util.collection.OpenHashMap;
import io.lakebeam.sql.catalyst.GeneratedCode;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** An aggregate that keeps its part of the buffer itself, such as a set of values. */
final class Held {
  private final ImperativeAggregate function;
  private final String name;
  private final int offset;
  private final int width;
  private final int filter;

  /**
   * @param offset where its part of the buffer begins
   * @param row columns of the rows
   */
  Held(Accumulator accumulator, int offset, List<Attribute> row) {
    this.name = accumulator.name();
    this.offset = offset;
    this.width = accumulator.buffer().size();
    this.filter = at(accumulator.filter(), row);
    ImperativeAggregate placed =
        accumulator
            .imperative()
            .withNewMutableAggBufferOffset(offset)
            .withNewInputAggBufferOffset(offset);
    this.function = (ImperativeAggregate) Accumulation.bound(placed, row);
  }

  private static int at(@Nullable Attribute filter, List<Attribute> row) {
    for (int i = 0; filter != null && i < row.size(); i++) {
      if (row.get(i).exprId().equals(filter.exprId())) {
        return i;
      }
    }
    return -1;
  }

  void initialize(InternalRow buffer) {
    function.initialize(buffer);
  }

  void update(InternalRow buffer, InternalRow row) {
    if (filter < 0 || !row.isNullAt(filter) && row.getBoolean(filter)) {
      function.update(buffer, row);
      checkSize(buffer);
    }
  }

  void merge(InternalRow buffer, InternalRow part) {
    GeneratedCode.of(
        () -> {
          function.merge(buffer, part);
          return buffer;
        });
    checkSize(buffer);
  }

  Object answer(InternalRow buffer) {
    return GeneratedCode.of(() -> function.eval(buffer));
  }

  /** Puts its part of the buffer among the values, in the form in which it is merged. */
  void serialize(InternalRow buffer, @Nullable Object[] values) {
    if (function instanceof TypedImperativeAggregate<?> typed) {
      // Some functions hand out the same bytes each time, for another buffer.
      values[offset] = GeneratedCode.of(() -> bytes(typed, buffer)).clone();
      return;
    }
    for (int i = offset; i < offset + width; i++) {
      // Bytes are changed where they lie when more is added.
      values[i] = values[i] instanceof byte[] bytes ? bytes.clone() : values[i];
    }
  }

  @SuppressWarnings("unchecked") // the buffer's object is what the function has put there
  private <T> byte[] bytes(TypedImperativeAggregate<T> typed, InternalRow buffer) {
    return typed.serialize((T) buffer.get(offset, DataTypes.BinaryType));
  }

  private void checkSize(InternalRow buffer) {
    if (width != 1) {
      return;
    }
    Object values = buffer.get(offset, DataTypes.BinaryType);
    int size =
        values instanceof OpenHashMap<?, ?> map
            ? map.size()
            : values instanceof HashSet<?> set ? set.size() : 0;
    if (size > Limits.VALUES_OF_A_GROUP) {
      throw new TooManyValuesException(name);
    }
  }
}
