package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Views of any shape have the rows that another engine computes of the tables as they stand. */
class ComputedViewsIT {
  private static final String PROJECT =
      """
      pipeline: p
      sources:
        feed:
          files: "in/*.csv"
          format: csv
          schema: "id BIGINT, shop STRING, amount INT, op STRING, seq INT"
        shops:
          reference: "shops.csv"
          format: csv
          schema: "code STRING, town STRING"
      datasets:
        events: {streaming_table: {from: feed}}
        orders:
          streaming_table:
            from: feed
            upsert: {keys: [id], sequence_by: seq, delete_when: op = 'D'}
      """;

  /** By name; tables are called as queries of another engine find them. */
  private static final Map<String, String> VIEWS = views();

  private static Map<String, String> views() {
    Map<String, String> views = new LinkedHashMap<>();
    views.put("large", "SELECT id, shop, amount * 2 AS twice FROM [orders] WHERE amount > 50");
    views.put(
        "shares",
        "SELECT shop, SUM(amount) / COUNT(*) AS mean, COUNT(DISTINCT id) AS ids FROM [events]"
            + " GROUP BY shop HAVING COUNT(*) > 2");
    views.put(
        "joined",
        "SELECT e.shop, COUNT(*) AS n, MAX(o.amount) AS most FROM [events] e JOIN [orders] o ON"
            + " e.id = o.id AND e.amount <= o.amount GROUP BY e.shop");
    views.put(
        "ranked",
        "SELECT id, shop, amount, ROW_NUMBER() OVER (PARTITION BY shop ORDER BY amount DESC, id)"
            + " AS place FROM [orders]");
    views.put("best", "SELECT shop, id, amount FROM [ranked] WHERE place = 1");
    views.put(
        "above",
        "SELECT b.shop, b.amount, s.mean FROM [best] b LEFT JOIN [shares] s ON s.shop = b.shop"
            + " WHERE b.amount > (SELECT AVG(amount) FROM [orders])");
    views.put(
        "both",
        "SELECT shop, amount FROM [orders] UNION ALL SELECT 'all', SUM(amount) FROM [events]");
    views.put("top", "SELECT id, amount FROM [orders] ORDER BY amount DESC, id LIMIT 3");
    views.put(
        "levels",
        "SELECT shop, amount % 3 AS rest, COUNT(*) AS n FROM [orders] GROUP BY ROLLUP (shop, amount"
            + " % 3)");
    views.put(
        "unsold", "SELECT DISTINCT shop FROM [events] WHERE id NOT IN (SELECT id FROM [orders])");
    views.put(
        "none", "SELECT COUNT(*) AS n, SUM(amount) AS total FROM [orders] WHERE amount > 1000");
    return views;
  }

  @TempDir Path dir;

  @Test
  void viewsAreWhatTheirQueriesGive() throws Exception {
    Map<String, List<String>> ofDirect = new LinkedHashMap<>();
    for (RunnerProfile runner : List.of(TestingUpdates.DIRECT, TestingUpdates.SPARK)) {
      Random random = new Random(1);
      TestingPipeline project =
          new TestingPipeline(dir.resolve(runner == TestingUpdates.SPARK ? "spark" : "direct"))
              .yaml(PROJECT + declared());
      project.file("shops.csv", "code,town\na,Oslo\nb,Rome\n");
      for (int round = 0; round < 2; round++) {
        project.land(round + ".csv", lines(random, 40, round));
        TestingUpdates.run(project.compile(), runner);
        for (String view : VIEWS.keySet()) {
          String name = view + " in round " + round;
          List<String> rows = Tables.texts(project.table(view), columns(project, view));
          if (runner == TestingUpdates.DIRECT) {
            ofDirect.put(name, rows);
          } else {
            assertEquals(ofDirect.get(name), rows, name);
          }
        }
      }
      if (runner == TestingUpdates.DIRECT) {
        VIEWS.forEach(
            (view, query) ->
                assertEquals(
                    rows(query(project, query)),
                    rows("SELECT * FROM delta.`" + project.table(view) + "`"),
                    view));
      }
      assertTrue(Tables.texts(project.table("towns"), "shop", "town").contains("a|Oslo"));
      assertEquals(
          Tables.texts(project.table("orders"), "id"), Tables.texts(project.table("recent"), "id"));
      assertEquals(0, TestingUpdates.run(project.compile(), runner).results.size());
      assertTrue(Tables.version(project.table("best")) > 0);
    }
  }

  private static final String SMALL =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.csv", format: csv, schema: "id BIGINT, shop STRING, amount INT"}
      datasets:
        sold: {streaming_table: {from: feed}}
      """;

  @Test
  void rulesAreJudgedOnTheRowsOfAView() {
    String rules =
        SMALL
            + """
                        kept: {materialized_view: {sql: "SELECT shop, COUNT(DISTINCT id) AS n FROM sold GROUP BY shop"}, expect: {many: {expect: "n > 1", on_violation: drop}, a: {expect: "shop = 'a'", on_violation: warn}}}
                        held: {materialized_view: {sql: "SELECT shop, MAX(amount) - MIN(amount) AS spread FROM sold GROUP BY shop"}, expect: {near: {expect: "spread < 50", on_violation: fail}}}
                        over: {materialized_view: {sql: "SELECT shop, spread FROM held"}}
                      """;
    TestingPipeline project = new TestingPipeline(dir).yaml(rules);
    project.land("1.csv", "id,shop,amount\n1,a,10\n2,a,20\n3,b,30\n");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("a|2"), Tables.texts(project.table("kept"), "shop", "n"));
    List<String> held = List.of("a|10", "b|0");
    assertEquals(held, Tables.texts(project.table("held"), "shop", "spread"));

    project.land("2.csv", "id,shop,amount\n4,a,90\n5,b,31\n");
    TestingUpdates stopped = TestingUpdates.stopped(project.compile(), "view held stays as it is");
    assertEquals(held, Tables.texts(project.table("held"), "shop", "spread"));
    assertEquals(held, Tables.texts(project.table("over"), "shop", "spread"));
    assertEquals(List.of("a|3", "b|2"), Tables.texts(project.table("kept"), "shop", "n"));
    assertEquals(1, stopped.results.size());

    project.yaml(rules.replace("spread < 50", "spread < 500"));
    TestingUpdates.run(project.compile());
    assertEquals(List.of("a|80", "b|1"), Tables.texts(project.table("over"), "shop", "spread"));
  }

  @Test
  void aQueryThatFailsLeavesItsViewBehindAndNoOther() {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                SMALL
                    + """
                        parts: {materialized_view: {sql: "SELECT shop, 100 / MIN(amount) AS part FROM sold GROUP BY shop"}}
                        large: {materialized_view: {sql: "SELECT shop, SUM(amount * 4611686018427387903) + 0 AS total FROM sold GROUP BY shop HAVING COUNT(*) > 0"}}
                        fine: {materialized_view: {sql: "SELECT DISTINCT shop FROM sold"}}
                      """);
    project.land("1.csv", "id,shop,amount\n1,a,1\n2,a,1\n");
    TestingUpdates.run(project.compile());
    assertEquals(
        List.of("a|9223372036854775806"), Tables.texts(project.table("large"), "shop", "total"));

    project.land("2.csv", "id,shop,amount\n3,a,1\n4,b,0\n");
    TestingUpdates stopped =
        TestingUpdates.stopped(project.compile(), "view large: SUM has no room");
    assertEquals(List.of("a|100.0"), Tables.texts(project.table("parts"), "shop", "part"));
    assertEquals(List.of("a", "b"), Tables.texts(project.table("fine"), "shop"));
    assertEquals(1, stopped.results.size());
  }

  /** A sum may have more digits on its way than any DECIMAL, wherever its rows are added up. */
  @Test
  void aSumIsExactOnItsWay() {
    String nines = "9".repeat(38);
    String sum =
        "SUM(IF(amount > 0, CAST('NINES' AS DECIMAL(38,0)), CAST('-NINES' AS DECIMAL(38,0))))"
            .replace("NINES", nines);
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                SMALL
                    + "  added: {materialized_view: {sql: \"SELECT shop, %s AS x FROM sold GROUP BY shop\"}}\n"
                        .formatted(sum)
                    + "  computed: {materialized_view: {sql: \"SELECT shop, %s AS x FROM sold GROUP BY shop HAVING COUNT(*) > 0\"}}\n"
                        .formatted(sum));
    project.land("1.csv", "id,shop,amount\n1,a,1\n2,a,1\n");
    TestingUpdates.stopped(project.compile(), "view added: SUM in column x has no room any more");
    assertEquals(List.of(), Tables.texts(project.table("computed"), "shop", "x"));
    project.land("2.csv", "id,shop,amount\n3,a,-1\n");
    TestingUpdates.run(project.compile());
    for (String view : List.of("added", "computed")) {
      assertEquals(List.of("a|" + nines), Tables.texts(project.table(view), "shop", "x"), view);
    }
  }

  /** Files of other partitions stay, whichever way a view is kept. */
  @Test
  void partitionsWithoutAChangeAreLeftAlone() {
    String views =
        """
          ranked: {materialized_view: {sql: "SELECT shop, id, RANK() OVER (PARTITION BY shop ORDER BY amount) AS place FROM sold"}, partition_by: [shop]}
        """;
    String yaml = SMALL.replace("{from: feed}}", "{from: feed}, partition_by: [shop]}") + views;
    TestingPipeline project = new TestingPipeline(dir).yaml(yaml);
    project.land("1.csv", "id,shop,amount\n1,a,10\n2,a,20\n3,b,30\n4,,1\n");
    TestingUpdates.run(project.compile());
    Map<String, String> before = files(project);
    assertEquals(3, before.size());
    project.land("2.csv", "id,shop,amount\n5,a,15\n");
    TestingUpdates.run(project.compile());
    assertEquals(
        List.of("a|1|1", "a|2|3", "a|5|2", "b|3|1", "null|4|1"),
        Tables.texts(project.table("ranked"), "shop", "id", "place"));
    Map<String, String> after = files(project);
    assertEquals(before.get("b"), after.get("b"));
    assertTrue(!before.get("a").equals(after.get("a")), after.toString());

    // By addition, whole, and by keys again.
    project.yaml(
        yaml.replace(
            ", id, RANK() OVER (PARTITION BY shop ORDER BY amount) AS place FROM sold",
            ", COUNT(*) AS n FROM sold GROUP BY shop"));
    TestingUpdates.run(project.compile());
    assertEquals(
        List.of("a|3", "b|1", "null|1"), Tables.texts(project.table("ranked"), "shop", "n"));
    project.land("3.csv", "id,shop,amount\n6,b,15\n");
    TestingUpdates.run(project.compile());
    assertEquals(
        List.of("a|3", "b|2", "null|1"), Tables.texts(project.table("ranked"), "shop", "n"));
  }

  @Test
  void awkwardValuesAndQueriesAreAsSparkHasThem() {
    String yaml =
        SMALL
            + """
                by_shop: {materialized_view: {sql: "SELECT shop, COUNT(*) AS n FROM sold GROUP BY shop"}}
                top: {materialized_view: {sql: "SELECT shop, n, n * 1.0 / (SELECT SUM(n) FROM by_shop) AS share FROM (SELECT * FROM by_shop ORDER BY n DESC LIMIT 1)"}}
                web: {materialized_view: {sql: "SELECT COUNT(DISTINCT channel) AS n FROM (SELECT 'web' AS channel FROM sold)"}}
                ids: {materialized_view: {sql: "SELECT IF(id IN (4, 5), '', shop) AS shop, COUNT(DISTINCT id) AS n FROM sold GROUP BY 1"}, partition_by: [shop]}
                tint: {materialized_view: {sql: "SELECT DISTINCT id, '#112233' AS tint FROM sold"}}
              """;
    TestingPipeline project = new TestingPipeline(dir).yaml(yaml);
    project.land("1.csv", "id,shop,amount\n1,a,10\n2,a,20\n3,,30\n4,a,1\n");
    TestingUpdates.run(project.compile());
    List<String> first = Tables.texts(project.table("ids"), "shop", "n");
    assertEquals(List.of("1"), Tables.texts(project.table("web"), "n"));
    assertEquals(List.of("a|3|0.75"), top(project));

    // Of what shares a partition, one changes.
    project.land("2.csv", "id,shop,amount\n5,b,1\n6,a,1\n7,a,1\n8,a,1\n");
    TestingUpdates.run(project.compile());
    assertEquals(first.size(), Tables.texts(project.table("ids"), "shop", "n").size());
    long sum = Tables.texts(project.table("ids"), "n").stream().mapToLong(Long::parseLong).sum();
    assertEquals(8, sum);
    assertEquals(List.of("a|6|0.75"), top(project));

    project.yaml(yaml.replace("#112233", "#445566"));
    TestingUpdates.run(project.compile());
    assertEquals(
        List.of("#445566"),
        Tables.texts(project.table("tint"), "tint").stream().distinct().toList());

    for (String refused :
        List.of(
            "SELECT shop COLLATE UTF8_LCASE AS s, COUNT(DISTINCT id) AS n FROM sold GROUP BY 1",
            "SELECT id FROM sold WHERE CAST('today' AS DATE) > DATE '2026-01-01'",
            "SELECT id, current_user() AS who FROM sold")) {
      List<String> told =
          project.yaml(SMALL + "  v: {materialized_view: {sql: \"" + refused + "\"}}\n").told();
      assertEquals(1, told.size(), told.toString());
    }
  }

  private static List<String> top(TestingPipeline project) {
    return Tables.texts(project.table("top"), "shop", "n", "share").stream()
        .map(row -> row.substring(0, row.indexOf('.') + 3))
        .toList();
  }

  private static Map<String, String> files(TestingPipeline project) {
    Map<String, String> files = new LinkedHashMap<>();
    Tables.latest(project.table("ranked"))
        .files()
        .forEach(
            file -> files.put(String.valueOf(file.partitionValues().get("shop")), file.path()));
    return files;
  }

  private static String[] columns(TestingPipeline project, String view) {
    return Tables.latest(project.table(view)).schema().names().toArray(String[]::new);
  }

  private static String declared() {
    return VIEWS.entrySet().stream()
            .map(
                view ->
                    "  "
                        + view.getKey()
                        + ": {materialized_view: {sql: \""
                        + view.getValue().replace("[", "").replace("]", "")
                        + "\"}}\n")
            .collect(Collectors.joining())
        + "  towns: {materialized_view: {sql: \"SELECT DISTINCT shop, town FROM orders LEFT JOIN shops"
        + " ON code = shop\"}}\n"
        + "  recent: {materialized_view: {sql: \"SELECT id, CURRENT_DATE AS today, HOUR(NOW()) < 24 AS yes"
        + " FROM orders WHERE NOW() > TIMESTAMP '2026-01-01'\"}}\n";
  }

  private static String query(TestingPipeline project, String query) {
    String sql = query;
    for (String table : List.of("events", "orders", "ranked", "best", "shares")) {
      sql = sql.replace("[" + table + "]", "delta.`" + project.table(table) + "`");
    }
    return sql;
  }

  private static List<String> rows(String sql) {
    return SparkReader.sql(sql).stream().map(ComputedViewsIT::text).sorted().toList();
  }

  private static String text(Map<String, Object> row) {
    return row.values().stream().map(String::valueOf).collect(Collectors.joining("|"));
  }

  private static String lines(Random random, int count, int round) {
    StringBuilder lines = new StringBuilder("id,shop,amount,op,seq\n");
    for (int i = 0; i < count; i++) {
      lines
          .append(random.nextInt(30))
          .append(',')
          .append("abcd".charAt(random.nextInt(4)))
          .append(',')
          .append(random.nextInt(100))
          .append(random.nextInt(5) == 0 ? ",D," : ",U,")
          .append(round * 100 + random.nextInt(150))
          .append('\n');
    }
    return lines.toString();
  }
}
