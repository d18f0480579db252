package io.lakebeam.catalyst;

import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Draws queries of any shape over three tables, and rows of these. All queries within a query have
 * the same columns, so that each can stand wherever a table can. What a query gives does not depend
 * on the order of rows.
 */
public final class DrawnQueries {
  /** The tables, and every query within a query. */
  public static final String COLUMNS = "k INT, x BIGINT, s STRING, at TIMESTAMP";

  private static final List<String> TABLES = List.of("t", "u", "v");

  private final Random random;
  private int names;

  public DrawnQueries(long seed) {
    this.random = new Random(seed);
  }

  /** Rows of a table, each as an SQL list of values. */
  public List<String> rows(int most) {
    return IntStream.range(0, random.nextInt(most + 1)).mapToObj(i -> row()).toList();
  }

  private String row() {
    String k = random.nextInt(7) == 0 ? "NULL" : "" + random.nextInt(5);
    String x = random.nextInt(7) == 0 ? "NULL" : "" + (random.nextInt(40) - 10);
    String s = random.nextInt(7) == 0 ? "NULL" : "'" + of("a", "b", "ab", "", "z") + "'";
    String at =
        random.nextInt(7) == 0
            ? "NULL"
            : String.format(
                "TIMESTAMP '2026-01-0%d 0%d:00:00'", 1 + random.nextInt(3), random.nextInt(8));
    return String.format(
        "CAST(%s AS INT), CAST(%s AS BIGINT), CAST(%s AS STRING), CAST(%s AS TIMESTAMP)",
        k, x, s, at);
  }

  /** The tables in front of a query. */
  public static String with(List<List<String>> tables, String query) {
    List<String> parts = new ArrayList<>();
    for (int i = 0; i < TABLES.size(); i++) {
      parts.add(TABLES.get(i) + " AS (" + table(tables.get(i)) + ")");
    }
    return "WITH " + String.join(", ", parts) + " " + query;
  }

  /** A query that gives the rows. */
  public static String table(List<String> rows) {
    return rows.isEmpty()
        ? "SELECT CAST(NULL AS INT) AS k, CAST(NULL AS BIGINT) AS x, CAST(NULL AS STRING) AS s,"
            + " CAST(NULL AS TIMESTAMP) AS at WHERE FALSE"
        : rows.stream()
            .map(row -> "(" + row + ")")
            .collect(Collectors.joining(", ", "SELECT * FROM VALUES ", " AS r(k, x, s, at)"));
  }

  /** A query. */
  public String query() {
    return query(3);
  }

  /** A query with so many queries within queries at most. */
  public String query(int depth) {
    return switch (random.nextInt(depth > 0 ? 12 : 2)) {
      case 0, 1 -> plain(depth);
      case 2, 3 -> grouped(depth);
      case 4, 5 -> joined(depth);
      case 6, 7 -> windowed(depth);
      case 8 -> set(depth);
      case 9 -> limited(depth);
      case 10 -> exploded(depth);
      default -> nested(depth);
    };
  }

  private String of(String... all) {
    return all[random.nextInt(all.length)];
  }

  private String relation(int depth) {
    return depth > 0 && random.nextInt(3) == 0
        ? "(" + query(depth - 1) + ")"
        : TABLES.get(random.nextInt(TABLES.size()));
  }

  private String name() {
    return "r" + names++;
  }

  private String plain(int depth) {
    String r = name();
    return "SELECT "
        + of("", "", "DISTINCT ")
        + columns(r)
        + " FROM "
        + relation(depth)
        + " "
        + r
        + of("", " WHERE " + condition(r));
  }

  private String columns(String r) {
    return integer(r)
        + " AS k, "
        + big(r)
        + " AS x, "
        + of(r + ".s", r + ".s", "upper(" + r + ".s)", "coalesce(" + r + ".s, 'none')")
        + " AS s, "
        + of(r + ".at", r + ".at", r + ".at + INTERVAL 1 HOUR", "date_trunc('DAY', " + r + ".at)")
        + " AS at";
  }

  private String integer(String r) {
    return of(r + ".k", r + ".k", r + ".k + 1", "CAST(" + r + ".x % 3 AS INT)");
  }

  private String big(String r) {
    return of(
        r + ".x",
        r + ".x",
        r + ".x * 2",
        "coalesce(" + r + ".x, 0)",
        "CAST(" + r + ".k AS BIGINT)");
  }

  private String condition(String r) {
    return switch (random.nextInt(6)) {
      case 0 -> r + ".x > " + (random.nextInt(30) - 5);
      case 1 -> r + ".k IN (1, 2)";
      case 2 -> r + ".s IS NOT NULL AND " + r + ".k < 4";
      case 3 -> r + ".at >= TIMESTAMP '2026-01-02 00:00:00'";
      case 4 -> "NOT (" + r + ".k = 2 OR " + r + ".s = 'a')";
      default -> r + ".x BETWEEN 0 AND 20";
    };
  }

  private String grouped(int depth) {
    String r = name();
    String from = " FROM " + relation(depth) + " " + r + of("", " WHERE " + condition(r));
    String time = of("min", "max") + "(" + r + ".at)";
    return switch (random.nextInt(5)) {
      case 0 ->
          "SELECT NULL AS k, "
              + aggregate(r)
              + " AS x, min("
              + r
              + ".s) AS s, "
              + time
              + " AS at"
              + from;
      case 1 ->
          "SELECT k, "
              + aggregate(r)
              + " AS x, s, "
              + time
              + " AS at"
              + from
              + " GROUP BY "
              + of("ROLLUP(k, s)", "CUBE(k, s)", "GROUPING SETS ((k, s), (s), ())", "k, s");
      case 2 ->
          "SELECT count(DISTINCT "
              + r
              + ".s) + CAST(count(DISTINCT "
              + r
              + ".k) AS INT) AS k, "
              + aggregate(r)
              + " AS x, s, NULL AS at"
              + from
              + " GROUP BY s";
      case 3 ->
          "SELECT k, "
              + aggregate(r)
              + " + "
              + aggregate(r)
              + " AS x, max(s) AS s, date_trunc('DAY', at) AS at"
              + from
              + " GROUP BY k, date_trunc('DAY', at) HAVING count(*) > "
              + random.nextInt(3);
      default ->
          "SELECT k, "
              + aggregate(r)
              + " AS x, CAST(count(s) AS STRING) AS s, "
              + time
              + " AS at"
              + from
              + " GROUP BY k"
              + of("", " HAVING sum(x) > 5");
    };
  }

  private String aggregate(String r) {
    return of(
        "sum(" + r + ".x)",
        "count(*)",
        "count(" + r + ".s)",
        "count(DISTINCT " + r + ".x)",
        "sum(DISTINCT " + r + ".x)",
        "max(" + r + ".x)",
        "CAST(avg(" + r + ".x) * 100 AS BIGINT)",
        "sum(" + r + ".x) FILTER (WHERE " + r + ".k > 1)",
        "count(DISTINCT " + r + ".s) FILTER (WHERE " + r + ".x > 3)",
        "CAST(size(collect_set(" + r + ".s)) AS BIGINT)",
        "aggregate(array_sort(collect_list(" + r + ".x)), 7L, (a, b) -> (a * 3 + b) % 1000)",
        "percentile_disc(0.5) WITHIN GROUP (ORDER BY " + r + ".x)",
        "count_if(" + r + ".k = 1)");
  }

  private String joined(int depth) {
    String a = name();
    String b = name();
    String left = relation(depth) + " " + a;
    String right = relation(depth) + " " + b;
    String equal = a + ".k = " + b + ".k";
    String on =
        of(
            equal,
            equal + " AND " + a + ".x > " + b + ".x",
            equal + " AND " + a + ".s = " + b + ".s",
            a + ".k <=> " + b + ".k AND " + a + ".at = " + b + ".at",
            a + ".x = " + b + ".x * 2",
            a + ".x < " + b + ".k");
    return switch (random.nextInt(5)) {
      case 0 ->
          "SELECT "
              + columns(a)
              + " FROM "
              + left
              + of(" LEFT SEMI", " LEFT ANTI")
              + " JOIN "
              + right
              + " ON "
              + on;
      case 1 ->
          "SELECT "
              + a
              + ".k, "
              + b
              + ".x, "
              + a
              + ".s, "
              + b
              + ".at FROM "
              + left
              + ", "
              + right
              + " WHERE "
              + on;
      case 2 ->
          "SELECT coalesce("
              + a
              + ".k, "
              + b
              + ".k) AS k, "
              + big(b)
              + " AS x, "
              + a
              + ".s, "
              + b
              + ".at FROM "
              + left
              + " FULL JOIN "
              + right
              + " ON "
              + on;
      default ->
          "SELECT "
              + integer(a)
              + " AS k, "
              + big(b)
              + " AS x, "
              + of(a, b)
              + ".s, "
              + of(a, b)
              + ".at FROM "
              + left
              + of(" JOIN ", " LEFT JOIN ", " RIGHT JOIN ")
              + right
              + " ON "
              + on;
    };
  }

  private String windowed(int depth) {
    String r = name();
    String by = of("PARTITION BY k ", "PARTITION BY k, s ", "PARTITION BY s ", "");
    String all = "ORDER BY at, x, k, s";
    String function =
        switch (random.nextInt(6)) {
          case 0 -> "CAST(row_number() OVER (" + by + all + ") AS BIGINT)";
          case 1 ->
              "CAST("
                  + of("rank", "dense_rank")
                  + "() OVER ("
                  + by
                  + "ORDER BY "
                  + of("x", "x DESC", "at NULLS LAST")
                  + ") AS BIGINT)";
          case 2 ->
              of("lag", "lead")
                  + "(x, "
                  + random.nextInt(3)
                  + of("", ", -1")
                  + ")"
                  + of("", " IGNORE NULLS")
                  + " OVER ("
                  + by
                  + all
                  + ")";
          case 3 ->
              of("sum", "max", "count")
                  + "(x) OVER ("
                  + by
                  + "ORDER BY "
                  + of("at", "x", "k DESC")
                  + ")";
          case 4 ->
              of("sum", "min", "count", "first_value")
                  + "(x) OVER ("
                  + by
                  + all
                  + " ROWS BETWEEN "
                  + of("UNBOUNDED PRECEDING", "1 PRECEDING", "CURRENT ROW", "2 PRECEDING")
                  + " AND "
                  + of("CURRENT ROW", "1 FOLLOWING", "UNBOUNDED FOLLOWING")
                  + ")";
          default ->
              of("sum", "count", "max")
                  + "(x) OVER ("
                  + by
                  + of(
                      "ORDER BY at RANGE BETWEEN INTERVAL 2 HOURS PRECEDING AND CURRENT ROW)",
                      "ORDER BY x RANGE BETWEEN 3 PRECEDING AND 2 FOLLOWING)",
                      "ORDER BY k DESC RANGE BETWEEN 1 PRECEDING AND UNBOUNDED FOLLOWING)",
                      ")");
        };
    String other = of("x", "x", "CAST(ntile(3) OVER (" + by + all + ") AS BIGINT)");
    String select =
        "SELECT "
            + of("k", "CAST(" + other + " AS INT)")
            + " AS k, "
            + function
            + " AS x, s, at FROM "
            + relation(depth)
            + " "
            + r;
    return random.nextInt(3) == 0
        ? select
            + " QUALIFY row_number() OVER (PARTITION BY "
            + r
            + ".k ORDER BY "
            + r
            + ".at, "
            + r
            + ".x, "
            + r
            + ".k, "
            + r
            + ".s) <= 2"
        : select;
  }

  private String set(int depth) {
    return "("
        + query(depth - 1)
        + ") "
        + of("UNION ALL", "UNION", "INTERSECT", "INTERSECT ALL", "EXCEPT", "EXCEPT ALL")
        + " ("
        + query(depth - 1)
        + ")";
  }

  private String limited(int depth) {
    return "SELECT * FROM "
        + relation(depth)
        + " ORDER BY "
        + of("", "k DESC, ")
        + "x"
        + of("", " DESC", " NULLS LAST")
        + ", k, s, at LIMIT "
        + random.nextInt(6)
        + of("", " OFFSET 2");
  }

  private String exploded(int depth) {
    String r = name();
    return "SELECT e AS k, x, s, at FROM "
        + relation(depth)
        + " "
        + r
        + " LATERAL VIEW "
        + of("", "OUTER ")
        + "explode("
        + of("array(k, k + 1)", "sequence(0, k)", "filter(array(k, 1), i -> i > 1)")
        + ") l AS e";
  }

  private String nested(int depth) {
    String a = name();
    String b = name();
    String inner = relation(depth) + " " + b;
    return switch (random.nextInt(6)) {
      case 0 ->
          "SELECT * FROM "
              + relation(depth)
              + " "
              + a
              + " WHERE "
              + a
              + ".k "
              + of("", "NOT ")
              + "IN (SELECT "
              + b
              + ".k FROM "
              + inner
              + " WHERE "
              + condition(b)
              + ")";
      case 1 ->
          "SELECT * FROM "
              + relation(depth)
              + " "
              + a
              + " WHERE "
              + of("", "NOT ")
              + "EXISTS (SELECT 1 FROM "
              + inner
              + " WHERE "
              + b
              + ".k = "
              + a
              + ".k AND "
              + condition(b)
              + ")";
      case 2 ->
          "SELECT "
              + a
              + ".k, (SELECT "
              + of("max(x)", "count(*)", "sum(x)")
              + " FROM "
              + inner
              + " WHERE "
              + b
              + ".k = "
              + a
              + ".k) AS x, s, at FROM "
              + relation(depth)
              + " "
              + a;
      case 3 ->
          "SELECT * FROM "
              + relation(depth)
              + " "
              + a
              + " WHERE x >= (SELECT avg(x) FROM "
              + inner
              + ")";
      case 4 ->
          "SELECT * FROM "
              + relation(depth)
              + " "
              + a
              + " WHERE "
              + a
              + ".k IN (SELECT k FROM "
              + inner
              + ") OR "
              + a
              + ".s = 'a'";
      default ->
          "WITH c AS ("
              + query(depth - 1)
              + ") SELECT "
              + a
              + ".k, "
              + b
              + ".x, "
              + a
              + ".s, "
              + b
              + ".at FROM c "
              + a
              + " JOIN c "
              + b
              + " ON "
              + a
              + ".k = "
              + b
              + ".k";
    };
  }

  /** The rows of an answer in an order of their own, without the type in front of them. */
  static String sorted(String answer) {
    if (answer.startsWith("!")) {
      return answer;
    }
    int end = answer.indexOf("> ") + 2;
    return Arrays.stream(answer.substring(end).split(" ; "))
        .sorted()
        .collect(Collectors.joining(" ; "));
  }

  /** {@link #COLUMNS}. */
  static TableSchema schema() {
    try {
      return SchemaDdl.parse(COLUMNS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }
}
