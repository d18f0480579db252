package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.PipelineNames;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline that gets another name goes on with what it has. */
class AdoptIT {
  private static final String PROJECT =
      """
      pipeline: %s
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, cups INT, at TIMESTAMP"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        silver:
          streaming_table: {sql: "SELECT id, cups * 10 AS ml FROM bronze"}
          expect: {much: {expect: "ml > 10", on_violation: quarantine}}
        sums: {materialized_view: {sql: "SELECT ml, COUNT(*) AS n FROM silver GROUP BY ml"}}
        hours:
          streaming_table:
            sql: >
              SELECT window.start AS start, COUNT(*) AS n
              FROM STREAM bronze WATERMARK at DELAY OF INTERVAL 0 MINUTES
              GROUP BY window(at, '1 hour')
      """;

  private static final List<String> TABLES =
      List.of("bronze", "silver", "silver_quarantine", "sums", "hours", "event_log");

  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir);
    called("shop");
  }

  private TestingPipeline called(String name) {
    return project.yaml(PROJECT.formatted(name));
  }

  /** Two good rows and one for the quarantine, of an hour of their own. */
  private void land(int hour) {
    project.land(
        hour + ".csv",
        "id,cups,at\n%d1,2,2026-01-01T0%d:00:00Z\n%d2,2,2026-01-01T0%d:10:00Z\n%d3,1,2026-01-01T0%d:20:00Z\n"
            .formatted(hour, hour, hour, hour, hour, hour));
  }

  private Adoption adopt(String from) {
    return Adoption.of(project.compile(), from, Clock.systemUTC());
  }

  private ExplainedException refused(String from) {
    return assertThrows(ExplainedException.class, () -> adopt(from));
  }

  private List<String> rows(String table, String... columns) {
    return Tables.texts(project.table(table), columns);
  }

  private Map<String, Long> versions() {
    Map<String, Long> versions = new TreeMap<>();
    TABLES.forEach(table -> versions.put(table, Tables.version(project.table(table))));
    return versions;
  }

  /** Everything there is after so many files, each row once. */
  private void assertWhole(int files) {
    List<String> good = new ArrayList<>();
    List<String> bad = new ArrayList<>();
    List<String> hours = new ArrayList<>();
    for (int file = 1; file <= files; file++) {
      good.add(file + "1");
      good.add(file + "2");
      bad.add(file + "3");
      if (file < files) {
        hours.add("3");
      }
    }
    assertEquals(good, rows("silver", "id"));
    assertEquals(bad, rows("silver_quarantine", "id"));
    assertEquals(3 * files, rows("bronze", "id").size());
    assertEquals(List.of("20|" + 2 * files), rows("sums", "ml", "n"));
    assertEquals(hours, rows("hours", "n"));
  }

  private static String text(List<Preview.Item> items) {
    assertEquals(List.of(Preview.Kind.REFUSED), items.stream().map(Preview.Item::kind).toList());
    return items.get(0).text();
  }

  /** Columns of fields stay, and their event is not told a second time. */
  @Test
  void columnsThatWereFoundGoOnUnderTheNewName() {
    String yaml =
        """
        pipeline: %s
        sources:
          orders: {files: "in/*.json", format: json, new_fields: add_columns, schema: id BIGINT}
        datasets:
          bronze: {streaming_table: {from: orders}}
        """;
    project.yaml(yaml.formatted("shop"));
    project.land("1.json", "{\"id\": 1, \"tip\": 2.50}\n");
    TestingUpdates.run(project.compile());
    project.yaml(yaml.formatted("cafe"));
    adopt("shop");
    project.land("2.json", "{\"id\": 2, \"tip\": 3}\n");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1|2.50", "2|3"), rows("bronze", "id", "tip"));
    assertEquals(
        1, rows("event_log", "event_type").stream().filter("columns_found"::equals).count());
  }

  @Test
  void theNewNameGoesOnAndTheOldOneIsRefused() {
    land(1);
    TestingUpdates.run(project.compile());
    land(2);
    TestingUpdates.run(project.compile());
    called("cafe");
    String hint = "if cafe is what shop is called now, run lakebeam adopt with --from shop; ";
    List<Preview.Item> plan = Preview.of(project.compile());
    assertEquals(Preview.Kind.REFUSED, plan.get(0).kind());
    assertTrue(plan.get(0).text().contains(hint), plan.get(0).text());
    UpdateFailedException other = TestingUpdates.fail(project.compile());
    assertEquals("table bronze belongs to pipeline shop", other.problem());
    assertTrue(other.fix().startsWith(hint), other.fix());

    Map<String, Long> before = versions();
    assertEquals(new Adoption("cafe", "shop", "shop", 2, true), adopt("shop"));
    before.merge("event_log", 1L, Long::sum);
    assertEquals(new Adoption("cafe", "shop", "shop", 2, false), adopt("shop"));
    assertEquals(List.of(), Preview.of(project.compile()));
    assertEquals(0, TestingUpdates.run(project.compile()).plans.size());
    assertEquals(before, versions());

    land(3);
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(List.of(3L), updates.plans.stream().map(each -> each.number()).toList());
    assertEquals("cafe", updates.results.get(0).pipeline());
    assertEquals(List.of(), updates.warnings);
    assertWhole(3);
    assertEquals(
        Set.of("1|shop", "2|shop", "3|cafe", "null|shop", "null|cafe"),
        Set.copyOf(rows("event_log", "epoch", "pipeline_name")));
    assertEquals(
        rows("event_log", "id").size(), Set.copyOf(rows("event_log", "id")).size(), "unique ids");
    assertFalse(Files.exists(project.lake().resolve("_lakebeam/cafe/epochs")));

    List<String> asked =
        rows("event_log", "event_type", "message").stream()
            .filter(event -> event.startsWith("user_action"))
            .toList();
    String user = System.getProperty("user.name");
    assertEquals(
        List.of("user_action|" + user + " calls pipeline shop cafe: it goes on with what it has"),
        asked);

    called("shop");
    land(4);
    UpdateFailedException renamed = TestingUpdates.fail(project.compile());
    assertEquals(ErrorCode.PIPELINE_RENAMED, renamed.code());
    assertEquals("pipeline shop is called cafe now", renamed.problem());
    assertTrue(
        text(Preview.of(project.compile())).startsWith("pipeline shop is called cafe now: "));
    assertWhole(3);
  }

  @Test
  void aPipelineMayBeRenamedAgainAndBack() {
    land(1);
    TestingUpdates.run(project.compile());
    String from = "shop";
    int files = 1;
    for (String name : List.of("cafe", "bar", "shop", "bar")) {
      called(name);
      assertEquals(new Adoption(name, from, "shop", files, true), adopt(from));
      land(++files);
      TestingUpdates.run(project.compile());
      assertWhole(files);
      from = name;
    }
    called("inn");
    assertEquals("pipeline cafe is called bar now", refused("cafe").problem());
    assertEquals("pipeline shop is called bar now", refused("shop").problem());
  }

  /** What a run has left undone is done once, by the new name. */
  @Test
  void anEpochThatWaitsIsDoneByTheNewName() {
    land(1);
    TestingUpdates.run(project.compile());
    String failing = PROJECT.replace("on_violation: quarantine", "on_violation: fail");
    project.yaml(failing.formatted("shop"));
    land(2);
    TestingUpdates.fail(project.compile());
    assertEquals(6, rows("bronze", "id").size());
    called("cafe");
    assertEquals(2, adopt("shop").epoch());
    land(3);
    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(1, updates.replays());
    assertWhole(3);
    assertEquals(
        rows("event_log", "id").size(), Set.copyOf(rows("event_log", "id")).size(), "unique ids");
  }

  @Test
  void tablesThatAreBeingComputedAnewAreGoneOnWith() {
    String small = PROJECT.replace("sources:", "max_rows_per_epoch: 2\nsources:");
    project.yaml(small.formatted("shop"));
    land(1);
    land(2);
    land(3);
    TestingUpdates.run(project.compile());
    TestingUpdates.refreshAndStop(project.compile(), "bronze");
    project.yaml(small.formatted("cafe"));
    adopt("shop");
    land(4);
    TestingUpdates.run(project.compile());
    assertWhole(4);
    assertTrue(Tables.latest(project.table("bronze")).files().get(0).path().startsWith("refresh-"));
  }

  /** Which the lease keeps from happening; nothing rests on it. */
  @Test
  void aRunOfTheOldNameThatGoesOnMeanwhileIsOneOfTheSamePipeline() {
    land(1);
    Update update =
        TestingUpdates.of(
            project.compile(),
            new UpdateListener() {
              @Override
              public void planned(EpochPlan plan, boolean isReplay) {
                PipelineNames.of(Place.of(project.lake().toString()))
                    .give("shop", "cafe", Instant.now(), "ann");
              }
            });
    update.run(Update.Mode.TRIGGERED);
    called("cafe");
    assertEquals(List.of(), Preview.of(project.compile()));
    land(2);
    TestingUpdates.run(project.compile());
    assertWhole(2);
    assertEquals(
        Set.of("1|shop", "2|cafe", "null|shop", "null|cafe"),
        Set.copyOf(rows("event_log", "epoch", "pipeline_name")));
  }

  @Test
  void nothingIsAdoptedWhileEitherNameIsRun() {
    land(1);
    TestingUpdates.run(project.compile());
    called("cafe");
    for (String name : List.of("shop", "cafe")) {
      Ledger ledger = new Ledger(Place.of(project.lake().toString()), name);
      try (Lease lease = Lease.acquire(ledger, name, "other", Clock.systemUTC())) {
        lease.check();
        LeaseLostException held = assertThrows(LeaseLostException.class, () -> adopt("shop"));
        assertTrue(
            held.problem().startsWith("pipeline " + name + " is run by somebody else: run other"),
            held.problem());
      }
    }
    assertTrue(adopt("shop").isNew());
  }

  @Test
  void whatCannotBeAdoptedIsTold() {
    called("cafe");
    ExplainedException none = refused("shop");
    assertEquals(ErrorCode.ADOPTION_REFUSED, none.code());
    assertEquals("there is no pipeline shop in this lake", none.problem());
    assertTrue(none.reason().startsWith("no pipeline has run in "), none.reason());
    called("shop");
    assertEquals("pipeline shop cannot adopt itself", refused("shop").problem());
    land(1);
    TestingUpdates.run(project.compile());
    called("cafe");
    TestingUpdates.fail(project.compile());
    assertEquals("it has shop", refused("shpo").reason());
    assertEquals("did you mean shop? give --from the name that it had", refused("shpo").fix());
    assertEquals("there is no pipeline ../bronze in this lake", refused("../bronze").problem());
    assertEquals("there is no pipeline _names in this lake", refused("_names").problem());
    assertEquals("there is no pipeline  in this lake", refused("").problem());

    project.yaml(PROJECT.formatted("cafe").replace("orders", "others"));
    assertEquals(ErrorCode.PIPELINE_NAME_TAKEN, refused("shop").code());
    assertFalse(Files.exists(project.lake().resolve("_lakebeam/_names")));
  }

  @Test
  void aNameThatAnotherPipelineHasOrHadIsTaken() {
    land(1);
    TestingUpdates.run(project.compile());
    String other = PROJECT.replaceAll("(bronze|silver|sums|hours)", "other_$1");
    project.yaml(other.formatted("cafe"));
    TestingUpdates.run(project.compile());
    called("cafe");
    ExplainedException own = refused("shop");
    assertEquals("pipeline cafe has epochs of its own in this lake", own.problem());
    project.yaml(other.formatted("bar"));
    assertEquals("table other_bronze belongs to pipeline cafe", refused("shop").problem());
    adopt("cafe");
    assertEquals("table bronze belongs to pipeline shop", inBar().problem());
    for (String taken : List.of("bar", "cafe")) {
      called(taken);
      ExplainedException told = refused("shop");
      assertEquals("the name " + taken + " is taken", told.problem());
      assertEquals("the pipeline that is called bar now has had it", told.reason());
    }
    called("inn");
    assertTrue(adopt("shop").isNew());
    land(2);
    TestingUpdates.run(project.compile());
    assertWhole(2);
  }

  private UpdateFailedException inBar() {
    return TestingUpdates.fail(called("bar").compile());
  }
}
