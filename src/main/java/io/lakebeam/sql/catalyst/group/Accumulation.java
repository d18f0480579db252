package io.lakebeam.sql.catalyst.group;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.JoinedRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.MutableProjection;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.SpecificInternalRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.GeneratedCode;
import io.lakebeam.sql.catalyst.Scala;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Aggregates at work on groups, with code generated for them; for one thread. What is known of a
 * group is a buffer, which only this class understands; it travels as a part, whose values are
 * those of rows.
 */
public final class Accumulation {
  private final DataType[] types;
  private final TravelForm travelForm;
  private final List<Held> held = new ArrayList<>();
  private final MutableProjection initial;
  private final MutableProjection updated;
  private final MutableProjection merged;
  private final MutableProjection results;
  private final DataType[] resultTypes;
  private final MutableProjection restored;
  private final JoinedRow joined = new JoinedRow();

  /** Generates the code. */
  public Accumulation(Aggregation aggregation) {
    List<Attribute> row = aggregation.row();
    List<Accumulator> aggregates = aggregation.aggregates();
    List<Attribute> buffer = all(aggregates, Accumulator::buffer);
    List<Attribute> parts = all(aggregates, Accumulator::part);
    List<Attribute> answers = new ArrayList<>();
    int offset = 0;
    for (Accumulator each : aggregates) {
      if (each.imperative() != null) {
        held.add(new Held(each, offset, row));
        answers.add(each.answer());
      }
      offset += each.buffer().size();
    }
    List<Attribute> stored =
        all(
            aggregates,
            each ->
                Stream.concat(
                        Stream.of(each.shown()),
                        each.states().stream().map(Accumulator.State::stored))
                    .toList());
    List<Expression> shown =
        all(
            aggregates,
            each ->
                Stream.concat(
                        Stream.of(each.result()),
                        each.states().stream().map(Accumulator.State::value))
                    .toList());
    this.types = types(buffer);
    this.travelForm = new TravelForm(List.of(types(parts)));
    this.resultTypes = types(shown);
    this.initial = projection(all(aggregates, Accumulator::initial), List.of());
    this.updated = projection(all(aggregates, Accumulator::updated), both(buffer, row));
    this.merged = projection(all(aggregates, Accumulator::merged), both(buffer, parts));
    this.results = projection(shown, both(buffer, answers));
    this.restored = projection(all(aggregates, Accumulator::restored), stored);
  }

  /** The buffer of no row. */
  public InternalRow empty() {
    InternalRow buffer = row(types);
    initial.target(buffer).apply(InternalRow.empty());
    held.forEach(each -> each.initialize(buffer));
    return buffer;
  }

  /** Adds a row; whatever fails on it is thrown. */
  public void add(InternalRow buffer, InternalRow row) {
    updated.target(buffer).apply(joined.apply(buffer, row));
    for (Held each : held) {
      each.update(buffer, row);
    }
  }

  /** How parts travel in packed rows. */
  public TravelForm travelForm() {
    return travelForm;
  }

  /** Adds a part; it is not kept. */
  public void merge(InternalRow buffer, Object[] part) {
    InternalRow other = new GenericInternalRow(part);
    merged.target(buffer).apply(joined.apply(buffer, other));
    held.forEach(each -> each.merge(buffer, other));
  }

  /** A buffer of one part, which is not kept. */
  public InternalRow of(Object[] part) {
    InternalRow other = new GenericInternalRow(part);
    InternalRow buffer = row(types);
    for (int i = 0; i < types.length; i++) {
      if (part[i] == null) {
        buffer.setNullAt(i);
      } else {
        buffer.update(i, InternalRow.copyValue(part[i]));
      }
    }
    for (Held each : held) {
      each.initialize(buffer);
      each.merge(buffer, other);
    }
    return buffer;
  }

  /** The buffer as a part. */
  public @Nullable Object[] part(InternalRow buffer) {
    @Nullable Object[] values = values(buffer, types);
    held.forEach(each -> each.serialize(buffer, values));
    return values;
  }

  /** For each aggregate its result, and behind it what else is stored of it. */
  public @Nullable Object[] results(InternalRow buffer) {
    Object[] answers = held.stream().map(each -> each.answer(buffer)).toArray();
    InternalRow row = row(resultTypes);
    results
        .target(row)
        .apply(joined.apply(new GenericInternalRow(part(buffer)), new GenericInternalRow(answers)));
    return values(row, resultTypes);
  }

  /**
   * The part that was stored.
   *
   * @param results as {@link #results}, in the types of the columns that store them
   */
  public @Nullable Object[] restored(@Nullable Object[] results) {
    InternalRow row = row(types);
    restored.target(row).apply(new GenericInternalRow(results));
    return values(row, types);
  }

  private static @Nullable Object[] values(InternalRow row, DataType[] types) {
    @Nullable Object[] values = new Object[types.length];
    for (int i = 0; i < types.length; i++) {
      values[i] = row.isNullAt(i) ? null : InternalRow.copyValue(row.get(i, types[i]));
    }
    return values;
  }

  private static InternalRow row(DataType[] types) {
    return new SpecificInternalRow(Scala.seq(List.of(types)));
  }

  private static DataType[] types(List<? extends Expression> values) {
    return values.stream().map(Expression::dataType).toArray(DataType[]::new);
  }

  private static <T, V extends T> List<T> all(
      List<Accumulator> aggregates, Function<Accumulator, List<V>> some) {
    List<T> all = new ArrayList<>();
    aggregates.forEach(each -> all.addAll(some.apply(each)));
    return all;
  }

  private static List<Attribute> both(List<Attribute> left, List<Attribute> right) {
    return Stream.concat(left.stream(), right.stream()).toList();
  }

  private static MutableProjection projection(List<Expression> values, List<Attribute> layout) {
    List<Expression> bound = values.stream().map(each -> bound(each, layout)).toList();
    return GeneratedCode.of(() -> MutableProjection.create(Scala.seq(bound)));
  }

  /** The expression over rows with these columns. */
  static Expression bound(Expression expression, List<Attribute> layout) {
    return Scala.rewrite(
        expression, each -> each instanceof Attribute column ? reference(column, layout) : each);
  }

  private static Expression reference(Attribute column, List<Attribute> layout) {
    for (int i = 0; i < layout.size(); i++) {
      if (layout.get(i).exprId().equals(column.exprId())) {
        return new BoundReference(i, column.dataType(), column.nullable());
      }
    }
    throw new IllegalStateException("no column " + column + " in " + layout);
  }
}
