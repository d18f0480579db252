package io.lakebeam.delta.view;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.Decimals;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.sql.ViewQuery.Aggregate;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Groups of a view with the state of their aggregates: of a few rows, of an epoch, or of the whole
 * view. Not thread-safe.
 */
public final class Groups implements Serializable {
  private static final Object STAR = "*";

  private final ViewQuery query;
  private final int slots;
  private final RowFields read;
  private final RowFields stored;
  private final int[] groupColumns;

  /** Below zero for COUNT(*), which has no argument. */
  private final int[] aggregateColumns;

  private final Map<List<Object>, Object[]> states = new LinkedHashMap<>();

  public Groups(ViewQuery query) {
    this.query = query;
    this.read = new RowFields(query.rows().schema());
    this.stored = new RowFields(storedSchema(query));
    this.groupColumns =
        query.groups().stream().mapToInt(g -> read.position(g.rowColumn())).toArray();
    this.aggregateColumns =
        query.aggregates().stream().mapToInt(a -> read.position(a.rowColumn())).toArray();
    this.slots = query.aggregates().stream().mapToInt(a -> slotsOf(a).width()).sum();
  }

  /**
   * What the view's table stores: the author's columns, and for every AVG its sum and its count in
   * columns that begin with {@code _}.
   */
  public static TableSchema storedSchema(ViewQuery query) {
    List<Column> state = new ArrayList<>();
    for (Aggregate aggregate : query.aggregates()) {
      if (aggregate.function() == ViewQuery.Function.AVG) {
        state.add(
            new Column(
                "_" + aggregate.column() + "_sum",
                sumType(query, aggregate),
                true,
                "what " + aggregate.column() + " is computed from"));
        state.add(
            new Column(
                "_" + aggregate.column() + "_count",
                DataType.Primitive.BIGINT,
                true,
                "what " + aggregate.column() + " is computed from"));
      }
    }
    return query.columns().plus(state);
  }

  /** The columns that hold what an aggregate is computed from, where its result does not say it. */
  public static List<String> stateColumns(Aggregate aggregate) {
    return aggregate.function() == ViewQuery.Function.AVG
        ? List.of("_" + aggregate.column() + "_sum", "_" + aggregate.column() + "_count")
        : List.of();
  }

  /** Adds a row of {@link ViewQuery#rows}. */
  public void add(InternalRow row) {
    List<Object> key = new ArrayList<>(query.groups().size());
    for (int i = 0; i < groupColumns.length; i++) {
      key.add(keyValue(query.groups().get(i), value(read, row, groupColumns[i])));
    }
    Object[] state = states.computeIfAbsent(key, k -> empty());
    int at = 0;
    for (int i = 0; i < aggregateColumns.length; i++) {
      int column = aggregateColumns[i];
      AggregateSlots kind = slotsOf(query.aggregates().get(i));
      kind.add(state, at, column < 0 ? STAR : value(read, row, column));
      at += kind.width();
    }
  }

  /** Adds other groups of the same view. */
  public void merge(Groups other) {
    other.states.forEach(this::merge);
  }

  /**
   * Adds a row of the view's table.
   *
   * @param row with the columns of {@link #storedSchema}
   */
  public void mergeStored(InternalRow row) {
    merge(storedKey(row), storedState(row));
  }

  /** True when there is something to add to that row of the view's table. */
  public boolean touches(InternalRow stored) {
    return states.containsKey(storedKey(stored));
  }

  public int size() {
    return states.size();
  }

  public boolean isEmpty() {
    return states.isEmpty();
  }

  /** Every group as a row of the view's table. */
  public List<InternalRow> rows() {
    List<InternalRow> rows = new ArrayList<>(states.size());
    states.forEach((key, state) -> rows.add(row(key, state)));
    return rows;
  }

  private void merge(List<Object> key, Object[] part) {
    Object[] state = states.computeIfAbsent(key, k -> new Object[slots]);
    int at = 0;
    for (Aggregate aggregate : query.aggregates()) {
      slotsOf(aggregate).merge(state, at, part);
      at += slotsOf(aggregate).width();
    }
  }

  private Object[] empty() {
    Object[] state = new Object[slots];
    int at = 0;
    for (Aggregate aggregate : query.aggregates()) {
      AggregateSlots kind = slotsOf(aggregate);
      if (kind == AggregateSlots.COUNT || kind == AggregateSlots.AVG) {
        state[at + kind.width() - 1] = 0L;
      }
      at += kind.width();
    }
    return state;
  }

  /** A query without GROUP BY has one row, whether or not there is anything to add up. */
  public void addRowOfNoGroup() {
    if (query.groups().isEmpty()) {
      states.computeIfAbsent(List.of(), key -> empty());
    }
  }

  private InternalRow row(List<Object> key, Object[] state) {
    Map<String, Object> values = new LinkedHashMap<>();
    for (int i = 0; i < key.size(); i++) {
      values.put(query.groups().get(i).column(), key.get(i));
    }
    int at = 0;
    for (Aggregate aggregate : query.aggregates()) {
      Room room = new Room(query, aggregate, key);
      Object result = AggregateSlots.result(aggregate, state, at);
      values.put(aggregate.column(), room.of(result, aggregate.type()));
      if (aggregate.function() == ViewQuery.Function.AVG) {
        values.put(
            "_" + aggregate.column() + "_sum", room.of(state[at], sumType(query, aggregate)));
        values.put("_" + aggregate.column() + "_count", state[at + 1]);
      }
      at += slotsOf(aggregate).width();
    }
    Object[] ordered = new Object[stored.width()];
    for (int i = 0; i < ordered.length; i++) {
      Column column = stored.columns().get(i);
      Object value = values.get(column.name());
      ordered[i] =
          value instanceof BigDecimal number && column.type() instanceof DataType.Decimal type
              ? Decimals.of(number, type)
              : value;
    }
    return new GenericInternalRow(ordered);
  }

  private static Object value(RowFields fields, InternalRow row, String column) {
    return value(fields, row, fields.position(column));
  }

  /** As groups and states hold it: numbers as Java's, and nothing that belongs to the row. */
  private static Object value(RowFields fields, InternalRow row, int column) {
    Object value = fields.value(row, column);
    if (value instanceof Decimal number) {
      return number.toJavaBigDecimal();
    }
    return InternalRow.copyValue(value);
  }

  private List<Object> storedKey(InternalRow row) {
    List<Object> key = new ArrayList<>(query.groups().size());
    query.groups().forEach(g -> key.add(keyValue(g, value(stored, row, g.column()))));
    return key;
  }

  private Object[] storedState(InternalRow row) {
    Object[] state = new Object[slots];
    int at = 0;
    for (Aggregate aggregate : query.aggregates()) {
      if (aggregate.function() == ViewQuery.Function.AVG) {
        state[at] = sum(aggregate, value(stored, row, "_" + aggregate.column() + "_sum"));
        state[at + 1] = value(stored, row, "_" + aggregate.column() + "_count");
      } else {
        state[at] = value(stored, row, aggregate.column());
      }
      at += slotsOf(aggregate).width();
    }
    return state;
  }

  /** The sum of BIGINTs is stored as a DECIMAL, so that it always has room. */
  private Object sum(Aggregate aggregate, Object stored) {
    boolean isWhole =
        stored instanceof BigDecimal && !(argument(query, aggregate) instanceof DataType.Decimal);
    return isWhole ? AggregateSlots.whole(((BigDecimal) stored).toBigIntegerExact()) : stored;
  }

  /** Equal decimals of different scale are one group, and so are zero and minus zero. */
  private Object keyValue(ViewQuery.Group group, Object value) {
    if (value instanceof BigDecimal number
        && query.columns().column(group.column()).orElseThrow().type()
            instanceof DataType.Decimal decimal) {
      return number.setScale(decimal.scale(), RoundingMode.HALF_UP);
    }
    if (value instanceof Double number && number == 0) {
      return 0.0;
    }
    if (value instanceof Float number && number == 0) {
      return 0.0f;
    }
    return value;
  }

  private static AggregateSlots slotsOf(Aggregate aggregate) {
    return AggregateSlots.of(aggregate.function());
  }

  private static DataType sumType(ViewQuery query, Aggregate aggregate) {
    DataType argument = argument(query, aggregate);
    if (argument instanceof DataType.Decimal decimal) {
      return new DataType.Decimal(DataType.Decimal.MAX_PRECISION, decimal.scale());
    }
    if (argument == DataType.Primitive.BIGINT) {
      return new DataType.Decimal(DataType.Decimal.MAX_PRECISION, 0);
    }
    return argument == DataType.Primitive.INT
        ? DataType.Primitive.BIGINT
        : DataType.Primitive.DOUBLE;
  }

  private static DataType argument(ViewQuery query, Aggregate aggregate) {
    return query.rows().schema().column(aggregate.rowColumn()).orElseThrow().type();
  }
}
