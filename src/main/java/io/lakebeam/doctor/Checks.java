package io.lakebeam.doctor;

import io.lakebeam.delta.DeltaException;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.storage.StorageException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/**
 * The checks of one subject, in order: once one has failed, those behind it are skipped. Each is
 * given a bounded time, then interrupted and left behind, so that nothing makes the doctor hang.
 */
public final class Checks {
  private final String subject;
  private final Duration patience;
  private final Consumer<Finding> told;
  private String failed;

  /**
   * @param patience how long one check may take
   */
  public Checks(String subject, Duration patience, Consumer<Finding> told) {
    this.subject = subject;
    this.patience = patience;
    this.told = told;
  }

  /** A value for the checks that follow, and what to tell of it. */
  public record Found<T>(T value, Outcome outcome) {}

  /** Tries something that those behind it need nothing from but that it worked. */
  public void check(String name, Callable<Outcome> attempt) {
    find(name, () -> new Found<>(true, attempt.call()));
  }

  /** Tries something without which those behind it still make sense. */
  public void aside(String name, Callable<Outcome> attempt) {
    boolean isWell = failed == null;
    check(name, attempt);
    if (isWell) {
      failed = null;
    }
  }

  /** Skips all that follows, since something of another subject has failed. */
  public void restOn(String broken) {
    failed = broken;
  }

  /** Does something in bounded time, whatever comes of it, and tells nothing. */
  void quietly(Callable<Outcome> attempt) {
    new Checks(subject, patience, finding -> {}).check("quietly", attempt);
  }

  /** Tries something; empty when it failed or was skipped. */
  public <T> Optional<T> find(String name, Callable<Found<T>> attempt) {
    if (failed != null) {
      told.accept(new Finding(subject, name, new Outcome.Skipped(failed)));
      return Optional.empty();
    }
    FutureTask<Found<T>> task = new FutureTask<>(attempt);
    Thread thread = new Thread(task, "doctor-" + subject + "-" + name);
    thread.setDaemon(true);
    thread.start();
    Optional<T> value = Optional.empty();
    Outcome outcome;
    try {
      Found<T> found = task.get(patience.toMillis(), TimeUnit.MILLISECONDS);
      outcome = found.outcome();
      value = Optional.ofNullable(found.value());
    } catch (ExecutionException e) {
      outcome = explained(e.getCause());
    } catch (TimeoutException e) {
      task.cancel(true);
      outcome = late();
    } catch (InterruptedException e) {
      task.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException("the doctor was stopped");
    }
    if (outcome instanceof Outcome.Failed) {
      failed = name;
      value = Optional.empty();
    }
    told.accept(new Finding(subject, name, outcome));
    return value;
  }

  private Outcome late() {
    return new Outcome.Failed(
        ErrorCode.TOO_SLOW,
        "no answer within " + patience.toSeconds() + " s",
        "the other side is slow, or something on the way swallows what is sent",
        "See whether a firewall or a proxy is in between; --timeout gives it more time");
  }

  private Outcome explained(Throwable thrown) {
    if (thrown instanceof StorageException storage) {
      String fix =
          switch (storage.code()) {
            case STORAGE_DENIED ->
                "Give the account that runs the pipeline the right to list, read, write and delete"
                    + " there";
            case STORAGE_FULL -> "Make room there";
            case STORAGE_MISSING -> "Create it, or correct the path";
            default -> "See whether the storage answers and the path is right";
          };
      return new Outcome.Failed(storage.told().withFix(fix));
    }
    if (thrown instanceof DeltaException table) {
      return new Outcome.Failed(
          table.told().withFix("Restore the table's _delta_log, or start over with a new lake"));
    }
    if (thrown instanceof ExplainedException explained) {
      return new Outcome.Failed(explained.told());
    }
    if (thrown instanceof CancellationException) {
      return late();
    }
    return new Outcome.Failed(
        ErrorCode.UNEXPECTED,
        "it ended with an unexpected error",
        String.valueOf(thrown),
        "Report this");
  }
}
