package io.lakebeam.cli.demo;

import io.lakebeam.cli.EpochLines;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.StopSignals;
import io.lakebeam.cli.text.Output;
import io.lakebeam.demo.DemoSources;
import io.lakebeam.demo.Pace;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.profile.RunnerProfile;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * One run of the demo, until all that was published is committed: one thread publishes, one runs
 * the update, and one decides when it is over.
 */
final class DemoRun {
  /** After a signal, so long for what is published to be committed; then it ends without. */
  private static final Duration CATCH_UP = Duration.ofSeconds(8);

  /** So long without an epoch, all being published, means that no more will come. */
  private static final Duration SILENCE = Duration.ofSeconds(30);

  private static final Duration LOOK = Duration.ofMillis(200);

  private final Console console;
  private final DemoSources sources;
  private final CompiledPipeline pipeline;
  private final RunnerProfile profile;
  private final Path lake;
  private final Pace pace;
  private final Duration patience;
  private final Semaphore epochs = new Semaphore(0);
  private volatile boolean isUnderWay;
  private volatile boolean hasEnded;
  private volatile @Nullable Long signalledAt;

  DemoRun(
      Console console,
      DemoSources sources,
      CompiledPipeline pipeline,
      RunnerProfile profile,
      Path lake,
      Pace pace,
      Duration patience) {
    this.console = console;
    this.sources = sources;
    this.pipeline = pipeline;
    this.profile = profile;
    this.lake = lake;
    this.pace = pace;
    this.patience = patience;
  }

  /**
   * Runs.
   *
   * @param rows events to publish
   * @param time after which publishing ends; empty for when all is published
   * @return what to hold the lake against; empty when not all that was published is committed
   * @throws IOException when publishing fails
   */
  Optional<DemoComparison> untilItsEnd(long rows, Optional<Duration> time)
      throws IOException, InterruptedException {
    Listener listener = new Listener();
    Update update = new Update(pipeline, profile, listener, Clock.systemUTC());
    CompletableFuture<Void> publishing = sources.publish(rows, pace);
    CompletableFuture<Optional<DemoComparison>> end = new CompletableFuture<>();
    Thread watcher =
        new Thread(
            () -> {
              try {
                end.complete(awaitEnd(publishing, time));
              } catch (IOException | InterruptedException | RuntimeException e) {
                end.completeExceptionally(e);
              } finally {
                update.stop();
              }
            },
            "demo-end");
    watcher.setDaemon(true);
    watcher.start();
    try (listener;
        StopSignals signals = StopSignals.watch(console, patience, this::stop)) {
      update.run(Update.Mode.CONTINUOUS);
    } finally {
      hasEnded = true;
      pace.stop();
    }
    try {
      return end.get();
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  /** True when a person has asked it to end. */
  boolean isStopped() {
    return signalledAt != null;
  }

  private void stop() {
    signalledAt = System.nanoTime();
    pace.stop();
  }

  private Optional<DemoComparison> awaitEnd(
      CompletableFuture<Void> publishing, Optional<Duration> time)
      throws IOException, InterruptedException {
    awaitPublished(publishing, time);
    OptionalLong published = sources.published();
    if (published.isEmpty()) {
      return Optional.empty();
    }
    DemoComparison comparison = new DemoComparison(lake, sources.expected(published.getAsLong()));
    return awaitCommitted(comparison) ? Optional.of(comparison) : Optional.empty();
  }

  private void awaitPublished(CompletableFuture<Void> publishing, Optional<Duration> time)
      throws IOException, InterruptedException {
    try {
      if (time.isPresent()) {
        try {
          publishing.get(time.get().toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
          pace.stop();
        }
      }
      publishing.get();
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    }
  }

  /**
   * Waits, epoch by epoch, until the tables have all that was published, or nothing more comes.
   *
   * @return false when the run ends before that
   */
  private boolean awaitCommitted(DemoComparison comparison) throws InterruptedException {
    long news = System.nanoTime();
    while (!isCommitted(comparison)) {
      Long stopped = signalledAt;
      if (hasEnded || (stopped != null && since(stopped).compareTo(CATCH_UP) > 0)) {
        return false;
      }
      if (!isUnderWay && since(news).compareTo(SILENCE) > 0) {
        return true;
      }
      if (epochs.tryAcquire(LOOK.toMillis(), TimeUnit.MILLISECONDS)) {
        epochs.drainPermits();
        news = System.nanoTime();
      }
    }
    return true;
  }

  /** Bronze comes first in an epoch; the ledger knows whether all that follows is in, too. */
  private boolean isCommitted(DemoComparison comparison) {
    return !isUnderWay
        && comparison.isAllCommitted()
        && Ledger.of(pipeline.lake(), pipeline.name()).contents().undone().isEmpty();
  }

  private static Duration since(long nanos) {
    return Duration.ofNanos(System.nanoTime() - nanos);
  }

  private static IOException failure(Throwable cause) {
    if (cause instanceof RuntimeException runtime && !(cause instanceof CompletionException)) {
      throw runtime;
    }
    return cause instanceof IOException io ? io : new IOException("the demo has failed", cause);
  }

  /** Tells the epochs, and the thread that waits for them. */
  private final class Listener implements UpdateListener, AutoCloseable {
    private final EpochLines lines =
        new EpochLines(console, Output.TEXT, pipeline, Clock.systemUTC());

    @Override
    public void started() {
      lines.started();
    }

    @Override
    public void planned(EpochPlan plan, boolean isReplay) {
      isUnderWay = true;
      lines.planned(plan, isReplay);
    }

    @Override
    public void done(EpochResult result, long millis) {
      lines.done(result, millis);
      isUnderWay = false;
      epochs.release();
    }

    @Override
    public void idle() {
      lines.idle();
    }

    @Override
    public void close() {
      lines.close();
    }

    @Override
    public void warning(String text) {
      lines.warning(text);
    }
  }
}
