package io.lakebeam.selftest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.doctor.Checks;
import io.lakebeam.doctor.Finding;
import io.lakebeam.doctor.Outcome;
import io.lakebeam.runner.Workers;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A store that keeps its word passes, and one that does not is found. */
class RaceChecksTest {
  private static final Instant NOW = Instant.parse("2026-03-02T12:00:00Z");

  @TempDir Path dir;
  private final List<Finding> findings = new ArrayList<>();

  private PipelineSpec spec(String lake) {
    return new TestingPipeline(dir)
        .yaml(
            """
            pipeline: p
            sources: {s: {files: "in/*.csv", format: csv, schema: "id INT"}}
            datasets: {b: {streaming_table: {from: s}}}
            """)
        .spec()
        .withLake(lake);
  }

  private void race(String lake) {
    PipelineSpec spec = spec(lake);
    // Racers start at once: by this clock their moment is long past.
    Clock past = Clock.fixed(NOW.minus(Duration.ofDays(300)), ZoneOffset.UTC);
    new RaceChecks(spec, Workers.inThisProcess(), new Scratch(Place.of(lake), past), past)
        .run(new Checks("races", Duration.ofMinutes(2), findings::add), Optional.empty());
    assertEquals(2, findings.size(), findings::toString);
  }

  @Test
  void onALocalDiskOneWinsEachRound() {
    race(dir.resolve("lake").toString());
    assertEquals(
        List.of(
            new Outcome.Ok(
                "8 racers of 1 process, 5 rounds: one winner each, and its bytes are what is read"),
            new Outcome.Ok("8 commits at once: a version each, and every row is there")),
        findings.stream().map(Finding::outcome).toList());
  }

  @Test
  void aStoreThatWritesOverWhatIsThereIsFound() {
    Storage.PLAIN.configuration().set("fs.gs.impl", TestingCheatingFiles.class.getName());
    race("gs://" + dir.resolve("lake"));
    Outcome.Failed put = assertInstanceOf(Outcome.Failed.class, findings.get(0).outcome());
    assertEquals("of 8 who put one file at once, 8 won", put.told().problem());
    assertTrue(
        put.told().cause().contains("commits would overwrite each other"), put.told().cause());
    assertFalse(put.told().fix().isEmpty());
  }

  @Test
  void whatKilledSelfTestsLeftIsRemovedAfterADay() throws Exception {
    String name = "_lakebeam_self_test_20260301T115959Z_0a1b2c3d";
    for (String each :
        List.of(
            name,
            "_lakebeam_self_test_20260301T120001Z_0a1b2c3d",
            "_lakebeam_self_test_mine",
            "silver")) {
      Files.createDirectories(dir.resolve(each).resolve("in"));
    }
    Scratch scratch = new Scratch(Place.of(dir + "/"), Clock.fixed(NOW, ZoneOffset.UTC));
    assertEquals(
        new Outcome.Ok("removed what killed self-tests have left: " + name), scratch.removeOlder());
    try (var left = Files.list(dir)) {
      assertEquals(3, left.count());
    }
    assertTrue(
        scratch.place("x").uri().startsWith(dir + "/_lakebeam_self_test_20260302T120000Z_"),
        scratch.place("x").uri());
  }
}
