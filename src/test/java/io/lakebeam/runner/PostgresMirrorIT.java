package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.TestingConsole;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.delta.Commit;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.sink.SinkException;
import io.lakebeam.sink.mirror.Mirror;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.MirroredRows;
import io.lakebeam.testing.RunProcess;
import io.lakebeam.testing.TestingPipeline;
import io.lakebeam.testing.TestingPostgres;
import io.lakebeam.testing.TestingProxy;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database shows datasets as they are, whoever is killed. */
class PostgresMirrorIT {
  private static final String DATASETS =
      """
      pipeline: p
      commit_every: 50ms
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT NOT NULL, kind STRING, n INT, at TIMESTAMP%s"}
      datasets:
        bronze: {streaming_table: {from: feed}}
        newest:
          streaming_table:
            sql: "SELECT id, kind, n, at FROM STREAM bronze"
            upsert: {keys: [id], sequence_by: at}
        kinds:
          streaming_table:
            sql: "SELECT id, kind, at FROM STREAM bronze"
            upsert: {keys: [id], sequence_by: at, history: {track: [kind]}}
        totals: {materialized_view: {sql: "SELECT kind, COUNT(*) AS rows, AVG(n) AS mean FROM bronze GROUP BY kind"}}
        many: {materialized_view: {sql: "SELECT kind, COUNT(*) AS n FROM newest GROUP BY kind HAVING COUNT(*) > 1"}}
        first: {materialized_view: {sql: "SELECT id, kind FROM bronze ORDER BY id DESC, kind LIMIT 3"}}
      """;

  private static final List<String> TABLES =
      List.of("bronze", "newest", "kinds", "totals", "many", "first");

  @TempDir static Path folder;
  private static TestingPostgres server;
  private static int schemas;

  @TempDir Path dir;
  private final Random random = new Random(39);
  private TestingPipeline project;
  private TestingConsole console;
  private String schema;
  private int files;
  private int minute;

  @BeforeAll
  static void start() throws IOException {
    server = TestingPostgres.start(folder);
  }

  @AfterAll
  static void stop() throws IOException {
    Secrets.forget("GOLD");
    server.close();
  }

  @BeforeEach
  void open() {
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    project = new TestingPipeline(dir);
    schema = "s" + schemas++;
    Secrets.provide("GOLD", server.url());
    yaml("");
  }

  private void yaml(String columns) {
    project.yaml(DATASETS.formatted(columns) + sink(TABLES));
  }

  private String sink(List<String> tables) {
    return """
        sinks:
          gold: {postgresql: {url: "${GOLD}", schema: %s, tables: [%s]}}
        """
        .formatted(schema, String.join(", ", tables));
  }

  /** Rows of a few keys and kinds, some NULL. */
  private void land(int rows) {
    StringBuilder lines = new StringBuilder();
    for (int i = 0; i < rows; i++) {
      int kind = random.nextInt(5);
      lines.append(
          "{\"id\":%d,\"kind\":%s,\"n\":%s,\"at\":\"2026-01-01T%02d:%02d:00Z\"}\n"
              .formatted(
                  random.nextInt(12),
                  kind == 0 ? "null" : "\"k\\t" + kind + "\"",
                  kind == 1 ? "null" : random.nextInt(100),
                  minute / 60,
                  minute++ % 60));
    }
    project.land(files++ + ".json", lines.toString());
  }

  private int run(String... more) {
    String[] words = new String[more.length + 2];
    words[0] = "run";
    words[1] = "p";
    System.arraycopy(more, 0, words, 2, more.length);
    return console.type(words);
  }

  private String mirrored(String table) {
    return schema + "." + table;
  }

  private void assertShown() {
    for (String table : TABLES) {
      MirroredRows.assertSame(project.table(table), server, mirrored(table));
    }
  }

  private Mirror mirror() {
    return mirror(project.compile());
  }

  private static Mirror mirror(CompiledPipeline pipeline) {
    return Deliveries.mirror(pipeline, pipeline.spec().mirrors().get(0));
  }

  @Test
  void datasetsAreShownAsEachRunLeavesThem() {
    land(30);
    assertEquals(0, run("--without-sinks"), console.err());
    assertEquals(0, console.type("status", "p"), console.err());
    assertTrue(console.out().contains("sink     gold: 30 rows of bronze wait"), console.out());
    for (int i = 0; i < 3; i++) {
      land(10);
      assertEquals(0, run(), console.err());
      assertShown();
    }
    assertEquals(0, console.type("status", "p"), console.err());
    assertTrue(console.out().contains("sink     gold: all of bronze is delivered"), console.out());
    assertEquals(0, run("--full-refresh", "bronze"), console.err());
    assertShown();
    assertEquals(0, run("--full-refresh", "totals"), console.err());
    assertShown();
    // Each table says the same epoch, and nothing else is there.
    assertEquals(
        List.of("1"),
        server.texts("SELECT count(DISTINCT epoch) FROM " + mirrored("_lakebeam_mirror")));
    assertEquals(
        List.of("_lakebeam_mirror", "bronze", "first", "kinds", "many", "newest", "totals"),
        server.texts(
            "SELECT tablename FROM pg_tables WHERE schemaname = '" + schema + "' ORDER BY 1"));
    // What is known to be looked up by is indexed; nothing is constrained.
    assertEquals(
        List.of("kinds (id)", "many (kind)", "newest (id)", "totals (kind)"),
        server.texts(
            "SELECT tablename || ' ' || substring(indexdef from '\\(.*\\)') FROM pg_indexes WHERE"
                + " schemaname = '"
                + schema
                + "' AND tablename <> '_lakebeam_mirror' ORDER BY 1"));
  }

  /** Values at the edges of what both sides have, as the lake's reader gives them. */
  @Test
  void everyTypeIsTheSame() {
    project.yaml(
        """
        pipeline: p
        sources:
          feed: {files: "in/*.json", format: json, schema: "id BIGINT NOT NULL, s STRING"}
        datasets:
          bronze: {streaming_table: {from: feed}}
          types:
            streaming_table:
              sql: |
                SELECT id, s, id = 1 AS b, CAST(id AS TINYINT) AS y, CAST(-32768 AS SMALLINT) AS h,
                  CAST(-2147483648 AS INT) AS i, CASE WHEN id = 1 THEN 9223372036854775807 END AS n,
                  CASE id WHEN 1 THEN CAST('NaN' AS FLOAT) WHEN 2 THEN CAST(0.1 AS FLOAT) ELSE CAST(3.4028235E38 AS FLOAT) END AS f,
                  CASE id WHEN 1 THEN CAST('NaN' AS DOUBLE) WHEN 2 THEN CAST('-Infinity' AS DOUBLE) WHEN 3 THEN CAST('-0.0' AS DOUBLE) ELSE 4.9E-324D END AS d,
                  CAST(-1.25 AS DECIMAL(12,4)) AS m, CAST('99999999999999999999999999999999999999' AS DECIMAL(38,0)) AS k,
                  CASE id WHEN 1 THEN X'00FF5C0A' ELSE X'' END AS x,
                  CASE id WHEN 1 THEN DATE'0001-01-01' WHEN 2 THEN DATE'9999-12-31' END AS dt,
                  CASE id WHEN 1 THEN TIMESTAMP'0001-01-01 00:00:00Z' WHEN 2 THEN TIMESTAMP'2026-03-29 01:30:00.123456Z' ELSE TIMESTAMP'9999-12-31 23:59:59.999999Z' END AS ts,
                  array(s, NULL) AS l, map('k', s) AS h2, named_struct('a', s, 'b', id) AS st
                FROM STREAM bronze
        """
            + sink(List.of("types")));
    project.land(
        "1.json",
        """
        {"id": 1, "s": "tab\\t nl\\n cr\\r back\\\\slash \\\\N \\\\. quote\\" nul\\u0000 \\\\u0000 \\ud83d\\ude00"}
        {"id": 2, "s": ""}
        {"id": 3, "s": "\\\\N"}
        {"id": 4}
        """);
    assertEquals(0, run(), console.err());
    assertEquals(4, MirroredRows.ofLake(project.table("types")).size());
    MirroredRows.assertSame(project.table("types"), server, mirrored("types"));
    assertEquals(
        List.of(
            "boolean",
            "smallint",
            "real",
            "double precision",
            "numeric",
            "bytea",
            "date",
            "timestamp with time zone",
            "jsonb"),
        server.texts(
            "SELECT data_type FROM information_schema.columns WHERE table_name = 'types' AND"
                + " column_name IN ('b', 'y', 'f', 'd', 'm', 'x', 'dt', 'ts', 'l') ORDER BY"
                + " ordinal_position"));
  }

  /** Rows that stay are not written again: PostgreSQL knows which transaction has made a row. */
  @Test
  void onlyRowsThatChangeAreWritten() {
    land(40);
    assertEquals(0, run(), console.err());
    String before =
        server.texts("SELECT max(xmin::text::bigint) FROM " + mirrored("bronze")).get(0);
    project.land("x.json", "{\"id\":1,\"kind\":\"k9\",\"n\":1,\"at\":\"2026-02-01T00:00:00Z\"}\n");
    assertEquals(0, run(), console.err());
    assertShown();
    String isNew = " WHERE xmin::text::bigint > " + before;
    assertEquals(List.of("1"), server.texts("SELECT count(*) FROM " + mirrored("bronze") + isNew));
    assertEquals(List.of("1"), server.texts("SELECT count(*) FROM " + mirrored("newest") + isNew));
    assertEquals(List.of("k9"), server.texts("SELECT kind FROM " + mirrored("totals") + isNew));
  }

  @Test
  void columnsComeAndGo() {
    land(20);
    assertEquals(0, run(), console.err());
    server.run(
        "CREATE ROLE reader_" + schema,
        "GRANT SELECT ON " + mirrored("first") + " TO reader_" + schema);
    yaml(", extra STRING");
    project.land("grown.json", "{\"id\":77,\"kind\":\"k1\",\"n\":1,\"extra\":\"more\"}\n");
    assertEquals(0, run(), console.err());
    assertShown();
    assertEquals(
        List.of("more"),
        server.texts("SELECT extra FROM " + mirrored("bronze") + " WHERE id = 77"));
    // A query that gives other columns: one is gone, one is another type, one is new.
    project.yaml(
        (DATASETS.formatted(", extra STRING") + sink(TABLES))
            .replace("SELECT id, kind FROM bronze", "SELECT STRING(id) AS id, n FROM bronze")
            .replace("ORDER BY id DESC, kind", "ORDER BY id DESC, n"));
    assertEquals(0, run(), console.err());
    assertShown();
    assertEquals(
        List.of("id text", "n integer"),
        server.texts(
            "SELECT column_name || ' ' || data_type FROM information_schema.columns WHERE"
                + " table_schema = '"
                + schema
                + "' AND table_name = 'first' ORDER BY 1"));
    assertEquals(
        List.of("t"),
        server.texts(
            "SELECT has_table_privilege('reader_"
                + schema
                + "', '"
                + mirrored("first")
                + "', 'SELECT')"),
        "whoever may read a table may go on to");
  }

  @Test
  void whatOthersDoToTheLakeIsShown() throws IOException {
    land(20);
    assertEquals(0, run(), console.err());
    DeltaTable bronze = DeltaTable.at(Place.of(project.table("bronze")));
    Snapshot before = bronze.latest().orElseThrow();
    land(5);
    assertEquals(0, run(), console.err());
    // As a DELETE that takes whole files.
    bronze.commit(
        Commit.builder("other", 1)
            .remove(before.files())
            .readFrom(bronze.latest().orElseThrow().version())
            .build());
    Mirror mirror = mirror();
    mirror.offer(9);
    mirror.deliver(() -> false);
    mirror.close();
    MirroredRows.assertSame(project.table("bronze"), server, mirrored("bronze"));
    assertEquals(List.of("5"), server.texts("SELECT count(*) FROM " + mirrored("bronze")));
    // A table that is made anew in the place of the one that was shown.
    server.run("UPDATE " + mirrored("_lakebeam_mirror") + " SET delta_table = 'another'");
    mirror.offer(10);
    mirror.deliver(() -> false);
    mirror.close();
    MirroredRows.assertSame(project.table("bronze"), server, mirrored("bronze"));
    // A row that is not there any more, and one too many, are found by the counts.
    server.run("DELETE FROM " + mirrored("newest"));
    land(5);
    assertEquals(0, run(), console.err());
    MirroredRows.assertSame(project.table("newest"), server, mirrored("newest"));
  }

  @Test
  void tablesOfOthersAreNotTouched() {
    land(3);
    server.run(
        "CREATE SCHEMA " + schema, "CREATE TABLE " + mirrored("totals") + " AS SELECT 1 AS mine");
    assertEquals(1, run());
    String told = console.err();
    assertTrue(
        told.contains(
            "error: sink gold: there is a table " + mirrored("totals") + " that is no mirror"),
        told);
    assertTrue(told.contains("rename that table, or DROP it"), told);
    assertEquals(List.of("1"), server.texts("SELECT mine FROM " + mirrored("totals")));
    server.run("DROP TABLE " + mirrored("totals"));
    assertEquals(0, run(), console.err());
    assertShown();
    server.run("ALTER TABLE " + mirrored("totals") + " ADD COLUMN mine int");
    land(3);
    assertEquals(1, run());
    assertTrue(console.err().contains("is not as the mirror has left it"), console.err());
    server.run("DROP TABLE " + mirrored("totals"));
    assertEquals(0, run(), console.err());
    assertShown();
    server.run("UPDATE " + mirrored("_lakebeam_mirror") + " SET lake = '/elsewhere'");
    land(3);
    assertEquals(1, run());
    assertTrue(console.err().contains("shows another pipeline"), console.err());
  }

  @Test
  void valuesThatNoIndexTakesAreShownWithoutOne() {
    land(10);
    assertEquals(0, run(), console.err());
    StringBuilder kind = new StringBuilder();
    random.ints(9000, 'a', 'z').forEach(c -> kind.append((char) c));
    project.land(
        "long.json",
        "{\"id\":1,\"kind\":\"%s\",\"n\":1,\"at\":\"2026-02-01T00:00:00Z\"}\n".formatted(kind));
    assertEquals(0, run(), console.err());
    assertShown();
    land(5);
    assertEquals(0, run(), console.err());
    assertShown();
  }

  @Test
  void whoIsRefusedIsToldInASentence() {
    land(3);
    assertEquals(0, run("--without-sinks"), console.err());
    server.run("CREATE ROLE nobody LOGIN PASSWORD 'not-to-be-told'");
    String at = "jdbc:postgresql://localhost:" + server.port() + "/";
    Map<String, String> told =
        Map.of(
            at + "nowhere?user=postgres",
            "is not there",
            at + "postgres?user=nobody&password=not-to-be-told",
            "may not do what a mirror does",
            at + "postgres?user=nobody_else",
            "refuses the user or its password",
            "jdbc:postgresql://localhost:1/x?password=not-to-be-told",
            "takes nothing now",
            "jdbc:mysql://localhost/x?password=not-to-be-told",
            "is no URL of a PostgreSQL database",
            at + "x?socketFactory=a.B&password=not-to-be-told",
            "its parameter socketFactory");
    told.forEach(
        (url, sentence) -> {
          Secrets.provide("GOLD", url);
          Mirror mirror = mirror();
          mirror.offer(1);
          SinkException e =
              assertThrows(SinkException.class, () -> mirror.deliver(() -> false), url);
          assertTrue(e.told().sentence().contains(sentence), e.told().sentence());
          assertFalse(e.told().toString().contains("not-to-be-told"), e.told().toString());
          assertEquals(url.contains(":1/"), e.isRetryable(), url);
        });
  }

  /** The lake goes on without it; what it lacks, it gets from the next run on. */
  @Test
  void aDatabaseThatIsAwayIsToldAndCatchesUp() throws Exception {
    land(10);
    assertEquals(0, run(), console.err());
    server.kill();
    land(10);
    assertEquals(0, run("--mode", "continuous", "--stop-after", "1s"), console.err());
    assertTrue(console.err().contains("takes nothing now"), console.err());
    assertEquals(0, console.type("status", "p"), console.err());
    assertEquals(
        1,
        console.out().lines().filter(line -> line.contains("sink     gold: not known")).count(),
        console.out());
    server.restart();
    assertEquals(0, run(), console.err());
    assertShown();
  }

  /** Whichever part of what either side sends is the last: all tables show the same epoch. */
  @Test
  void aConnectionThatEndsAnywhereLeavesWholeEpochs() throws Exception {
    land(20);
    assertEquals(0, run("--without-sinks"), console.err());
    int cuts = 0;
    CompiledPipeline pipeline = project.compile();
    try (TestingProxy proxy = new TestingProxy(server.port())) {
      Secrets.provide("GOLD", server.url().replace(":" + server.port(), ":" + proxy.port()));
      for (int change = 0; change < 2; change++) {
        for (boolean ofClient : new boolean[] {true, false}) {
          land(5);
          assertEquals(0, run("--without-sinks"), console.err());
          boolean isShown = false;
          for (int parts = 1 + change; !isShown; parts += 3) {
            proxy.cut(parts, ofClient);
            Mirror mirror = mirror(pipeline);
            mirror.offer(change);
            try {
              mirror.deliver(() -> false);
              isShown = true;
            } catch (SinkException e) {
              assertTrue(e.isRetryable(), e.told().toString());
              cuts++;
            } finally {
              mirror.close();
            }
            proxy.cut(Integer.MAX_VALUE, true);
            assertWhole(change > 0 || !ofClient);
          }
          assertShown();
        }
      }
    }
    assertTrue(cuts > 50, "cuts: " + cuts);
  }

  /** What PostgreSQL says of itself is what is there. */
  private void assertWhole(boolean isThere) {
    List<String> all =
        server.texts("SELECT count(*) FROM pg_tables WHERE schemaname = '" + schema + "'");
    if (!isThere && all.equals(List.of("0"))) {
      return;
    }
    assertEquals(List.of("7"), all);
    String counts =
        String.join(
            " UNION ALL ",
            TABLES.stream()
                .map(
                    table ->
                        "SELECT '%s ' || count(*) || ' ' || (SELECT row_count FROM %s WHERE table_name = '%s') FROM %s"
                            .formatted(table, mirrored("_lakebeam_mirror"), table, mirrored(table)))
                .toList());
    for (String each : server.texts(counts)) {
      String[] words = each.split(" ");
      assertEquals(words[2], words[1], each);
    }
  }

  /**
   * Runs and servers that are killed by turns, while rows come: two runs and four servers, or more
   * by {@code -Dlakebeam.mirror.kills=20}.
   */
  @Test
  void equalsTheLakeAfterKillsOfEitherSide() throws Exception {
    land(20);
    assertEquals(0, run(), console.err());
    for (int kill = 0; kill < Integer.getInteger("lakebeam.mirror.kills", 2); kill++) {
      try (RunProcess run =
          RunProcess.lakebeam(
              dir, Map.of("GOLD", server.url()), "run", "p", "--mode", "continuous")) {
        for (int i = 0; i < 4; i++) {
          land(10);
        }
        String epochs = "SELECT max(epoch) FROM " + mirrored("_lakebeam_mirror");
        String before = server.texts(epochs).get(0);
        run.await("an epoch", () -> !server.texts(epochs).get(0).equals(before));
        for (int i = 0; i < 2; i++) {
          land(10);
          run.lives(random.nextInt(120));
          server.kill();
          run.lives(random.nextInt(120));
          server.restart();
        }
        land(10);
        run.lives(random.nextInt(300));
        run.kill();
      }
    }
    assertEquals(0, run(), console.err());
    assertShown();
  }
}
