package io.lakebeam.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing lost, nothing twice, whatever befalls a run ({@code docs/concepts/exactly-once.md}). With
 * {@code -Dlakebeam.simulation.seeds=100000} as many seeds, from {@code
 * -Dlakebeam.simulation.first=} on, on {@code -Dlakebeam.simulation.threads=} threads; with {@code
 * -Dlakebeam.simulation.seed=4711} that one again.
 */
class SimulationTest {
  /** About twenty seconds on two cores. */
  private static final long SEEDS = 40;

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
      // What never happens proves nothing.
      assertTrue(
          seeds
              .happened()
              .keySet()
              .containsAll(
                  Set.of(
                      "run is killed before",
                      "run is killed after",
                      "run fails before",
                      "run sleeps",
                      "commits of strangers",
                      "runs that stopped with an error",
                      "runs that were refused or lost the race for a plan")),
          seeds.happened().toString());
    }
  }

  @Test
  void aSeedIsPlayedTheSameAgain() {
    SimulatedPipeline pipeline = new SimulatedPipeline(folder);
    for (long seed = 101; seed <= 103; seed++) {
      assertEquals(new Simulation(pipeline, seed).play(), new Simulation(pipeline, seed).play());
    }
  }
}
