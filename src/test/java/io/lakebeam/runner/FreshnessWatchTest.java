package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.EventLog;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.source.Slice;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingClock;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs tell of silent sources and stale datasets, one after the other, by a clock. */
class FreshnessWatchTest {
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        feed: {files: "in/*.json", format: json, schema: "id BIGINT", silent_after: 10m}
        other: {files: "in/*.json", format: json, schema: "id BIGINT"}
      datasets:
        silver: {streaming_table: {from: feed}, fresh_within: 30m}
        beside: {streaming_table: {from: other}}
        total: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM silver"}, fresh_within: 30m}
      """;

  @TempDir Path dir;
  private final TestingClock clock = new TestingClock(Instant.parse("2026-03-02T08:00:00Z"));
  private final List<String> warnings = new ArrayList<>();
  private TestingPipeline project;
  private CompiledPipeline compiled;
  private Ledger ledger;

  @BeforeEach
  void aPipeline() {
    project = new TestingPipeline(dir).yaml(PIPELINE);
    compiled = project.compile();
    ledger = new Ledger(compiled.lake(), compiled.id());
  }

  /** That of another run. */
  private FreshnessWatch watch() {
    Notifications nobody =
        new Notifications(
            "p", List.of(), compiled.storage(), Optional.of(ledger.folder()), clock, warnings::add);
    nobody.close();
    return new FreshnessWatch(
        compiled,
        compiled.spec().freshness(),
        ledger,
        nobody,
        clock,
        new UpdateListener() {
          @Override
          public void warning(String text) {
            warnings.add(text);
          }
        });
  }

  private void minutes(long minutes) {
    clock.step(Duration.ofMinutes(minutes));
  }

  private EpochPlan plan(long number, String source) {
    return new EpochPlan(
        "p",
        number,
        clock.instant(),
        List.of(new Slice.FileSlice(source, number + ".json", 10, 1)),
        Map.of());
  }

  private void asked(FreshnessWatch watch, String... quiet) {
    Map<String, Instant> now = new TreeMap<>();
    List.of(quiet).forEach(source -> now.put(source, clock.instant()));
    watch.asked(now, Optional.empty(), compiled);
  }

  private void done(FreshnessWatch watch, DatasetResult... datasets) {
    watch.done(
        new EpochResult("p", 1, clock.instant(), clock.instant(), List.of(datasets)), compiled);
  }

  private static DatasetResult result(String dataset, String outcome, long accepted) {
    return new DatasetResult(dataset, outcome, 1, 5, accepted, 5 - accepted, 0, 1, 1, Map.of());
  }

  private List<String> events() {
    return Tables.texts(project.table("event_log"), "timestamp", "level", "message").stream()
        .map(text -> text.substring(11))
        .toList();
  }

  @Test
  void aSourceIsSilentOnceHoweverManyRunsLookAtIt() {
    FreshnessWatch first = watch();
    first.asked(Map.of(), Optional.of(plan(1, "feed")), compiled);
    minutes(10);
    asked(first, "feed", "other");
    assertEquals(List.of(), events(), "not longer than it may");
    minutes(1);
    asked(first, "other");
    assertEquals(List.of(), events(), "nobody has asked it");
    asked(first, "feed", "other");
    asked(first, "feed", "other");
    first.ends();
    String begun =
        "source feed is silent: it has brought no record for 11 min (since"
            + " 2026-03-02T08:00:00Z); silent_after is 10 min";
    assertEquals(List.of("08:11:00Z|WARN|" + begun), events());

    minutes(5);
    FreshnessWatch second = watch();
    asked(second, "feed");
    assertEquals(1, events().size());
    second.asked(Map.of(), Optional.of(plan(2, "feed")), compiled);
    second.asked(Map.of(), Optional.of(plan(3, "other")), compiled);
    assertEquals("08:16:00Z|INFO|source feed brings records again", events().get(1));
    assertEquals(List.of(begun), warnings);

    minutes(11);
    asked(watch(), "feed");
    assertEquals(3, events().size(), "it may begin again");
  }

  /** Such as one that was asked when the update began, and whose records took an hour. */
  @Test
  void aSourceIsAsOldAsItWasWhenItWasAsked() {
    FreshnessWatch watch = watch();
    Instant begun = clock.instant();
    minutes(1);
    watch.asked(Map.of(), Optional.of(plan(1, "feed")), compiled);
    minutes(60);
    watch.asked(Map.of("feed", begun), Optional.empty(), compiled);
    assertEquals(
        List.of(),
        events().stream().filter(text -> text.contains("source feed is silent")).toList());
  }

  @Test
  void whatARunHasNotSavedIsFoundInItsPlans() {
    asked(watch(), "feed");
    minutes(8);
    ledger.put(plan(1, "feed"));
    minutes(1);
    ledger.put(plan(2, "other"));
    minutes(8);
    asked(watch(), "feed");
    assertEquals(List.of(), events(), "it was heard nine minutes ago");
    minutes(2);
    asked(watch(), "feed");
    assertEquals(1, events().size());
  }

  @Test
  void whatWasNeverHeardCountsFromTheFirstLook() {
    asked(watch(), "feed");
    minutes(11);
    asked(watch(), "feed");
    assertEquals(
        List.of(
            "08:11:00Z|WARN|source feed is silent: it has brought no record for 11 min;"
                + " silent_after is 10 min"),
        events());
  }

  /** What somebody sees who asks for the status beside a run. */
  private boolean isLateForOthers(String name) {
    Instant now = clock.instant();
    return FreshnessMemory.of(compiled, ledger, ledger.contents(), now)
        .freshness(name, now)
        .orElseThrow()
        .isLate();
  }

  @Test
  void thatAViewIsLateAndIsNotAnyMoreIsKnownToOthersAtOnce() {
    FreshnessWatch watch = watch();
    asked(watch);
    minutes(31);
    watch.look();
    assertTrue(isLateForOthers("total"));
    clock.step(Duration.ofSeconds(10));
    done(watch, result("silver", "committed", 2), result("total", "committed", 1));
    assertFalse(isLateForOthers("total"));
  }

  @Test
  void aTableIsFreshByItsRowsAndAViewByBeingUpToDate() {
    FreshnessWatch watch = watch();
    asked(watch);
    minutes(29);
    done(watch, result("silver", "committed", 2), result("total", EventLog.BEHIND, 0));
    minutes(2);
    watch.look();
    String behind =
        "08:31:00Z|WARN|view total is not fresh: it has not been brought up to date for 31 min"
            + " (since 2026-03-02T08:00:00Z); fresh_within is 30 min";
    assertEquals(List.of(behind), events());
    asked(watch);
    assertEquals(List.of(behind), events(), "nothing to do does not bring it up to date");
    watch.ends();

    minutes(1);
    FreshnessWatch second = watch();
    done(second, result("silver", "committed", 0), result("total", "committed", 1));
    assertEquals("08:32:00Z|INFO|view total is fresh again", events().get(1));
    minutes(28);
    asked(second);
    assertEquals(
        List.of(
            "09:00:00Z|WARN|table silver is not fresh: it has got no rows for 31 min (since"
                + " 2026-03-02T08:29:00Z); fresh_within is 30 min"),
        events().subList(2, events().size()),
        "a view whose tables have got nothing is up to date");
  }
}
