package io.lakebeam.delta.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Limits;
import io.lakebeam.shaded.scala.Option;
import io.lakebeam.shaded.spark.sql.catalyst.FunctionIdentifier;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.analysis.FunctionRegistry;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.ExpressionInfo;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.catalyst.Engine;
import io.lakebeam.sql.catalyst.Scala;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every aggregate of Spark's is either the same however its rows are cut into parts, or refused.
 */
class AggregatesTest {
  private static final String DDL =
      "k STRING, i INT, l BIGINT, d DOUBLE, f FLOAT, m DECIMAL(10,2), s STRING, b BOOLEAN,"
          + " bin BINARY, ts TIMESTAMP";

  private static final List<String> EXACT =
      List.of(
          "any(b)",
          "some(b)",
          "every(b)",
          "bool_and(b)",
          "bool_or(b)",
          "approx_count_distinct(s)",
          "approx_count_distinct(d, 0.1)",
          "avg(i)",
          "avg(m)",
          "mean(l)",
          "try_avg(i)",
          "bit_and(i)",
          "bit_or(l)",
          "bit_xor(i)",
          "bitmap_construct_agg(bitmap_bit_position(abs(i)))",
          "bitmap_or_agg(bin)",
          "bitmap_and_agg(bin)",
          "collect_set(s)",
          "collect_set(d)",
          "collect_set(bin)",
          "collect_set(named_struct('s', s, 'd', d))",
          "count(*)",
          "count(s, i)",
          "count_if(b)",
          "count_min_sketch(s, 0.1d, 0.9d, 1)",
          "max(s)",
          "max(bin)",
          "max(d)",
          "max(ts)",
          "min(m)",
          "min(named_struct('d', d, 'i', i))",
          "max_by(s, i)",
          "min_by(named_struct('s', s), d)",
          "max_by(array(i), ts)",
          "median(d)",
          "mode() WITHIN GROUP (ORDER BY s)",
          "mode() WITHIN GROUP (ORDER BY d DESC)",
          "percentile(i, 0.3)",
          "percentile(d, array(0.1, 0.9))",
          "percentile(i, 0.5, abs(l % 3))",
          "percentile_cont(0.5) WITHIN GROUP (ORDER BY d DESC)",
          "percentile_disc(0.5) WITHIN GROUP (ORDER BY i)",
          "regr_count(d, i)",
          "sum(i)",
          "sum(mod(i, 3))",
          "sum(m)",
          "sum(CAST(i AS SMALLINT))",
          "try_sum(l)");

  private static final List<String> IN_DOUBLE =
      List.of(
          "avg(d)",
          "sum(d)",
          "sum(f)",
          "corr(d, i)",
          "covar_pop(d, i)",
          "covar_samp(d, i)",
          "kurtosis(d)",
          "skewness(d)",
          "regr_avgx(d, i)",
          "regr_avgy(d, i)",
          "regr_intercept(d, i)",
          "regr_r2(d, i)",
          "regr_slope(d, i)",
          "regr_sxx(d, i)",
          "regr_sxy(d, i)",
          "regr_syy(d, i)",
          "std(d)",
          "stddev(i)",
          "stddev_pop(m)",
          "stddev_samp(d)",
          "var_pop(d)",
          "var_samp(d)",
          "variance(d)");

  /** Of no group of rows, or of what only another aggregate makes. */
  private static final Set<String> OTHERS =
      Set.of("approx_top_k_combine", "grouping", "grouping_id", "measure");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void resultsDoNotDependOnHowRowsAreCut(long seed) {
    List<String> calls = Stream.concat(EXACT.stream(), IN_DOUBLE.stream()).toList();
    TestingView view = TestingView.valid(DDL, sql(calls));
    Random random = new Random(seed);
    List<InternalRow> rows = new ArrayList<>();
    for (int i = random.nextInt(150); i >= 0; i--) {
      rows.add(row(view, random));
    }
    Map<String, Row> whole = byGroup(view, view.groups(rows));
    for (int parts : new int[] {2, 5}) {
      Collections.shuffle(rows, random);
      Groups groups = view.none().none();
      for (int part = 0; part < parts; part++) {
        int from = rows.size() * part / parts;
        int to = rows.size() * (part + 1) / parts;
        groups = view.after(groups, view.groups(rows.subList(from, to)));
      }
      Map<String, Row> cut = byGroup(view, groups);
      assertEquals(whole.keySet(), cut.keySet());
      for (String key : whole.keySet()) {
        for (int i = 0; i < calls.size(); i++) {
          for (String column : List.of("c" + i, "f" + i)) {
            assertSame(
                calls.get(i) + " " + column + " of " + key + ", seed " + seed,
                whole.get(key).getValue(column),
                cut.get(key).getValue(column),
                i >= EXACT.size());
          }
        }
      }
    }
  }

  private static String sql(List<String> calls) {
    return IntStream.range(0, calls.size())
        .mapToObj(i -> "%1$s AS c%2$d, %1$s FILTER (WHERE b) AS f%2$d".formatted(calls.get(i), i))
        .collect(Collectors.joining(", ", "SELECT k, ", " FROM t GROUP BY ALL"));
  }

  private static Map<String, Row> byGroup(TestingView view, Groups groups) {
    Map<String, Row> rows = new TreeMap<>();
    view.shown(groups).forEach(row -> rows.put("group " + row.getString("k"), row));
    return rows;
  }

  private static InternalRow row(TestingView view, Random random) {
    String k = random.nextInt(5) == 0 ? null : "ab".substring(random.nextInt(2)).substring(0, 1);
    Object[] values = {
      k,
      random.nextInt(20) - 10,
      random.nextLong(),
      k == null && random.nextInt(20) == 0
          ? Double.NaN
          : random.nextInt(8) == 0 ? -0.0 : random.nextInt(10) / 10.0,
      random.nextFloat(),
      BigDecimal.valueOf(random.nextInt(1000), 2),
      "x".repeat(random.nextInt(4)) + random.nextInt(3),
      random.nextBoolean(),
      new byte[] {(byte) random.nextInt(3), (byte) random.nextInt()},
      Instant.ofEpochSecond(random.nextInt(5))
    };
    for (int i = 1; i < values.length; i++) {
      values[i] = random.nextInt(6) == 0 ? null : values[i];
    }
    return view.row(values);
  }

  private static void assertSame(String what, Object whole, Object cut, boolean isDouble) {
    if (whole instanceof byte[] bytes) {
      assertTrue(Arrays.equals(bytes, (byte[]) cut), what);
    } else if (isDouble && whole instanceof Double number && !number.isNaN()) {
      assertEquals(number, (Double) cut, 1e-9 * Math.max(1, Math.abs(number)), what);
    } else {
      assertEquals(text(whole), text(cut), what);
    }
  }

  private static String text(Object value) {
    return value instanceof List<?> list
        ? list.stream().map(AggregatesTest::text).toList().toString()
        : value instanceof byte[] bytes ? Arrays.toString(bytes) : String.valueOf(value);
  }

  @Test
  void everyOtherAggregateIsComputedOfAllRows() throws InvalidQueryException {
    Set<String> known = new TreeSet<>(OTHERS);
    Stream.concat(EXACT.stream(), IN_DOUBLE.stream())
        .forEach(call -> known.add(call.substring(0, call.indexOf('('))));
    Set<String> others = new TreeSet<>(registered());
    assertTrue(others.containsAll(known), known.toString());
    others.removeAll(known);
    assertFalse(others.isEmpty());
    for (String name : others) {
      String sql = "SELECT " + name + arguments(name) + " AS x FROM t";
      assertFalse(TestingView.isAdditive(DDL, sql), sql);
    }
  }

  private static Set<String> registered() {
    Engine.start();
    Set<String> names = new TreeSet<>();
    for (FunctionIdentifier each : Scala.list(FunctionRegistry.builtin().listFunction())) {
      Option<ExpressionInfo> info = FunctionRegistry.builtin().lookupFunction(each);
      if (info.isDefined() && info.get().getGroup().equals("agg_funcs")) {
        names.add(each.funcName());
      }
    }
    return names;
  }

  private static String arguments(String name) {
    return switch (name) {
      case "histogram_numeric" -> "(d, 5)";
      case "approx_percentile", "percentile_approx" -> "(d, 0.5)";
      case "kll_sketch_agg_bigint" -> "(l)";
      case "kll_sketch_agg_double" -> "(d)";
      case "kll_sketch_agg_float" -> "(f)";
      case "tuple_sketch_agg_double" -> "(s, d)";
      case "tuple_sketch_agg_integer" -> "(s, i)";
      default -> name.matches(".*(merge|union|intersection)_agg.*") ? "(bin)" : "(s)";
    };
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "MIN_BY(s, ts)",
        "MAX_BY(s, ts)",
        "MIN(s)",
        "COLLECT_SET(s)",
        "MODE() WITHIN GROUP (ORDER BY s)",
        "PERCENTILE(d, 0.5)",
        "APPROX_COUNT_DISTINCT(s)",
        "PERCENTILE(ROUND(d, 2), 0.5)"
      })
  void alsoWithoutGroups(String call) throws InvalidQueryException {
    assertTrue(TestingView.isAdditive(DDL, "SELECT " + call + " AS x FROM t"));
  }

  @Test
  void aBucketIsAGroup() throws InvalidQueryException {
    TestingView.of(DDL, "SELECT WIDTH_BUCKET(d, 0, 100, 10) AS x, COUNT(*) AS n FROM t GROUP BY 1");
  }

  /** Values, a row each, and what an aggregate makes of them in any cut. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      textBlock =
          """
          stddev_pop(d)      | 1 2 3 4     | 1.118033988749895
          var_samp(d)        | 1 2 3 4     | 1.6666666666666667
          var_samp(d)        | 1           | -
          regr_slope(d, l)   | 1 2         | -
          corr(d, l)         | 1 2 3       | -
          var_pop(d)         | 0.1 0.1 0.1 | 0.0
          median(d)          | 5 1 2 8     | 3.5
          percentile(d, 1.0) | 5 1 2 8     | 8.0
          collect_set(d)     | 3 1 3 -0 0  | [0.0, 1.0, 3.0]
          max(d)             | -0 0        | 0.0
          max_by(s, l)       | b a c       | c
          min_by(s, l)       | b a c       | a
          """)
  void resultsAreThoseOfTheDefinition(String call, String values, String expected) {
    TestingView view = TestingView.valid(DDL, "SELECT " + call + " AS x FROM t");
    List<InternalRow> rows = new ArrayList<>();
    for (String each : values.split(" ")) {
      boolean isNumber = each.matches("[-0-9.]+");
      rows.add(
          view.row(
              "k",
              null,
              7L,
              isNumber ? Double.valueOf(each) : null,
              null,
              null,
              each,
              null,
              null,
              null));
    }
    for (int cut = 0; cut <= rows.size(); cut++) {
      Groups groups =
          view.after(
              view.groups(rows.subList(0, cut)), view.groups(rows.subList(cut, rows.size())));
      assertEquals(String.valueOf(expected), text(view.shown(groups).get(0).getValue("x")));
    }
  }

  /** A part without values takes no part in the rounding. */
  @Test
  void equalValuesDoNotDeviateWhateverIsBesideThem() {
    TestingView view = TestingView.valid("d DOUBLE", "SELECT var_pop(d) AS x FROM t");
    Groups groups = view.groups(List.of(view.row(new Object[] {null})));
    groups = view.after(groups, view.groups(Collections.nCopies(49, view.row(1.0))));
    groups = view.after(groups, view.groups(List.of(view.row(1.0))));
    assertEquals(0.0, view.shown(groups).get(0).<Object>getValue("x"));
  }

  @Test
  void statesStandBesideTheResult() {
    TestingView view =
        TestingView.valid(
            DDL,
            "SELECT COUNT(*) AS n, SUM(i) AS sum, AVG(i) AS mean, STDDEV(d) AS dev,"
                + " MAX_BY(s, ts) AS last, MEDIAN(d) AS mid, APPROX_COUNT_DISTINCT(s) AS texts,"
                + " REGR_SLOPE(d, i) AS slope FROM t");
    assertEquals(
        "n BIGINT, sum BIGINT, mean DOUBLE, dev DOUBLE, last STRING, mid DOUBLE, texts BIGINT,"
            + " slope DOUBLE, _mean_sum BIGINT, _mean_count BIGINT, _dev_n DOUBLE,"
            + " _dev_avg DOUBLE, _dev_m2 DOUBLE, _last_by TIMESTAMP, _mid_state BINARY,"
            + " _texts_state ARRAY<BIGINT>, _slope_n DOUBLE, _slope_xAvg DOUBLE,"
            + " _slope_yAvg DOUBLE, _slope_ck DOUBLE, _slope_n2 DOUBLE, _slope_avg DOUBLE,"
            + " _slope_m2 DOUBLE",
        view.stored().ddl());
  }

  @Test
  void theTextOfAQueryIsTheSameInEveryProcess() {
    String sql = sql(EXACT);
    String text = TestingView.valid(DDL, sql).query().text();
    assertEquals(text, TestingView.valid(DDL, sql).query().text());
    assertFalse(text.contains("#"), text);
    String other = sql.replace("percentile(i, 0.3)", "percentile(i, 0.4)");
    assertFalse(text.equals(TestingView.valid(DDL, other).query().text()));
  }

  @Test
  void anAggregateKeepsSoManyValuesOnly() {
    TestingView view = TestingView.valid("l BIGINT", "SELECT COLLECT_SET(l) AS x FROM t");
    Groups groups = view.none().none();
    NoRoomException e =
        assertThrows(
            NoRoomException.class,
            () -> {
              for (long i = 0; i <= Limits.VALUES_OF_A_GROUP; i++) {
                groups.add(new GenericInternalRow(new Object[] {i}));
              }
            });
    assertEquals("COLLECT_SET has too many values", e.problem());
  }
}
