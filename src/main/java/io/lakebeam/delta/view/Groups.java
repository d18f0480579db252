package io.lakebeam.delta.view;

import io.lakebeam.delta.sorted.Keys;
import io.lakebeam.delta.sorted.Slots;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.RowFields;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.BoundReference;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.EqualTo;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Expression;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.If;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.Literal;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.shaded.spark.sql.types.DataTypes;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.sql.ViewQuery.Aggregate;
import io.lakebeam.sql.catalyst.RowBytes;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.sql.catalyst.SparkProblem;
import io.lakebeam.sql.catalyst.group.Accumulation;
import io.lakebeam.sql.catalyst.group.TooManyValuesException;
import io.lakebeam.sql.catalyst.group.TravelForm;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Groups of a view with the state of their aggregates: of a few rows, of an epoch, or of some files
 * of the view. Not thread-safe.
 */
public final class Groups {
  private final ViewQuery query;
  private final Accumulation aggregates;
  private final RowFields stored;
  private final RowKey keyOfRow;
  private final List<Column> keyColumns;
  private final RowFields keyFields;
  private final int[] keysInRow;
  private final Keys keys;
  private final TravelForm travelForm;
  private final RowBytes partBytes;

  /** Where each aggregate's result, and behind it its states, stand in the view's table. */
  private final List<Integer> results = new ArrayList<>();

  private final Map<UnsafeRow, InternalRow> buffers = new LinkedHashMap<>();

  public Groups(ViewQuery query) {
    this(query, List.of());
  }

  /**
   * @param partitionBy groups that come first in the order of the groups, and in which an empty
   *     text is NULL: a table gives it back so (Delta's protocol, Partition Value Serialization)
   */
  public Groups(ViewQuery query, List<String> partitionBy) {
    this.query = query;
    this.aggregates = new Accumulation(query.aggregation().unpack());
    this.travelForm = aggregates.travelForm();
    this.partBytes = new RowBytes(travelForm.types());
    this.stored = new RowFields(storedSchema(query));
    List<ViewQuery.Group> groups = inOrder(query.groups(), partitionBy);
    this.keyColumns =
        groups.stream().map(each -> query.columns().column(each.column()).orElseThrow()).toList();
    this.keyFields = new RowFields(keyColumns);
    List<DataType> types = keyColumns.stream().map(c -> SparkTypes.of(c.type())).toList();
    List<Integer> keysInRow = keyColumns.stream().map(c -> stored.position(c.name())).toList();
    this.keysInRow = keysInRow.stream().mapToInt(Integer::intValue).toArray();
    this.keyOfRow = new RowKey(keys(groups, types, partitionBy));
    this.keys = new Keys(storedSchema(query), keysInRow);
    for (Aggregate aggregate : query.aggregates()) {
      results.add(stored.position(aggregate.column()));
      aggregate.state().forEach(state -> results.add(stored.position(state.name())));
    }
  }

  private Groups(Groups other) {
    this.query = other.query;
    this.aggregates = other.aggregates;
    this.stored = other.stored;
    this.keyOfRow = other.keyOfRow;
    this.keyColumns = other.keyColumns;
    this.keyFields = other.keyFields;
    this.keysInRow = other.keysInRow;
    this.keys = other.keys;
    this.travelForm = other.travelForm;
    this.partBytes = other.partBytes;
    this.results.addAll(other.results);
  }

  /**
   * No groups, of the same view and for the same thread: the code that is generated for a query is
   * costly, and is the same.
   */
  public Groups none() {
    return new Groups(this);
  }

  /**
   * Groups on their way to where they are added up.
   *
   * @param keys what tells them apart
   * @param parts their states, in the same order
   */
  public record Parts(List<UnsafeRow> keys, List<Object[]> parts) implements Serializable {
    public Parts {
      keys = List.copyOf(keys);
      parts = List.copyOf(parts);
    }
  }

  /**
   * What the view's table stores: the author's columns, and behind them columns that begin with
   * {@code _} for each aggregate whose result does not say all that it is computed from.
   */
  public static TableSchema storedSchema(ViewQuery query) {
    return query
        .columns()
        .plus(query.aggregates().stream().flatMap(each -> each.state().stream()).toList());
  }

  /** The columns that hold what an aggregate is computed from, where its result does not say it. */
  public static List<String> stateColumns(Aggregate aggregate) {
    return aggregate.state().stream().map(Column::name).toList();
  }

  /**
   * Adds a row of {@link ViewQuery#rows}; whatever else fails on it is thrown.
   *
   * @throws NoRoomException when an aggregate that keeps values has too many of them
   */
  public void add(InternalRow row) {
    try {
      aggregates.add(buffer(keyOfRow.of(row)), row);
    } catch (TooManyValuesException e) {
      throw noRoom(e);
    }
  }

  /** All of these groups. */
  public Parts parts() {
    return new Parts(
        List.copyOf(buffers.keySet()), buffers.values().stream().map(aggregates::part).toList());
  }

  /** How many groups there are. */
  public int size() {
    return buffers.size();
  }

  /** The keys of the view's rows. */
  Keys keys() {
    return keys;
  }

  /**
   * All of these groups in the order of their keys, packed for the slots that they are of, and
   * forgotten here.
   *
   * @param out takes batches with the number of their slot
   */
  public void drain(Slots slots, BiConsumer<Integer, GroupBatch> out) {
    List<UnsafeRow> sorted = new ArrayList<>(buffers.keySet());
    sorted.sort(keys.order());
    GroupBatch.Packer packer = new GroupBatch.Packer();
    int slot = 0;
    for (UnsafeRow key : sorted) {
      int of = slots.of(key);
      if (!packer.isEmpty() && (of != slot || packer.isFull())) {
        out.accept(slot, packer.pack());
      }
      slot = of;
      Object[] part = travelForm.pack(aggregates.part(buffers.remove(key)));
      packer.add(key, partBytes.of(new GenericInternalRow(part)));
    }
    if (!packer.isEmpty()) {
      out.accept(slot, packer.pack());
    }
  }

  /**
   * Slots that these groups are sent to.
   *
   * @param from the least key of each but for the first, as bytes
   */
  public Slots slots(List<byte[]> from) {
    return Slots.from(from, keys);
  }

  /** A group of one part that has travelled. */
  InternalRow begin(InternalRow travelled) {
    return aggregates.of(travelForm.unpack(travelled, 0));
  }

  /**
   * Adds a part that has travelled to a group.
   *
   * @throws NoRoomException as {@link #add}
   */
  void merge(InternalRow group, InternalRow travelled) {
    mergePart(group, travelForm.unpack(travelled, 0));
  }

  private void mergePart(InternalRow group, Object[] part) {
    try {
      aggregates.merge(group, part);
    } catch (TooManyValuesException e) {
      throw noRoom(e);
    }
  }

  /**
   * Adds a row of the view's table to a group.
   *
   * @throws NoRoomException as {@link #add}
   */
  void mergeStored(InternalRow group, InternalRow row) {
    mergePart(group, part(row));
  }

  /** A row of the view's table that has the group's columns only. */
  InternalRow place(UnsafeRow key) {
    @Nullable Object[] row = new Object[stored.width()];
    for (int i = 0; i < keysInRow.length; i++) {
      row[keysInRow[i]] = keyFields.value(key, i);
    }
    return new GenericInternalRow(row);
  }

  /** How many values the part of a group has. */
  int partWidth() {
    return travelForm.types().size();
  }

  /** How many columns name a group. */
  int keyWidth() {
    return keysInRow.length;
  }

  /** The part that a row of the view's table is made of. */
  Object[] part(InternalRow row) {
    @Nullable Object[] values = results.stream().map(at -> stored.value(row, at)).toArray();
    return aggregates.restored(values);
  }

  private static List<Expression> keys(
      List<ViewQuery.Group> groups, List<DataType> types, List<String> partitionBy) {
    List<Expression> keys = new ArrayList<>();
    for (int i = 0; i < groups.size(); i++) {
      Expression key = new BoundReference(groups.get(i).at(), types.get(i), true);
      boolean isText = types.get(i).equals(DataTypes.StringType);
      keys.add(
          isText && partitionBy.contains(groups.get(i).column())
              ? new If(
                  new EqualTo(key, Literal.create("", DataTypes.StringType)),
                  Literal.create(null, DataTypes.StringType),
                  key)
              : key);
    }
    return keys;
  }

  private static List<ViewQuery.Group> inOrder(
      List<ViewQuery.Group> groups, List<String> partitionBy) {
    List<ViewQuery.Group> ordered = new ArrayList<>();
    for (String column : partitionBy) {
      groups.stream().filter(each -> each.column().equals(column)).forEach(ordered::add);
    }
    groups.stream().filter(each -> !ordered.contains(each)).forEach(ordered::add);
    return ordered;
  }

  /**
   * Adds other groups of the same view.
   *
   * @throws NoRoomException as {@link #add}
   */
  public void merge(Parts other) {
    for (int i = 0; i < other.keys().size(); i++) {
      merge(other.keys().get(i), other.parts().get(i));
    }
  }

  /**
   * Every group as a row of the view's table.
   *
   * @throws NoRoomException for a group that the table cannot hold
   */
  public List<InternalRow> rows() {
    List<InternalRow> rows = new ArrayList<>(buffers.size());
    buffers.forEach((key, buffer) -> rows.add(row(key, buffer)));
    return rows;
  }

  /** What a query without GROUP BY shows of no rows. */
  InternalRow rowOfNothing() {
    return row(keyOfRow.of(InternalRow.empty()), aggregates.empty());
  }

  private InternalRow buffer(UnsafeRow key) {
    InternalRow known = buffers.get(key);
    if (known != null) {
      return known;
    }
    InternalRow buffer = aggregates.empty();
    buffers.put(key.copy(), buffer);
    return buffer;
  }

  private void merge(UnsafeRow key, Object[] part) {
    InternalRow known = buffers.get(key);
    if (known == null) {
      buffers.put(key.copy(), aggregates.of(part));
    } else {
      mergePart(known, part);
    }
  }

  private static NoRoomException noRoom(TooManyValuesException e) {
    return new NoRoomException(
        e.aggregate() + " has too many values",
        e.getMessage(),
        "group by more, or take it of fewer values, for instance of ROUND(value, 2)");
  }

  /**
   * A group as a row of the view's table.
   *
   * @throws NoRoomException when the table cannot hold it
   */
  InternalRow row(UnsafeRow key, InternalRow buffer) {
    @Nullable Object[] row = new Object[stored.width()];
    for (int i = 0; i < keysInRow.length; i++) {
      row[keysInRow[i]] = InternalRow.copyValue(keyFields.value(key, i));
    }
    @Nullable Object[] values = results(buffer);
    int at = 0;
    for (Aggregate aggregate : query.aggregates()) {
      Room room = new Room(aggregate, key, keyColumns);
      for (int i = 0; i <= aggregate.state().size(); i++) {
        int column = results.get(at);
        row[column] = room.of(values[at], stored.columns().get(column).type());
        at++;
      }
    }
    return new GenericInternalRow(row);
  }

  private @Nullable Object[] results(InternalRow buffer) {
    try {
      return aggregates.results(buffer);
    } catch (RuntimeException e) { // of Spark's aggregates, whatever they have no result for
      throw new NoRoomException(
          "the result of a group cannot be computed",
          SparkProblem.of(e).message(),
          "let the query give values that it can be computed of, for instance with a CASE");
    }
  }
}
