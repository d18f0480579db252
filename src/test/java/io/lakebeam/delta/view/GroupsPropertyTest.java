package io.lakebeam.delta.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.Column;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
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
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Parts of groups, added up in any order and by way of the view's own table, give the whole. */
class GroupsPropertyTest {
  private static final String DDL =
      "k STRING, z DOUBLE, i INT, m DECIMAL(8,2), s STRING, big BIGINT, digits DECIMAL(38,0)";
  private static final List<String> TEXTS = List.of("", "a", "b", "ä", "\uFFFD", "😀", "日本");

  private static final TestingView VIEW =
      view(
          "SELECT COUNT(*) AS n, k, z, COUNT(i) AS ints, SUM(i) AS sum, SUM(m) AS money,"
              + " MIN(s) AS least, MAX(i) AS most, AVG(m) AS mean, AVG(i) AS middle"
              + " FROM t GROUP BY k, z");

  private static TestingView view(String sql) {
    return TestingView.valid(DDL, sql);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
  void partsAddUpToTheWhole(long seed) {
    Random random = new Random(seed);
    TestingView view = VIEW;
    List<Row> rows = new ArrayList<>();
    for (int i = random.nextInt(300); i > 0; i--) {
      rows.add(row(view, random));
    }
    List<List<InternalRow>> parts = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      parts.add(new ArrayList<>());
    }
    rows.forEach(
        row ->
            parts.get(random.nextInt(parts.size())).add(TestingRows.internal(view.table(), row)));
    Groups groups = view.none().none();
    for (List<InternalRow> part : parts) {
      groups = view.after(groups, view.groups(part));
    }
    Map<String, String> actual = new HashMap<>();
    for (Row row : view.shown(groups)) {
      actual.put(row.getString("k") + "|" + row.getDouble("z"), shown(view, row));
    }
    assertEquals(expected(rows), actual, "seed " + seed);
  }

  private static Row row(TestingView view, Random random) {
    return TestingRows.row(
        view.table(),
        random.nextInt(5) == 0 ? null : TEXTS.get(random.nextInt(3)),
        random.nextInt(4) == 0 ? null : (Object) (random.nextBoolean() ? 0.0 : -0.0),
        random.nextInt(3) == 0 ? null : (Object) (random.nextInt(2001) - 1000),
        random.nextInt(3) == 0 ? null : BigDecimal.valueOf(random.nextInt(200_000) - 99_999, 2),
        random.nextInt(3) == 0 ? null : TEXTS.get(random.nextInt(TEXTS.size())),
        null,
        null);
  }

  private static String shown(TestingView view, Row row) {
    List<String> values = new ArrayList<>();
    for (Column column : view.query().columns().columns()) {
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
      Double z = row.getDouble("z");
      String key = row.getString("k") + "|" + (z == null ? "null" : "0.0");
      groups.computeIfAbsent(key, k -> new ArrayList<>()).add(row);
    }
    Map<String, String> expected = new HashMap<>();
    groups.forEach((key, group) -> expected.put(key, result(group)));
    return expected;
  }

  private static String result(List<Row> group) {
    List<Integer> ints = group.stream().map(r -> r.getInt32("i")).filter(Objects::nonNull).toList();
    List<BigDecimal> money =
        group.stream().map(r -> r.getDecimal("m")).filter(Objects::nonNull).toList();
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
            .filter(t -> group.stream().anyMatch(r -> t.equals(r.getString("s"))))
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

  private static Groups groups(TestingView view, String key, Object... values) {
    List<InternalRow> rows = new ArrayList<>();
    for (Object value : values) {
      boolean isLong = value instanceof Long;
      rows.add(
          view.row(
              key,
              null,
              null,
              null,
              null,
              isLong ? value : null,
              value == null || isLong ? null : new BigDecimal(value.toString())));
    }
    return view.groups(rows);
  }

  @Test
  void aSumThatHasNoRoomNamesColumnGroupAndWhatToDo() {
    TestingView view = view("SELECT k, SUM(big) AS x FROM t GROUP BY k");
    Groups groups = groups(view, "ulm", Long.MAX_VALUE, 1L);
    NoRoomException e = assertThrows(NoRoomException.class, groups::rows);
    assertEquals("SUM in column x has no room any more", e.problem());
    assertEquals(
        "in the group k = ulm it is 9223372036854775808, and the column is a BIGINT", e.reason());
    assertEquals("sum it up with more digits: SUM(CAST(... AS DECIMAL(38,0)))", e.fix());

    TestingView decimals = view("SELECT SUM(digits) AS x FROM t");
    e = assertThrows(NoRoomException.class, groups(decimals, "ulm", "9".repeat(38), "1")::rows);
    assertEquals(
        "over all rows it is 1" + "0".repeat(38) + ", and the column is a DECIMAL(38,0)",
        e.reason());
  }

  @Test
  void aSumThatHasRoomInTheEndHasItInAnyOrder() {
    TestingView view = view("SELECT k, SUM(big) AS x, SUM(digits) AS y FROM t GROUP BY k");
    Groups groups = groups(view, "ulm", Long.MAX_VALUE, 1L, 5L, "9".repeat(38), "9".repeat(38));
    groups.merge(groups(view, "ulm", Long.MIN_VALUE, -7L, "-" + "9".repeat(38)).parts());
    assertEquals(-2L, view.shown(groups).get(0).<Object>getValue("x"));
    assertEquals(new BigDecimal("9".repeat(38)), view.shown(groups).get(0).<Object>getValue("y"));
  }

  /** Each addition counts a digit more, of which there are not so many. */
  @Test
  void manyAdditionsAreAsExactAsFewOnes() {
    TestingView view = view("SELECT SUM(big) AS x, AVG(big) AS a FROM t");
    Long[] ones = Collections.nCopies(5_000, 1_000_000_000_000_001L).toArray(new Long[0]);
    Row row = view.shown(groups(view, "ulm", (Object[]) ones)).get(0);
    assertEquals(5_000_000_000_000_005_000L, row.<Object>getValue("x"));
    assertEquals(1_000_000_000_000_001.0, row.<Object>getValue("a"));
  }

  @Test
  void aSumThatIsTriedIsNullWhereThereIsNoRoomAndComesBack() {
    TestingView view = view("SELECT TRY_SUM(big) AS x FROM t");
    Groups groups = groups(view, "ulm", Long.MAX_VALUE, 1L);
    assertNull(view.shown(groups).get(0).<Object>getValue("x"));
    Groups next = view.after(groups, groups(view, "ulm", -3L));
    assertEquals(Long.MAX_VALUE - 2, view.shown(next).get(0).<Object>getValue("x"));
  }

  @Test
  void anAverageOfBigNumbersIsExactAndKeptAcrossEpochs() {
    TestingView view = view("SELECT k, AVG(big) AS x FROM t GROUP BY k");
    Groups groups = groups(view, "ulm", Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE);
    for (int epoch = 0; epoch < 3; epoch++) {
      groups = view.after(groups, groups(view, "ulm", Long.MAX_VALUE, Long.MAX_VALUE));
    }
    Row row = view.shown(groups).get(0);
    assertEquals((double) Long.MAX_VALUE, row.<Object>getValue("x"));
    assertEquals(
        BigDecimal.valueOf(Long.MAX_VALUE).multiply(BigDecimal.valueOf(9)),
        row.<Object>getValue("_x_sum"));
    // Back to where a long has room, digit by digit.
    Long[] back = Collections.nCopies(9, -Long.MAX_VALUE).toArray(new Long[0]);
    Groups next = view.after(groups, groups(view, "ulm", (Object[]) back));
    assertEquals(0.0, view.shown(next).get(0).<Object>getValue("x"));
  }

  @Test
  void withoutGroupsThereIsOneRowWhateverThereIs() {
    TestingView view = view("SELECT SUM(big) AS x, COUNT(*) AS n FROM t");
    Row nothing =
        TestingRows.read(view.stored(), List.of(view.none().rowOfNothing()).iterator()).get(0);
    assertNull(nothing.<Object>getValue("x"));
    assertEquals(0L, nothing.<Object>getValue("n"));
  }
}
