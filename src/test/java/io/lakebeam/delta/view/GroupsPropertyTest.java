package io.lakebeam.delta.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.sql.RowProgram;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.sql.ViewQuery.Aggregate;
import io.lakebeam.sql.ViewQuery.Function;
import io.lakebeam.sql.ViewQuery.Group;
import io.lakebeam.sql.catalyst.Step;
import io.lakebeam.testing.TestingRows;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of groups, added up in any order and by way of the view's own table, give the whole. */
class GroupsPropertyTest {
  private static final DataType MONEY = new DataType.Decimal(8, 2);
  private static final TableSchema ROWS =
      TableSchema.of(
          Column.nullable("_g0", Primitive.STRING),
          Column.nullable("_g1", Primitive.DOUBLE),
          Column.nullable("_a0", Primitive.INT),
          Column.nullable("_a1", MONEY),
          Column.nullable("_a2", Primitive.STRING));
  private static final TableSchema VIEW =
      TableSchema.of(
          Column.nullable("n", Primitive.BIGINT),
          Column.nullable("k", Primitive.STRING),
          Column.nullable("z", Primitive.DOUBLE),
          Column.nullable("ints", Primitive.BIGINT),
          Column.nullable("sum", Primitive.BIGINT),
          Column.nullable("money", new DataType.Decimal(18, 2)),
          Column.nullable("least", Primitive.STRING),
          Column.nullable("most", Primitive.INT),
          Column.nullable("mean", new DataType.Decimal(12, 6)),
          Column.nullable("middle", Primitive.DOUBLE));
  private static final ViewQuery QUERY =
      new ViewQuery(
          "t",
          Set.of(),
          new RowProgram(new Step.Rows("t", List.of(), ROWS.columns().size()), ROWS),
          List.of("x"),
          List.of(new Group("k", "_g0"), new Group("z", "_g1")),
          List.of(
              aggregate("n", Function.COUNT, ""),
              aggregate("ints", Function.COUNT, "_a0"),
              aggregate("sum", Function.SUM, "_a0"),
              aggregate("money", Function.SUM, "_a1"),
              aggregate("least", Function.MIN, "_a2"),
              aggregate("most", Function.MAX, "_a0"),
              aggregate("mean", Function.AVG, "_a1"),
              aggregate("middle", Function.AVG, "_a0")),
          VIEW,
          Map.of());
  private static final List<String> TEXTS = List.of("", "a", "b", "ä", "\uFFFD", "😀", "日本");

  private static Aggregate aggregate(String column, Function function, String argument) {
    return new Aggregate(column, function, argument, VIEW.column(column).orElseThrow().type());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void partsAddUpToTheWhole(long seed) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = random.nextInt(300); i > 0; i--) {
      rows.add(row(random));
    }
    List<Groups> parts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      parts.add(new Groups(QUERY));
    }
    rows.forEach(
        row -> parts.get(random.nextInt(parts.size())).add(TestingRows.internal(ROWS, row)));
    Collections.shuffle(parts, random);
    Groups view = new Groups(QUERY);
    for (Groups part : parts) {
      // The view as it is read back from its table before each refresh.
      Groups stored = new Groups(QUERY);
      view.rows().forEach(stored::mergeStored);
      stored.merge(part);
      view = stored;
    }
    Map<String, String> actual = new HashMap<>();
    for (Row row : shown(QUERY, view)) {
      actual.put(row.getString("k") + "|" + row.getDouble("z"), result(row));
    }
    assertEquals(expected(rows), actual, "seed " + seed);
  }

  private static List<Row> shown(ViewQuery query, Groups groups) {
    return TestingRows.read(Groups.storedSchema(query), groups.rows().iterator());
  }

  private static Row row(Random random) {
    return TestingRows.row(
        ROWS,
        random.nextInt(5) == 0 ? null : TEXTS.get(random.nextInt(3)),
        random.nextInt(4) == 0 ? null : (Object) (random.nextBoolean() ? 0.0 : -0.0),
        random.nextInt(3) == 0 ? null : (Object) (random.nextInt(2001) - 1000),
        random.nextInt(3) == 0 ? null : BigDecimal.valueOf(random.nextInt(200_000) - 99_999, 2),
        random.nextInt(3) == 0 ? null : TEXTS.get(random.nextInt(TEXTS.size())));
  }

  private static String result(Row row) {
    List<String> values = new ArrayList<>();
    for (Column column : VIEW.columns()) {
      if (!column.name().equals("k") && !column.name().equals("z")) {
        values.add(column.name() + "=" + row.<Object>getValue(column.name()));
      }
    }
    return String.join(" ", values);
  }

  /** The same by the definition of each aggregate. */
  private static Map<String, String> expected(List<Row> rows) {
    Map<String, List<Row>> groups = new HashMap<>();
    for (Row row : rows) {
      Double z = row.getDouble("_g1");
      String key = row.getString("_g0") + "|" + (z == null ? "null" : "0.0");
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
    }
    Map<String, String> expected = new HashMap<>();
    groups.forEach((key, group) -> expected.put(key, result(group)));
    return expected;
  }

  private static String result(List<Row> group) {
    List<Integer> ints =
        group.stream().map(r -> r.getInt32("_a0")).filter(Objects::nonNull).toList();
    List<BigDecimal> money =
        group.stream().map(r -> r.getDecimal("_a1")).filter(Objects::nonNull).toList();
    Object sum = ints.isEmpty() ? null : (Object) ints.stream().mapToLong(i -> i).sum();
    BigDecimal total = money.stream().reduce(BigDecimal::add).orElse(null);
    Object mean =
        total == null
            ? null
            : total.divide(BigDecimal.valueOf(money.size()), 6, RoundingMode.HALF_UP);
    Object middle =
        ints.isEmpty()
            ? null
            : (Object) (ints.stream().mapToLong(i -> i).sum() / (double) ints.size());
    // TEXTS stand in the order of their bytes.
    String least =
        TEXTS.stream()
            .filter(t -> group.stream().anyMatch(r -> t.equals(r.getString("_a2"))))
            .min((a, b) -> compareBytes(a, b))
            .orElse(null);
    return "n="
        + group.size()
        + " ints="
        + ints.size()
        + " sum="
        + sum
        + " money="
        + total
        + " least="
        + least
        + " most="
        + ints.stream().max(Integer::compare).orElse(null)
        + " mean="
        + mean
        + " middle="
        + middle;
  }

  private static int compareBytes(String a, String b) {
    return java.util.Arrays.compareUnsigned(
        a.getBytes(java.nio.charset.StandardCharsets.UTF_8),
        b.getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private static final TableSchema BIG_ROWS =
      TableSchema.of(
          Column.nullable("_g0", Primitive.STRING),
          Column.nullable("_a0", Primitive.BIGINT),
          Column.nullable("_a1", new DataType.Decimal(38, 0)));

  /** One aggregate over big numbers, by group or over all rows. */
  private static ViewQuery big(Function function, String argument, DataType type, boolean grouped) {
    TableSchema columns =
        grouped
            ? TableSchema.of(Column.nullable("k", Primitive.STRING), Column.nullable("x", type))
            : TableSchema.of(Column.nullable("x", type));
    return new ViewQuery(
        "t",
        Set.of(),
        new RowProgram(new Step.Rows("t", List.of(), BIG_ROWS.columns().size()), BIG_ROWS),
        List.of("x"),
        grouped ? List.of(new Group("k", "_g0")) : List.of(),
        List.of(new Aggregate("x", function, argument, type)),
        columns,
        Map.of());
  }

  private static Groups groups(ViewQuery query, String key, Object... values) {
    Groups groups = new Groups(query);
    for (Object value : values) {
      boolean isLong = value instanceof Long;
      groups.add(
          TestingRows.of(
              BIG_ROWS,
              key,
              isLong ? value : null,
              value == null || isLong ? null : new BigDecimal(value.toString())));
    }
    return groups;
  }

  @Test
  void aSumThatHasNoRoomNamesColumnGroupAndWhatToDo() {
    ViewQuery query = big(Function.SUM, "_a0", Primitive.BIGINT, true);
    Groups groups = groups(query, "ulm", Long.MAX_VALUE, 1L);
    NoRoomException e = assertThrows(NoRoomException.class, groups::rows);
    assertEquals("SUM in column x has no room any more", e.problem());
    assertEquals(
        "in the group k = ulm it is 9223372036854775808, and the column is a BIGINT", e.reason());
    assertEquals("sum it up with more digits: SUM(CAST(... AS DECIMAL(38,0)))", e.fix());

    ViewQuery decimals = big(Function.SUM, "_a1", new DataType.Decimal(38, 0), false);
    e = assertThrows(NoRoomException.class, groups(decimals, "ulm", "9".repeat(38), "1")::rows);
    assertEquals(
        "over all rows it is 1" + "0".repeat(38) + ", and the column is a DECIMAL(38,0)",
        e.reason());
  }

  @Test
  void aSumThatHasRoomInTheEndHasItInAnyOrder() {
    ViewQuery query = big(Function.SUM, "_a0", Primitive.BIGINT, true);
    Groups groups = groups(query, "ulm", Long.MAX_VALUE, 1L, 5L);
    groups.merge(groups(query, "ulm", Long.MIN_VALUE, -7L));
    assertEquals(-2L, shown(query, groups).get(0).<Object>getValue("x"));
  }

  @Test
  void anAverageOfBigNumbersIsExactAndKeptAcrossEpochs() {
    ViewQuery query = big(Function.AVG, "_a0", Primitive.DOUBLE, true);
    Groups view = groups(query, "ulm", Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    for (int epoch = 0; epoch < 3; epoch++) {
      Groups stored = new Groups(query);
      view.rows().forEach(stored::mergeStored);
      stored.merge(groups(query, "ulm", Long.MAX_VALUE, Long.MAX_VALUE));
      view = stored;
    }
    Row row = shown(query, view).get(0);
    assertEquals((double) Long.MAX_VALUE, row.<Object>getValue("x"));
    assertEquals(
        BigDecimal.valueOf(Long.MAX_VALUE).multiply(BigDecimal.valueOf(9)),
        row.<Object>getValue("_x_sum"));
    // Back to where a long has room, digit by digit.
    Groups stored = new Groups(query);
    view.rows().forEach(stored::mergeStored);
    Long[] back = Collections.nCopies(9, -Long.MAX_VALUE).toArray(new Long[0]);
    stored.merge(groups(query, "ulm", (Object[]) back));
    assertEquals(0.0, shown(query, stored).get(0).<Object>getValue("x"));
  }

  @Test
  void withoutGroupsThereIsOneRowWhateverThereIs() {
    ViewQuery query = big(Function.SUM, "_a0", Primitive.BIGINT, false);
    Groups none = new Groups(query);
    none.addRowOfNoGroup();
    none.addRowOfNoGroup();
    assertEquals(1, none.rows().size());
    assertNull(shown(query, none).get(0).<Object>getValue("x"));
    Groups grouped = new Groups(big(Function.SUM, "_a0", Primitive.BIGINT, true));
    grouped.addRowOfNoGroup();
    assertEquals(List.of(), grouped.rows());
  }
}
