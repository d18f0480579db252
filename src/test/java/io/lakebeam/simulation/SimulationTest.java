package io.lakebeam.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Nothing lost, nothing twice, whatever befalls a run ({@code docs/concepts/exactly-once.md}). With
 * {@code -Dlakebeam.simulation.seeds=100000} as many seeds, with {@code
 * -Dlakebeam.simulation.seed=4711} that one again.
 */
class SimulationTest {
  /** About twenty seconds on two cores. */
  private static final long SEEDS = 40;

  @TempDir Path folder;

  @Test
  void nothingIsLostAndNothingIsThereTwice() {
    SimulatedPipeline pipeline = new SimulatedPipeline(folder);
    Optional<Long> only = Optional.ofNullable(Long.getLong("lakebeam.simulation.seed"));
    long first = only.orElse(1L);
    long last = only.orElse(Long.getLong("lakebeam.simulation.seeds", SEEDS));
    Map<String, Integer> happened = new TreeMap<>();
    long start = System.nanoTime();
    for (long seed = first; seed <= last; seed++) {
      new Simulation(pipeline, seed)
          .play()
          .forEach((what, times) -> happened.merge(what, times, Integer::sum));
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    System.out.printf(Locale.ROOT, "%d seeds in %.1f s: %s%n", last - first + 1, seconds, happened);
    if (only.isEmpty()) {
      // What never happens proves nothing.
      assertTrue(
          happened
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
          happened.toString());
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
