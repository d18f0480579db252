package io.lakebeam.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing lost, nothing twice, whatever befalls a run ({@code docs/concepts/exactly-once.md}). With
 * {@code -Dlakebeam.simulation.seeds=100000} as many seeds, from {@code
 * -Dlakebeam.simulation.first=} on, on {@code -Dlakebeam.simulation.threads=} threads; with {@code
 * -Dlakebeam.simulation.seed=4711} that one again.
 */
class SimulationTest {
  /** Some thirty seconds on two cores, most of which go into warming up. */
  private static final long SEEDS = 80;

  /** So many seeds meet all that happens. */
  private static final long MANY = 1_000;

  /** What never happens proves nothing. */
  private static final Set<String> OFTEN =
      Set.of(
          "run is killed before",
          "run is killed after",
          "run fails before",
          "run sleeps",
          "files grown",
          "files removed",
          "files replaced",
          "commits of strangers",
          "orphans vacuumed",
          "orphans vacuumed beside runs",
          "tables computed anew",
          "edits of the pipeline",
          "pipelines adopted",
          "adoptions that were refused",
          "runs of an old name",
          "versions of upsert tables",
          "reference files edited",
          "topics replaced",
          "windows computed anew",
          "rows with columns that were found",
          "runs that stopped with an error",
          "runs that were refused or lost the race for a plan");

  /** In one of twenty seeds, or fewer. */
  private static final Set<String> SELDOM =
      Set.of(
          "tables of another edition",
          "topics that have lost records",
          "tables computed anew without what is lost",
          "runs that were refused for another topic");

  @TempDir Path folder;

  @Test
  void nothingIsLostAndNothingIsThereTwice() throws InterruptedException {
    Optional<Long> only = Optional.ofNullable(Long.getLong("lakebeam.simulation.seed"));
    PlayedSeeds seeds =
        PlayedSeeds.play(
            folder,
            only.orElse(Long.getLong("lakebeam.simulation.first", 1)),
            only.map(seed -> 1L).orElse(Long.getLong("lakebeam.simulation.seeds", SEEDS)),
            Integer.getInteger(
                "lakebeam.simulation.threads", Runtime.getRuntime().availableProcessors()));
    System.out.println(seeds.summary());
    seeds.requireNoFailure();
    if (only.isEmpty()) {
      Set<String> expected = new TreeSet<>(OFTEN);
      expected.addAll(seeds.played() < MANY ? Set.of() : SELDOM);
      expected.removeAll(seeds.happened().keySet());
      assertEquals(Set.of(), expected, () -> "never happened: " + seeds.happened());
    }
  }

  @Test
  void afterASeedThatFailsOthersArePlayedAndTheEndTellsWhich() throws InterruptedException {
    PlayedSeeds.Player player =
        seed -> {
          if (seed % 10 == 0) {
            throw new AssertionError("seed " + seed + ": a row is lost");
          }
          if (seed == 25) {
            throw new IllegalStateException("broken");
          }
          return Map.of("rows", 2);
        };
    PlayedSeeds seeds = PlayedSeeds.play(11, 60, List.of(player, player));
    assertEquals(Map.of("rows", 106L), seeds.happened());
    assertTrue(seeds.summary().startsWith("60 seeds from 11 on in "), seeds.summary());
    assertTrue(seeds.summary().contains(", 7 failed: {rows=106}"), seeds.summary());
    String failure = assertThrows(AssertionError.class, seeds::requireNoFailure).getMessage();
    assertTrue(failure.startsWith("7 of 60 seeds fail: [20, 25, 30, 40, 50, 60, 70]\n"), failure);
    // Which five come first depends on the threads.
    assertEquals(5, failure.lines().filter(line -> line.startsWith("seed ")).count(), failure);
  }

  @Test
  void aSeedIsPlayedTheSameAgain() {
    for (SimulatedPipeline pipeline :
        List.of(
            new SteadyPipeline(folder), new NamedPipeline(folder), new GrowingPipeline(folder))) {
      for (long seed = 101; seed <= 102; seed++) {
        assertEquals(new Simulation(pipeline, seed).play(), new Simulation(pipeline, seed).play());
      }
    }
  }
}
