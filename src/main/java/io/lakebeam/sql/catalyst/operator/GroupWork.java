package io.lakebeam.sql.catalyst.operator;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Attribute;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal$;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.shaded.spark.sql.types.DecimalType;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.sql.catalyst.RowOrder;
import io.lakebeam.sql.catalyst.group.Accumulation;
import io.lakebeam.sql.catalyst.group.Accumulator;
import io.lakebeam.sql.catalyst.group.Aggregation;
import io.lakebeam.sql.catalyst.group.TravelForm;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Groups at work. Where parts of groups do not add up, as of DISTINCT and of what depends on the
 * order, all rows of a group meet, in the order of their values.
 */
final class GroupWork extends OperatorWork {
  private final Operator.Group group;
  private final RowKey key;
  private final List<Part> parts = new ArrayList<>();

  GroupWork(Operator.Group group) {
    this.group = group;
    this.key = RowKey.of(IntStream.range(0, group.keys().size()).boxed().toList(), group.keys());
    List<Accumulator> together = new ArrayList<>();
    List<Integer> numbers = new ArrayList<>();
    for (int i = 0; i < group.calls().size(); i++) {
      Accumulator accumulator = group.aggregation().aggregates().get(i);
      if (group.calls().get(i).distinct().isEmpty()) {
        together.add(accumulator);
        numbers.add(i);
      } else {
        parts.add(new Part(List.of(accumulator), List.of(i), group));
      }
    }
    parts.add(0, new Part(together, numbers, group));
  }

  /** Aggregates that see the same rows. */
  private static final class Part {
    private final Accumulation aggregates;
    private final List<Integer> numbers;

    /** Where each one's result is among those of all; its states are behind it. */
    private final List<Integer> results = new ArrayList<>();

    private final @Nullable RowKey distinct;
    private final int filter;
    private final Set<UnsafeRow> seen = new HashSet<>();

    Part(List<Accumulator> accumulators, List<Integer> numbers, Operator.Group group) {
      List<Attribute> row = group.aggregation().row();
      this.aggregates = new Accumulation(new Aggregation(row, accumulators));
      this.numbers = numbers;
      int at = 0;
      for (Accumulator each : accumulators) {
        results.add(at);
        at += 1 + each.states().size();
      }
      List<Integer> columns =
          numbers.size() == 1 ? group.calls().get(numbers.get(0)).distinct() : List.of();
      this.distinct =
          columns.isEmpty()
              ? null
              : RowKey.of(columns, columns.stream().map(i -> row.get(i).dataType()).toList());
      Attribute counted = distinct == null ? null : accumulators.get(0).filter();
      this.filter =
          counted == null
              ? -1
              : row.stream().map(Attribute::exprId).toList().indexOf(counted.exprId());
    }

    void add(InternalRow buffer, InternalRow row) {
      if (distinct != null) {
        if (filter >= 0 && (row.isNullAt(filter) || !row.getBoolean(filter))) {
          return;
        }
        UnsafeRow values = distinct.of(row);
        if (seen.contains(values)) {
          return;
        }
        seen.add(values.copy());
      }
      aggregates.add(buffer, row);
    }
  }

  /** Adds groups up before they meet; for one thread. */
  static final class Sums {
    private static final int MOST = 100_000;

    private final int keys;
    private final List<DataType> types;
    private final RowKey key;
    private final Accumulation aggregates;
    private final TravelForm form;
    private final Map<UnsafeRow, InternalRow> buffers = new HashMap<>();

    Sums(Operator.Group group) {
      this.keys = group.keys().size();
      this.types = group.keys();
      this.key = RowKey.of(IntStream.range(0, keys).boxed().toList(), group.keys());
      this.aggregates = new Accumulation(group.aggregation());
      this.form = aggregates.travelForm();
    }

    boolean isFull() {
      return buffers.size() >= MOST;
    }

    void add(InternalRow row) {
      UnsafeRow of = key.of(row);
      InternalRow buffer = buffers.get(of);
      if (buffer == null) {
        buffer = aggregates.empty();
        buffers.put(of.copy(), buffer);
      }
      aggregates.add(buffer, row);
    }

    void clear() {
      buffers.clear();
    }

    /** Gives the groups away. */
    void flush(Consumer<InternalRow> out) {
      buffers.forEach(
          (of, buffer) -> {
            @Nullable Object[] part = form.pack(aggregates.part(buffer));
            @Nullable Object[] row = new Object[keys + part.length];
            for (int i = 0; i < keys; i++) {
              row[i] = of.isNullAt(i) ? null : of.get(i, types.get(i));
            }
            System.arraycopy(part, 0, row, keys, part.length);
            out.accept(new GenericInternalRow(row));
          });
      buffers.clear();
    }
  }

  /** The columns in which groups that are added up travel. */
  static List<DataType> partTypes(Operator.Group group) {
    List<DataType> types = new ArrayList<>(group.keys());
    types.addAll(
        new TravelForm(
                group.aggregation().aggregates().stream()
                    .flatMap(each -> each.part().stream())
                    .map(Attribute::dataType)
                    .toList())
            .types());
    return types;
  }

  @Override
  public void run(Rows rows, boolean isFirst, Consumer<InternalRow> out) {
    boolean any = group.isOfParts() ? ofParts(rows, out) : ofRows(rows, out);
    if (!any && isFirst && group.keys().isEmpty()) {
      give(key.of(InternalRow.empty()), empty(), out);
    }
  }

  private boolean ofParts(Rows rows, Consumer<InternalRow> out) {
    Accumulation aggregates = parts.get(0).aggregates;
    TravelForm form = aggregates.travelForm();
    int keys = group.keys().size();
    Map<UnsafeRow, InternalRow> buffers = new LinkedHashMap<>();
    rows.forEach(
        0,
        row -> {
          @Nullable Object[] part = form.unpack(row, keys);
          UnsafeRow of = key.of(row);
          InternalRow known = buffers.get(of);
          if (known == null) {
            buffers.put(of.copy(), aggregates.of(part));
          } else {
            aggregates.merge(known, part);
          }
        });
    buffers.forEach((of, buffer) -> give(of, new InternalRow[] {buffer}, out));
    return !buffers.isEmpty();
  }

  private boolean ofRows(Rows rows, Consumer<InternalRow> out) {
    List<UnsafeRow> all = new ArrayList<>();
    rows.forEach(0, row -> all.add(row.copy()));
    List<DataType> types = group.aggregation().row().stream().map(Attribute::dataType).toList();
    all.sort(RowOrder.total(List.of(), types));
    UnsafeRow of = null;
    InternalRow[] buffers = {};
    for (UnsafeRow row : all) {
      UnsafeRow next = key.of(row);
      if (of == null || !of.equals(next)) {
        if (of != null) {
          give(of, buffers, out);
        }
        of = next.copy();
        buffers = empty();
      }
      for (int i = 0; i < buffers.length; i++) {
        parts.get(i).add(buffers[i], row);
      }
    }
    if (of != null) {
      give(of, buffers, out);
    }
    return of != null;
  }

  private InternalRow[] empty() {
    parts.forEach(part -> part.seen.clear());
    return parts.stream().map(part -> part.aggregates.empty()).toArray(InternalRow[]::new);
  }

  private void give(UnsafeRow of, InternalRow[] buffers, Consumer<InternalRow> out) {
    int keys = group.keys().size();
    @Nullable Object[] row = new Object[keys + group.calls().size()];
    for (int i = 0; i < keys; i++) {
      row[i] = of.isNullAt(i) ? null : of.get(i, group.keys().get(i));
    }
    for (int p = 0; p < parts.size(); p++) {
      Part part = parts.get(p);
      @Nullable Object[] results = part.aggregates.results(buffers[p]);
      for (int i = 0; i < part.numbers.size(); i++) {
        int call = part.numbers.get(i);
        row[keys + call] = fitting(results[part.results.get(i)], call, of);
      }
    }
    out.accept(new GenericInternalRow(row));
  }

  /** Sums are exact on their way, and have to fit in the end. */
  private @Nullable Object fitting(@Nullable Object value, int call, UnsafeRow of) {
    if (!(value instanceof Decimal number)) {
      return value;
    }
    DataType type = group.calls().get(call).type();
    BigDecimal exact = number.toJavaBigDecimal();
    if (type.equals(DataTypes.LongType)) {
      if (exact.toBigIntegerExact().bitLength() >= Long.SIZE) {
        throw tooLarge(exact, call, of);
      }
      return exact.longValueExact();
    }
    DecimalType decimal = (DecimalType) type;
    Decimal fitted = Decimal.apply(exact);
    if (!fitted.changePrecision(decimal.precision(), decimal.scale())) {
      throw tooLarge(exact, call, of);
    }
    return fitted;
  }

  private GroupTooLargeException tooLarge(BigDecimal value, int call, UnsafeRow of) {
    List<String> keys = new ArrayList<>();
    for (int i = 0; i < group.keys().size(); i++) {
      DataType type = group.keys().get(i);
      Object part = of.isNullAt(i) ? null : of.get(i, type);
      keys.add(Literal$.MODULE$.create(part, type).toString());
    }
    return new GroupTooLargeException(
        group.aggregation().aggregates().get(call).name(),
        keys,
        value.toPlainString(),
        group.calls().get(call).type().sql());
  }
}
