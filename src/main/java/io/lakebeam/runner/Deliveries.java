package io.lakebeam.runner;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.sink.Delivery;
import io.lakebeam.sink.Sink;
import io.lakebeam.sink.SinkException;
import io.lakebeam.sink.mirror.Mirror;
import io.lakebeam.spec.MirrorSpec;
import io.lakebeam.spec.SinkSpec;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Place;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.hadoop.fs.Path;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * The sinks of a pipeline, each in a thread of its own beside the epochs: one that is away keeps
 * neither epochs nor other sinks waiting.
 */
final class Deliveries implements AutoCloseable {
  private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

  private final List<Worker> workers = new ArrayList<>();
  private final List<Mirror> mirrors = new ArrayList<>();
  private final Consumer<String> warnings;
  private volatile boolean isStopped;
  private volatile boolean isEnding;

  /** True for a run that somebody has stopped: what is left is the next one's. */
  private volatile boolean isLeaving;

  /** By {@link System#nanoTime}: from then on nothing is tried again. */
  private volatile long lastTry;

  /**
   * Begins, before the first epoch of a run: what a table has when its sink is new is not
   * delivered.
   *
   * @param ledger the folder of the pipeline's ledger
   * @param isStarted false to leave all to the next run
   */
  Deliveries(
      CompiledPipeline pipeline,
      Path ledger,
      Clock clock,
      Consumer<String> warnings,
      boolean isStarted) {
    this.warnings = warnings;
    for (SinkSpec sink : pipeline.spec().sinks()) {
      Delivery delivery = delivery(pipeline, sink, ledger, clock);
      delivery.begin();
      if (isStarted) {
        workers.add(new Worker(delivery));
      }
    }
    if (isStarted) {
      for (MirrorSpec each : pipeline.spec().mirrors()) {
        Mirror mirror = mirror(pipeline, each);
        mirrors.add(mirror);
        workers.add(new Worker(mirror));
      }
    }
    workers.forEach(Worker::start);
  }

  /** A database, at work or only to be looked at. */
  static Mirror mirror(CompiledPipeline pipeline, MirrorSpec mirror) {
    return new Mirror(
        mirror,
        pipeline.spec().lake(),
        pipeline.id(),
        mirror.tables().stream()
            .map(table -> MirroredDatasets.of(pipeline, table.dataset()))
            .toList(),
        Secrets::resolve);
  }

  /** True when a database is to show datasets, and so to be told of epochs. */
  boolean areMirrored() {
    return !mirrors.isEmpty();
  }

  /**
   * There may be something to deliver: all tables are as an epoch leaves them, and nobody is
   * writing them.
   *
   * @param epoch its number
   */
  void done(long epoch) {
    for (Mirror mirror : mirrors) {
      try {
        mirror.offer(epoch);
      } catch (ExplainedException e) {
        // The end of the next epoch is looked at as well.
        System.getLogger(Deliveries.class.getName())
            .log(System.Logger.Level.DEBUG, "the tables of " + mirror.name(), e);
      }
    }
    wake();
  }

  /** One sink, at work or only to be looked at. */
  static Delivery delivery(CompiledPipeline pipeline, SinkSpec sink, Path ledger, Clock clock) {
    return new Delivery(
        pipeline.name(),
        sink,
        place(pipeline, sink),
        pipeline.storage(),
        ledger,
        Secrets::resolve,
        clock);
  }

  private static Place place(CompiledPipeline pipeline, SinkSpec sink) {
    for (CompiledTable table : pipeline.streamingTables()) {
      if (table.name().equals(sink.dataset())) {
        return table.home();
      }
      if (table.quarantineName().equals(sink.dataset())) {
        return table.quarantineHome();
      }
    }
    throw new IllegalStateException("the pipeline was compiled with " + sink.dataset());
  }

  private void wake() {
    workers.forEach(Worker::wake);
  }

  /**
   * Delivers what there is, and ends.
   *
   * @param patience with sinks that take nothing now
   * @throws UpdateFailedException when not all is delivered; the next run goes on
   */
  void finish(Duration patience) {
    end(patience);
    workers.stream()
        .flatMap(worker -> worker.failure().stream())
        .findFirst()
        .ifPresent(
            failure -> {
              throw failure;
            });
  }

  /**
   * Delivers what there is, as far as that time allows, and ends.
   *
   * @param most after which all is left to the next run
   */
  void leave(Duration most) {
    isLeaving = true;
    end(most);
  }

  private void end(Duration time) {
    lastTry = System.nanoTime() + time.toNanos();
    isEnding = true;
    wake();
    if (isLeaving) {
      workers.forEach(worker -> worker.joinUntil(lastTry));
      workers.forEach(Worker::abort);
    }
    workers.forEach(Worker::join);
  }

  private boolean isToStop() {
    return isStopped || isLeaving && System.nanoTime() > lastTry;
  }

  @Override
  public void close() {
    isStopped = true;
    wake();
    workers.forEach(Worker::abort);
    workers.forEach(Worker::join);
  }

  /** Delivers for one sink. */
  private final class Worker {
    private final Sink sink;
    private final Semaphore wakes = new Semaphore(0);
    private final Thread thread;
    private Duration pause = FIRST_PAUSE;
    private String told = "";
    private long arrived;
    private volatile @Nullable UpdateFailedException failure;

    Worker(Sink sink) {
      this.sink = sink;
      this.thread = new Thread(this::run, "sink-" + sink.name());
      this.thread.setDaemon(true);
    }

    void start() {
      thread.start();
    }

    void wake() {
      wakes.release();
    }

    /** Ends what is under way. */
    void abort() {
      sink.abort();
    }

    /** Waits for its end until then, by {@link System#nanoTime}. */
    void joinUntil(long end) {
      try {
        long millis = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        if (millis > 0) {
          thread.join(millis);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void join() {
      try {
        thread.join();
      } catch (InterruptedException e) {
        thread.interrupt();
        Thread.currentThread().interrupt();
      }
    }

    Optional<UpdateFailedException> failure() {
      return Optional.ofNullable(failure);
    }

    private void run() {
      try (sink) {
        boolean goesOn = true;
        while (goesOn && !isToStop()) {
          boolean isLast = isEnding;
          if (!deliver()) {
            goesOn = isTriedAgain();
          } else if (isLast) {
            goesOn = false;
          } else {
            await(LONGEST_PAUSE);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    /** True when nothing is left. */
    private boolean deliver() {
      try {
        sink.deliver(Deliveries.this::isToStop);
        pause = FIRST_PAUSE;
        if (!told.isEmpty()) {
          told = "";
          warnings.accept("sink " + sink.name() + " takes rows again");
        }
        failure = null;
        return true;
      } catch (RuntimeException | Error e) {
        // Whatever it is: a thread that ends in silence would look as if all were delivered.
        failure = failure(e);
        return false;
      }
    }

    private UpdateFailedException failure(Throwable thrown) {
      Problem told =
          thrown instanceof ExplainedException explained
              ? explained.told()
              : Problem.of(
                  ErrorCode.UNEXPECTED,
                  "sink " + sink.name() + " stopped with an unexpected error",
                  thrown.toString(),
                  "report what --verbose prints");
      return new UpdateFailedException(
          told.withFix(told.fix() + "; all tables are up to date, and the next run goes on"),
          List.of(),
          thrown);
    }

    /** After a pause; false when there is no time for it, or no sense in it. */
    private boolean isTriedAgain() throws InterruptedException {
      UpdateFailedException now = failure;
      if (sink.arrived() > arrived) {
        arrived = sink.arrived();
        pause = FIRST_PAUSE;
      }
      boolean isPermanent = now.getCause() instanceof SinkException sink && !sink.isRetryable();
      if (isStopped
          || isLeaving
          || isEnding && (isPermanent || System.nanoTime() + pause.toNanos() > lastTry)) {
        return false;
      }
      if (!now.problem().equals(told)) {
        told = now.problem();
        warnings.accept(now.getMessage() + "; it is tried again");
      }
      // An epoch that is done meanwhile does not make the other end any faster.
      long until = System.nanoTime() + pause.toNanos();
      while (!isStopped && !isLeaving && System.nanoTime() < until && !(isEnding && isPermanent)) {
        await(Duration.ofNanos(Math.max(1, until - System.nanoTime())));
      }
      Duration twice = pause.multipliedBy(2);
      pause = twice.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : twice;
      return true;
    }

    /** Until it is woken, or that time is over. */
    private void await(Duration time) throws InterruptedException {
      if (wakes.tryAcquire(time.toMillis() + 1, TimeUnit.MILLISECONDS)) {
        wakes.drainPermits();
      }
    }
  }
}
