package io.lakebeam.console;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.runner.PipelineStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A pipeline that the console shows. Its files are read again from time to time, so that the page
 * follows somebody who edits them.
 */
public final class ConsolePipeline {
  private static final Duration READ_AGAIN_AFTER = Duration.ofSeconds(30);
  private static final Duration LOOK_AGAIN_AFTER = Duration.ofSeconds(2);

  /** A source that is away is waited for by whoever looks, but not by the page. */
  private static final Duration MOST_WAIT = Duration.ofSeconds(2);

  private static final Duration QUERY_TIME = Duration.ofSeconds(30);

  private static final Duration STATE_AGAIN_AFTER = Duration.ofMillis(300);
  private static final String NOTHING_KNOWN = "{\"version\":-1,\"running\":false}";

  private final String name;
  private final Supplier<CompiledPipeline> reader;
  private final Clock clock;
  private final Duration queryTime;
  private @Nullable CompiledPipeline compiled;
  private @Nullable RuntimeException broken;
  private Instant readAt = Instant.MIN;
  private @Nullable EventHistory events;
  private Instant stateAt = Instant.MIN;
  private String state = NOTHING_KNOWN;
  private @Nullable CompletableFuture<Seen> looking;
  private @Nullable Seen seen;

  /**
   * @param name for people, as long as its files cannot be read
   * @param reader reads its files and opens its lake
   */
  public ConsolePipeline(String name, Supplier<CompiledPipeline> reader, Clock clock) {
    this(name, reader, clock, QUERY_TIME);
  }

  /** As the other one, with a time for each query. */
  ConsolePipeline(String name, Supplier<CompiledPipeline> reader, Clock clock, Duration queryTime) {
    this.name = name;
    this.reader = reader;
    this.clock = clock;
    this.queryTime = queryTime;
  }

  /** A look at the pipeline, and when it was. */
  record Seen(PipelineStatus status, Instant at) {}

  String name() {
    return name;
  }

  /** How long a query may take. */
  Duration queryTime() {
    return queryTime;
  }

  Clock clock() {
    return clock;
  }

  /**
   * The pipeline as its lake knows it.
   *
   * @throws PipelineException with everything that is wrong with its files
   */
  synchronized CompiledPipeline compiled() {
    Instant now = clock.instant();
    Duration after = compiled == null ? LOOK_AGAIN_AFTER : READ_AGAIN_AFTER;
    if (readAt.plus(after).isBefore(now)) {
      readAt = now;
      try {
        CompiledPipeline read = reader.get();
        compiled = read.withId(Ledger.of(read.lake(), read.name()).id());
        broken = null;
      } catch (PipelineException | ExplainedException e) {
        broken = e;
      }
    }
    // Somebody edits it: shown is what it was, until that is done.
    if (compiled == null) {
      throw broken == null ? new RefusedRequestException(503, name + " is being read") : broken;
    }
    return compiled;
  }

  /** What is wrong with it, first of all; empty when it can be shown. */
  Optional<Problem> problem() {
    try {
      compiled();
      return Optional.empty();
    } catch (PipelineException e) {
      return Optional.of(e.problems().get(0));
    } catch (ExplainedException e) {
      return Optional.of(e.told());
    }
  }

  /**
   * What differs once something has changed: an object of JSON, for browsers. However many ask, the
   * lake is looked at a few times a second.
   */
  synchronized String state() {
    Instant now = clock.instant();
    if (stateAt.plus(STATE_AGAIN_AFTER).isAfter(now)) {
      return state;
    }
    stateAt = now;
    state = NOTHING_KNOWN; // the page's own questions tell why
    if (problem().isEmpty()) {
      try {
        CompiledPipeline of = compiled();
        Ledger ledger = new Ledger(of.lake(), of.id());
        Optional<Snapshot> log = DeltaTable.at(of.lake().child(EventLog.TABLE)).latest();
        state =
            "{\"version\":"
                + log.map(Snapshot::version).orElse(-1L)
                + ",\"running\":"
                + Lease.holder(ledger, clock).isPresent()
                + "}";
      } catch (ExplainedException e) {
        return state;
      }
    }
    return state;
  }

  /** What has happened. */
  synchronized EventHistory events() {
    CompiledPipeline of = compiled();
    if (events == null || !events.isOf(of)) {
      events = new EventHistory(of);
    }
    return events;
  }

  /**
   * How it stands, or stood a moment ago; empty when nobody knows yet, as a source does not answer.
   */
  Optional<Seen> status() {
    CompletableFuture<Seen> look;
    synchronized (this) {
      Instant now = clock.instant();
      boolean isNew = seen != null && seen.at().plus(LOOK_AGAIN_AFTER).isAfter(now);
      if (isNew) {
        return Optional.of(seen);
      }
      if (looking == null || looking.isDone()) {
        CompiledPipeline of = compiled();
        looking =
            CompletableFuture.supplyAsync(
                () -> {
                  Seen found = new Seen(PipelineStatus.of(of, clock), clock.instant());
                  synchronized (this) {
                    seen = found;
                  }
                  return found;
                });
      }
      look = looking;
    }
    try {
      return Optional.of(look.get(MOST_WAIT.toMillis(), TimeUnit.MILLISECONDS));
    } catch (TimeoutException e) {
      synchronized (this) {
        return Optional.ofNullable(seen);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }
}
