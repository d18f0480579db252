package io.lakebeam.runner;

import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.RunningUpdate;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.storage.StorageException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/**
 * What the event log has of one update: that it has begun to do epochs, and how it has ended. One
 * that finds nothing to do leaves nothing. An update that was killed cannot tell its end: the next
 * one does.
 */
final class UpdateLog {
  private final CompiledPipeline pipeline;
  private final Ledger ledger;
  private final String id;
  private final Update.Mode mode;
  private final Update.Selection selection;
  private final Clock clock;
  private final Instant begunAt;
  private Optional<RunningUpdate> running = Optional.empty();

  /**
   * Of an update that begins now.
   *
   * @param id of the update
   */
  UpdateLog(
      CompiledPipeline pipeline,
      Ledger ledger,
      String id,
      Update.Mode mode,
      Update.Selection selection,
      Clock clock) {
    this.pipeline = pipeline;
    this.ledger = ledger;
    this.id = id;
    this.mode = mode;
    this.selection = selection;
    this.clock = clock;
    this.begunAt = clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }

  String id() {
    return id;
  }

  /** For events of this update. */
  EventLog events() {
    return of(id);
  }

  private EventLog of(String update) {
    return new EventLog(pipeline.lake(), pipeline.id(), pipeline.name(), update);
  }

  /** Before the first epoch. Doing it again changes nothing. */
  void begins() {
    if (running.isPresent()) {
      return;
    }
    RunningUpdate.of(ledger).filter(each -> !each.id().equals(id)).ifPresent(this::hasDied);
    Adoption.tell(events(), pipeline.lake(), pipeline.id());
    RunningUpdate begun = new RunningUpdate(id, begunAt);
    begun.begins(ledger);
    Failures.requireCommitted(
        EventLog.TABLE,
        events()
            .append(
                new EventLog.UpdateBegun(
                    begunAt,
                    mode.name(),
                    System.getProperty("user.name", ""),
                    selection.names(),
                    selection.anew())));
    running = Optional.of(begun);
  }

  private void hasDied(RunningUpdate died) {
    Problem problem =
        Problem.of(
            ErrorCode.UPDATE_DIED,
            "it has ended without a word",
            String.format(
                Locale.ROOT,
                "it began at %s; its process was killed, or its machine or the storage went away",
                died.begunAt()),
            "nothing needs to be done: the next update goes on where it stopped");
    Failures.requireCommitted(
        EventLog.TABLE,
        of(died.id()).append(EventLog.UpdateState.FAILED, clock.instant(), problem));
    died.ends(ledger);
  }

  /** At its end, when it has done something. */
  void ends(EventLog.UpdateState state) {
    running.ifPresent(
        begun -> {
          Failures.requireCommitted(EventLog.TABLE, events().append(state, clock.instant(), null));
          begun.ends(ledger);
        });
  }

  /**
   * At its end by a failure; of one that has not begun to do epochs too, as far as there is an
   * event log. What it has failed with is never hidden by a log that cannot be written.
   */
  void failed(Throwable thrown) {
    try {
      RuntimeException failure = Failures.explain(thrown);
      Problem problem = problem(failure);
      boolean isOthers = failure instanceof LeaseLostException && running.isEmpty();
      // Nobody waits once more for a store that is away: the next update tells.
      boolean isStoreAway = failure.getCause() instanceof StorageException;
      // A pipeline that has done no epoch here may be a stranger, and leaves nothing.
      if (!isOthers && !isStoreAway && hasDoneEpochs() && events().isThere()) {
        begins();
        RunningUpdate begun = running.orElseThrow();
        events().append(EventLog.UpdateState.FAILED, clock.instant(), problem);
        begun.ends(ledger);
      }
    } catch (RuntimeException e) {
      thrown.addSuppressed(e);
    }
  }

  private boolean hasDoneEpochs() {
    return running.isPresent() || ledger.contents().lastPlanned() > 0;
  }

  /**
   * That events of lineage were not delivered, of an update that has done something. What else it
   * has to tell is never hidden by it.
   *
   * @param events how many; none for nothing
   */
  void lineageIsLost(long events, String why) {
    if (events == 0 || running.isEmpty()) {
      return;
    }
    try {
      events().append(new EventLog.LostLineage(clock.instant(), events, why));
    } catch (RuntimeException e) {
      System.getLogger(UpdateLog.class.getName())
          .log(System.Logger.Level.DEBUG, "an event is left out", e);
    }
  }

  /** What an update has failed with. */
  static Problem problem(RuntimeException failure) {
    return failure instanceof PipelineException invalid
        ? invalid.problems().get(0)
        : ((ExplainedException) failure).told();
  }
}
