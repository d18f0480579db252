package io.lakebeam.runner;

import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.PipelineIdentity;
import io.lakebeam.epoch.PipelineNames;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.NearestName;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.storage.Place;
import java.time.Clock;
import java.util.Optional;
import java.util.SortedSet;

/**
 * What a pipeline has in its lake under an earlier name, handed on to the name that it has now. One
 * file says so: whatever ends the command, the pipeline has the one name or the other. All else
 * carries the pipeline's id and stays as it is, also what a run has left unfinished.
 *
 * @param id what the lake knows the pipeline by
 * @param epoch the last one that is planned; 0 for none
 * @param isNew false when the pipeline had the name already
 */
public record Adoption(String pipeline, String from, String id, long epoch, boolean isNew) {

  /**
   * Gives a pipeline of a lake the name that it is declared with.
   *
   * @param from its name so far
   * @throws UpdateFailedException when it cannot have the name, or a table belongs to others
   * @throws PipelineIdentity.OtherPipelineException when it reads none of that pipeline's sources
   * @throws io.lakebeam.epoch.PipelineRenamedException when it is not called {@code from} any more
   * @throws LeaseLostException when a run of either name is alive
   */
  public static Adoption of(CompiledPipeline pipeline, String from, Clock clock) {
    pipeline.storage().open();
    return new Attempt(pipeline, from, clock).adopt();
  }

  /** Tells the event log what other names a pipeline got, each once. */
  static void tell(EventLog events, Place lake, String id) {
    events
        .append(PipelineNames.of(lake).renamings(id))
        .forEach(outcome -> Failures.requireCommitted(EventLog.TABLE, outcome));
  }

  private static final class Attempt {
    private final CompiledPipeline pipeline;
    private final String name;
    private final String from;
    private final Place lake;
    private final Clock clock;
    private final PipelineNames names;

    Attempt(CompiledPipeline pipeline, String from, Clock clock) {
      this.pipeline = pipeline;
      this.name = pipeline.name();
      this.from = from;
      this.lake = pipeline.lake();
      this.clock = clock;
      this.names = PipelineNames.of(lake);
    }

    Adoption adopt() {
      if (name.equals(from)) {
        throw refused(
            "pipeline " + from + " cannot adopt itself",
            "its file still says pipeline: " + from,
            "write its new name there, then run this again");
      }
      String id = names.owner(from).orElse(from);
      if (names.owner(name).equals(Optional.of(id)) && names.name(id).equals(name)) {
        tell(id);
        return adoption(id, false);
      }
      names.id(from); // refuses a name that the pipeline has no more
      requireThere();
      requireFreeName(id);
      Ledger ledger = new Ledger(lake, id);
      try (Lease lease = Lease.acquire(ledger, from, "adopt", clock)) {
        PipelineIdentity.require(ledger, from, Update.readings(pipeline));
        Lake.missing(pipeline.withId(id), ledger.neighbours());
        lease.check();
        if (!names.give(id, name, clock.instant(), System.getProperty("user.name", ""))) {
          throw new LeaseLostException(
              from, "a pipeline of this lake has got a name at the same moment; run this again");
        }
      }
      tell(id);
      return adoption(id, true);
    }

    private void tell(String id) {
      EventLog events = new EventLog(lake, id, name);
      if (events.isThere()) {
        Adoption.tell(events, lake, id);
      }
    }

    private Adoption adoption(String id, boolean isNew) {
      long epoch = new Ledger(lake, id).contents().lastPlanned();
      return new Adoption(name, from, id, epoch, isNew);
    }

    private void requireThere() {
      SortedSet<String> there = names.names();
      if (!there.contains(from)) {
        there.remove(name); // a run that was refused has left its folder
        throw refused(
            "there is no pipeline " + from + " in this lake",
            there.isEmpty()
                ? "no pipeline has run in " + lake + " so far"
                : "it has " + String.join(", ", there),
            NearestName.question(from, there) + "give --from the name that it had");
      }
    }

    /** A name is free that no pipeline has had, or this one. */
    private void requireFreeName(String id) {
      Optional<String> owner = names.owner(name);
      if (owner.equals(Optional.of(id))) {
        return;
      }
      if (owner.isPresent()) {
        throw refused(
            "the name " + name + " is taken",
            "the pipeline that is called " + names.name(owner.get()) + " now has had it",
            "give the pipeline a name that the lake does not know");
      }
      Ledger own = new Ledger(lake, name);
      Lease.requireFree(own, name, clock);
      long epoch = own.contents().lastPlanned();
      if (epoch > 0) {
        throw refused(
            "pipeline " + name + " has epochs of its own in this lake",
            "it has read by itself, up to epoch " + epoch + ", and two ledgers do not become one",
            "give the pipeline a name that the lake does not know");
      }
    }

    private static UpdateFailedException refused(String problem, String cause, String fix) {
      return new UpdateFailedException(ErrorCode.ADOPTION_REFUSED, problem, cause, fix);
    }
  }
}
