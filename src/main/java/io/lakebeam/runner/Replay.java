package io.lakebeam.runner;

import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.EventLog;
import io.lakebeam.pipeline.CommittedEpochs;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceDiscovery.Standing;
import io.lakebeam.spec.SourceSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Looks at what an unfinished plan was to read, before it is done again:
 *
 * <pre>
 * a slice       tables that had it      becomes
 * ------------  ----------------------  ------------------------------------------------
 * as planned    any                     read
 * changed       none                    read as it is now, for all of them; a warning
 * changed       some, not all           a stop, or with ACCEPT_CHANGED read as it is now
 * gone          not all                 a stop, or with SKIP_MISSING left out and recorded
 * either        all                     left out: nobody waits for it
 * </pre>
 *
 * So no table gets rows of another version of a file than its neighbours, and none goes without
 * rows, unless somebody has said so. What is read in place of the plan is put into the ledger: it
 * is what the next attempt is held against.
 */
final class Replay {
  private final CompiledPipeline pipeline;
  private final Ledger ledger;
  private final Map<String, SourceDiscovery> sources;
  private final Set<Update.Consent> consents;
  private final UpdateListener listener;

  /**
   * @param sources that are read, by name
   */
  Replay(
      CompiledPipeline pipeline,
      Ledger ledger,
      Map<String, SourceDiscovery> sources,
      Set<Update.Consent> consents,
      UpdateListener listener) {
    this.pipeline = pipeline;
    this.ledger = ledger;
    this.sources = Map.copyOf(sources);
    this.consents = Set.copyOf(consents);
    this.listener = listener;
  }

  /** Tables that get rows of a source: those that have the epoch, and those that wait for it. */
  private record Readers(List<String> having, List<String> waiting) {
    static Readers of(CompiledPipeline pipeline, String source, long epoch) {
      List<String> have = new ArrayList<>();
      List<String> wait = new ArrayList<>();
      for (CompiledTable table : pipeline.tablesFedBy(source)) {
        if (CommittedEpochs.has(pipeline.name(), table, epoch)) {
          have.add(table.name());
        } else {
          wait.add(table.name());
          if (CommittedEpochs.quarantineHas(pipeline.name(), table, epoch)) {
            have.add(table.quarantineName());
          }
        }
      }
      return new Readers(have, wait);
    }
  }

  /**
   * The plan as it can be done now.
   *
   * @throws UpdateFailedException when somebody has to choose first
   * @throws io.lakebeam.source.SourceException when a source cannot be asked
   */
  EpochPlan checked(EpochPlan plan) {
    Map<String, Readers> readers = new TreeMap<>();
    List<Slice> before = ledger.readInstead(plan.number()).orElse(plan.slices());
    List<Slice> slices = new ArrayList<>();
    List<Slice> missing = new ArrayList<>();
    List<Slice> had = new ArrayList<>();
    for (Slice slice : before) {
      SourceDiscovery source = sources.get(slice.source());
      Standing standing = source == null ? new Standing.AsPlanned() : source.standing(slice);
      if (standing instanceof Standing.AsPlanned) {
        slices.add(slice);
        continue;
      }
      Readers of =
          readers.computeIfAbsent(
              slice.source(), name -> Readers.of(pipeline, name, plan.number()));
      if (!of.having().isEmpty()) {
        had.add(slice);
      }
      if (of.waiting().isEmpty()) {
        continue;
      }
      if (standing instanceof Standing.Changed changed) {
        slices.add(changed(plan, slice, changed.now(), of));
      } else {
        missing.add(missing(plan, slice, of));
      }
    }
    missing.forEach(slice -> record(plan, slice));
    recordSetAside(plan, had);
    if (!slices.equals(before)) {
      ledger.readInstead(plan.number(), slices);
    }
    return plan.reading(slices);
  }

  private Slice changed(EpochPlan plan, Slice planned, Slice now, Readers of) {
    boolean isDivided = !of.having().isEmpty();
    if (isDivided && !consents.contains(Update.Consent.ACCEPT_CHANGED)) {
      throw stop(
          planned + " has changed since epoch " + plan.number() + " was planned",
          described(planned)
              + " then, "
              + described(now)
              + " now; "
              + names(of.having())
              + " had its rows then, "
              + names(of.waiting())
              + " would get those of now",
          "put the file back as it was, with its time (mv, or cp -p), and run again; or run with"
              + " --accept-changed: "
              + names(of.waiting())
              + " get the rows as they are now, "
              + names(of.having())
              + " keep those they have");
    }
    listener.warning(
        planned
            + " has changed since epoch "
            + plan.number()
            + " was planned: "
            + names(of.waiting())
            + " get its rows as they are now"
            + (isDivided ? ", " + names(of.having()) + " keep those they have" : ""));
    return now;
  }

  private Slice missing(EpochPlan plan, Slice planned, Readers of) {
    if (!consents.contains(Update.Consent.SKIP_MISSING)) {
      throw stop(
          planned + " is gone, and epoch " + plan.number() + " is not done without it",
          names(of.waiting())
              + " wait for its rows"
              + (of.having().isEmpty() ? "" : "; " + names(of.having()) + " have them"),
          "put the file back with its time (mv, or cp -p) and run again; or run with"
              + " --skip-missing, which goes on without its rows and says so in the event log");
    }
    listener.warning(
        planned
            + " is gone and is skipped: "
            + names(of.waiting())
            + " go without its rows of epoch "
            + plan.number());
    return planned;
  }

  private void record(EpochPlan plan, Slice missing) {
    if (!(missing instanceof Slice.FileSlice file)) {
      return;
    }
    CommitOutcome outcome =
        new EventLog(pipeline.spec().lake(), pipeline.name())
            .append(
                plan.number(),
                new EventLog.SkippedInput(
                    file.source(),
                    file.path(),
                    file.bytes(),
                    Instant.ofEpochMilli(file.modifiedAt())));
    requireIn(outcome, "what is skipped");
  }

  /** Quarantines have a row of these files already, and this attempt does not report them. */
  private void recordSetAside(EpochPlan plan, List<Slice> had) {
    Map<Slice.FileSlice, String> setAside =
        had.isEmpty() ? Map.of() : ledger.setAside(plan.number()).orElse(Map.of());
    setAside.forEach(
        (slice, error) -> {
          if (had.contains(slice)) {
            BadFile file = BadFile.of(source(slice.source()), slice, error);
            listener.warning(file.source() + ": a file is set aside: " + error);
            requireIn(
                new EventLog(pipeline.spec().lake(), pipeline.name()).append(plan.number(), file),
                "what is set aside");
          }
        });
  }

  private SourceSpec source(String name) {
    return pipeline.readSources().stream()
        .filter(source -> source.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static void requireIn(CommitOutcome outcome, String what) {
    boolean isIn =
        outcome instanceof CommitOutcome.Committed
            || outcome instanceof CommitOutcome.AlreadyCommitted;
    if (!isIn) {
      throw stop(
          what + " could not be written into the event log",
          outcome.toString(),
          "remove the cause and run again");
    }
  }

  private static UpdateFailedException stop(String problem, String cause, String fix) {
    return new UpdateFailedException(problem, cause, fix, List.of(), null);
  }

  private static String described(@Nullable Slice slice) {
    return slice instanceof Slice.FileSlice file
        ? String.format(
            Locale.ROOT, "%,d bytes of %s", file.bytes(), Instant.ofEpochMilli(file.modifiedAt()))
        : String.valueOf(slice);
  }

  private static String names(List<String> tables) {
    return String.join(", ", tables);
  }
}
