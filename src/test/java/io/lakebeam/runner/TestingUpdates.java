package io.lakebeam.runner;

import io.lakebeam.delta.SchemaChange;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.spec.profile.RunnerProfile;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Assertions;

/** Runs updates and remembers what they said. */
final class TestingUpdates implements UpdateListener {
  /** Held, because the JDK forgets the level of a logger that nobody holds. */
  private static final Logger BEAM = Logger.getLogger("org.apache.beam");

  static {
    // The direct runner checks in tests that no transform changes its input or breaks its coder.
    System.setProperty("lakebeam.enforce", "true");
    BEAM.setLevel(Level.WARNING);
  }

  /** Two workers, wherever. */
  static final RunnerProfile SPARK =
      new RunnerProfile("spark", Map.of("master", "local[2]"), Map.of());

  static final RunnerProfile DIRECT =
      new RunnerProfile("direct", Map.of("target_parallelism", "2"), Map.of());

  final List<EpochPlan> plans = Collections.synchronizedList(new ArrayList<>());
  final List<EpochResult> results = Collections.synchronizedList(new ArrayList<>());
  final List<String> warnings = Collections.synchronizedList(new ArrayList<>());
  final List<String> changes = Collections.synchronizedList(new ArrayList<>());
  final List<String> columns = Collections.synchronizedList(new ArrayList<>());
  private int replays;
  private Consumer<EpochResult> afterEpoch = result -> {};

  private TestingUpdates() {}

  /** A triggered update, to its end. */
  static TestingUpdates run(CompiledPipeline pipeline) {
    TestingUpdates updates = new TestingUpdates();
    updates.update(pipeline).run(Update.Mode.TRIGGERED);
    return updates;
  }

  /** A triggered update, to its end, with something that happens behind each of its epochs. */
  static TestingUpdates runAndThen(CompiledPipeline pipeline, Consumer<EpochResult> afterEpoch) {
    TestingUpdates updates = new TestingUpdates();
    updates.afterEpoch = afterEpoch;
    updates.update(pipeline).run(Update.Mode.TRIGGERED);
    return updates;
  }

  /** A triggered update of some datasets, to its end. */
  static TestingUpdates run(CompiledPipeline pipeline, Update.Selection selection) {
    TestingUpdates updates = new TestingUpdates();
    updates.update(pipeline).run(Update.Mode.TRIGGERED, Set.of(), selection);
    return updates;
  }

  /** A triggered update elsewhere, to its end. */
  static TestingUpdates run(CompiledPipeline pipeline, RunnerProfile profile) {
    TestingUpdates updates = new TestingUpdates();
    new Update(pipeline, profile, updates, Clock.systemUTC()).run(Update.Mode.TRIGGERED);
    return updates;
  }

  /** A triggered update that stops by itself. */
  static UpdateFailedException fail(CompiledPipeline pipeline) {
    Update update = new TestingUpdates().update(pipeline);
    return Assertions.assertThrows(
        UpdateFailedException.class, () -> update.run(Update.Mode.TRIGGERED));
  }

  /** A triggered update that computes some datasets anew. */
  static TestingUpdates refresh(
      CompiledPipeline pipeline, Set<Update.Consent> consents, String... anew) {
    TestingUpdates updates = new TestingUpdates();
    updates
        .update(pipeline)
        .run(Update.Mode.TRIGGERED, consents, new Update.Selection(Set.of(), Set.of(anew)));
    return updates;
  }

  /** Such an update, which is stopped after its first epoch. */
  static TestingUpdates refreshAndStop(CompiledPipeline pipeline, String... anew) {
    TestingUpdates updates = new TestingUpdates();
    Update update = updates.update(pipeline);
    updates.afterEpoch = result -> update.stop();
    update.run(Update.Mode.TRIGGERED, Set.of(), new Update.Selection(Set.of(), Set.of(anew)));
    return updates;
  }

  /** Such an update that is refused. */
  static UpdateFailedException refused(CompiledPipeline pipeline, String... anew) {
    return Assertions.assertThrows(
        UpdateFailedException.class, () -> refresh(pipeline, Set.of(), anew));
  }

  /** What a triggered update has told until it stopped by itself. */
  static TestingUpdates stopped(CompiledPipeline pipeline, String problem) {
    TestingUpdates updates = new TestingUpdates();
    Update update = updates.update(pipeline);
    UpdateFailedException told =
        Assertions.assertThrows(
            UpdateFailedException.class, () -> update.run(Update.Mode.TRIGGERED));
    Assertions.assertTrue(told.problem().contains(problem), told.problem());
    return updates;
  }

  private Update update(CompiledPipeline pipeline) {
    return new Update(pipeline, DIRECT, this, Clock.systemUTC());
  }

  /** An update that tells a listener. */
  static Update of(CompiledPipeline pipeline, UpdateListener listener) {
    return new Update(pipeline, DIRECT, listener, Clock.systemUTC());
  }

  /**
   * The next epoch of an update that runs in another thread and tells a queue.
   *
   * @throws Exception what the update has ended with, when it gives none
   */
  static EpochResult next(BlockingQueue<EpochResult> results, CompletableFuture<Void> running)
      throws Exception {
    EpochResult result = results.poll(10, TimeUnit.MINUTES);
    if (result == null && running.isDone()) {
      running.get();
    }
    Assertions.assertNotNull(result, "no epoch for ten minutes");
    return result;
  }

  int replays() {
    return replays;
  }

  /** The last epoch's result for a dataset. */
  DatasetResult last(String dataset) {
    return results.get(results.size() - 1).datasets().stream()
        .filter(result -> result.dataset().equals(dataset))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void columnsChange(String table, SchemaChange.Additive change) {
    columns.add(table + ": " + change);
  }

  @Override
  public void change(Preview.Item item) {
    changes.add(item.text());
  }

  @Override
  public void planned(EpochPlan plan, boolean isReplay) {
    plans.add(plan);
    replays += isReplay ? 1 : 0;
  }

  @Override
  public void done(EpochResult result, long millis) {
    results.add(result);
    afterEpoch.accept(result);
  }

  @Override
  public void warning(String text) {
    warnings.add(text);
  }
}
