package io.lakebeam.simulation;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Plays many seeds on some threads, goes on after one that fails, and tells how it gets on. What a
 * seed does follows from the seed alone, whatever is played beside it.
 */
final class PlayedSeeds {
  private static final Duration PROGRESS = Duration.ofSeconds(10);

  /** Failures whose stories are told in full. */
  private static final int MOST_STORIES = 5;

  private final long first;
  private final long end;
  private final long start = System.nanoTime();
  private final Map<String, Long> happened = new TreeMap<>();
  private final TreeSet<Long> failed = new TreeSet<>();
  private final List<String> stories = new ArrayList<>();
  private @Nullable Throwable firstFailure;
  private long next;
  private long played;
  private long told = start;
  private long playedWhenTold;

  private PlayedSeeds(long first, long count) {
    this.first = first;
    this.end = first + count;
    this.next = first;
  }

  /**
   * Plays {@code count} seeds from the first one on, each on one of the threads.
   *
   * @param folder where pipelines may keep their files
   */
  static PlayedSeeds play(Path folder, long first, long count, int threads)
      throws InterruptedException {
    List<Player> players = new ArrayList<>();
    for (int i = 0; i < Math.min(threads, count); i++) {
      // Each has plans of its own, and they are planned one after the other.
      List<SimulatedPipeline> pipelines =
          List.of(
              new RefreshedPipeline(folder),
              new SteadyPipeline(folder),
              new NamedPipeline(folder),
              new UpsertedPipeline(folder),
              new GrowingPipeline(folder));
      players.add(
          seed -> new Simulation(pipelines.get((int) (seed % pipelines.size())), seed).play());
    }
    return play(first, count, players);
  }

  /** How many were played. */
  long played() {
    return played;
  }

  /** Plays a seed. */
  interface Player {
    /**
     * Tells how often what happened.
     *
     * @throws AssertionError naming the seed, when it fails
     */
    Map<String, Integer> play(long seed);
  }

  /** Plays seeds, each by one of the players, which are at work at the same time. */
  static PlayedSeeds play(long first, long count, List<Player> players)
      throws InterruptedException {
    PlayedSeeds seeds = new PlayedSeeds(first, count);
    List<Thread> threads = new ArrayList<>();
    for (Player player : players) {
      Thread thread = new Thread(() -> seeds.play(player), "player of seeds");
      thread.setContextClassLoader(TestingProcesses.WITHOUT_DEFAULTS);
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }
    return seeds;
  }

  private void play(Player player) {
    for (long seed = next(); seed < end; seed = next()) {
      try {
        ended(seed, player.play(seed), null);
      } catch (Throwable e) {
        // Whatever it is, it is told in the end, and other seeds are played.
        ended(seed, Map.of(), e);
      }
    }
  }

  private synchronized long next() {
    return next < end ? next++ : end;
  }

  private synchronized void ended(
      long seed, Map<String, Integer> what, @Nullable Throwable failure) {
    played++;
    what.forEach((name, times) -> happened.merge(name, (long) times, Long::sum));
    if (failure != null) {
      failed.add(seed);
      firstFailure = firstFailure == null ? failure : firstFailure;
      if (stories.size() < MOST_STORIES) {
        stories.add(
            failure instanceof AssertionError
                ? failure.getMessage()
                : "seed " + seed + ": " + failure);
      }
    }
    long now = System.nanoTime();
    if (now - told >= PROGRESS.toNanos()) {
      System.out.printf(
          Locale.ROOT,
          "%d of %d seeds, %.1f a second, %d failed %s%n",
          played,
          end - first,
          (played - playedWhenTold) * 1e9 / (now - told),
          failed.size(),
          failed.isEmpty() ? "" : failed);
      told = now;
      playedWhenTold = played;
    }
  }

  /** How often what happened, in all seeds that did not fail. */
  Map<String, Long> happened() {
    return Map.copyOf(happened);
  }

  /** One line about all of them. */
  String summary() {
    double seconds = (System.nanoTime() - start) / 1e9;
    return String.format(
        Locale.ROOT,
        "%d seeds from %d on in %.1f s, %.1f a second, %d failed: %s",
        played,
        first,
        seconds,
        played / seconds,
        failed.size(),
        happened);
  }

  /**
   * Fails when a seed has failed.
   *
   * @throws AssertionError with the seeds, and with what happened in the first of them
   */
  void requireNoFailure() {
    if (!failed.isEmpty()) {
      throw new AssertionError(
          failed.size()
              + " of "
              + played
              + " seeds fail: "
              + failed
              + "\n"
              + String.join("\n\n", stories),
          firstFailure);
    }
  }
}
