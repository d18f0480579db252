package io.lakebeam.delta.view;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.sql.ViewQuery.Aggregate;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;

/**
 * Groups of a view with the state of their aggregates: of a few rows, of an epoch, or of the whole
 * view. Not thread-safe.
 */
public final class Groups implements Serializable {
  private static final Object STAR = "*";

  private final ViewQuery query;
  private final int slots;
  private final Map<List<Object>, Object[]> states = new LinkedHashMap<>();

  public Groups(ViewQuery query) {
    this.query = query;
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
  public void add(Row row) {
    List<Object> key = new ArrayList<>(query.groups().size());
    for (ViewQuery.Group group : query.groups()) {
      key.add(keyValue(group, row.getValue(group.rowColumn())));
    }
    Object[] state = states.computeIfAbsent(key, k -> empty());
    int at = 0;
    for (Aggregate aggregate : query.aggregates()) {
      Object value = aggregate.rowColumn().isEmpty() ? STAR : row.getValue(aggregate.rowColumn());
      slotsOf(aggregate).add(state, at, value);
      at += slotsOf(aggregate).width();
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
  public void mergeStored(Row row) {
    merge(storedKey(row), storedState(row));
  }

  /** True when there is something to add to that row of the view's table. */
  public boolean touches(Row stored) {
    return states.containsKey(storedKey(stored));
  }

  public int size() {
    return states.size();
  }

  public boolean isEmpty() {
    return states.isEmpty();
  }

  /** Every group as a row of the view's table. */
  public List<Row> rows() {
    Schema schema = storedSchema(query).beamSchema();
    List<Row> rows = new ArrayList<>(states.size());
    forEach((key, state) -> rows.add(row(schema, key, state)));
    return rows;
  }

  private void forEach(BiConsumer<List<Object>, Object[]> action) {
    states.forEach(action);
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

  private Row row(Schema schema, List<Object> key, Object[] state) {
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
    List<Object> ordered = new ArrayList<>(schema.getFieldCount());
    schema.getFieldNames().forEach(name -> ordered.add(values.get(name)));
    return Row.withSchema(schema).attachValues(ordered);
  }

  private List<Object> storedKey(Row row) {
    List<Object> key = new ArrayList<>(query.groups().size());
    query.groups().forEach(g -> key.add(keyValue(g, row.getValue(g.column()))));
    return key;
  }

  private Object[] storedState(Row row) {
    Object[] state = new Object[slots];
    int at = 0;
    for (Aggregate aggregate : query.aggregates()) {
      if (aggregate.function() == ViewQuery.Function.AVG) {
        state[at] = sum(aggregate, row.getValue("_" + aggregate.column() + "_sum"));
        state[at + 1] = row.getValue("_" + aggregate.column() + "_count");
      } else {
        state[at] = row.getValue(aggregate.column());
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
    return query.rows().columns().column(aggregate.rowColumn()).orElseThrow().type();
  }
}
