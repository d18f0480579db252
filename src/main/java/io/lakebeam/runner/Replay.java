package io.lakebeam.runner;

import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.epoch.Decision;
import io.lakebeam.epoch.Decisions;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.FullRefresh;
import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CommittedEpochs;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.DecidedTables;
import io.lakebeam.pipeline.Definitions;
import io.lakebeam.pipeline.MaskedErrors;
import io.lakebeam.sink.Outbox;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Reread;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceDiscovery.Standing;
import io.lakebeam.source.SourcePosition.TableHistory;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

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
  private final EventLog events;
  private final Map<String, SourceDiscovery> sources;
  private final LateTables late;
  private final Optional<FullRefresh> refresh;
  private final Set<Update.Consent> consents;
  private final UpdateListener listener;

  /**
   * @param sources that are read, by name
   * @param late what took no part in the epoch when it was planned
   * @param refresh that is under way: when it begins behind the epoch, its tables read what the
   *     epoch does once more
   */
  Replay(
      CompiledPipeline pipeline,
      Ledger ledger,
      EventLog events,
      Map<String, SourceDiscovery> sources,
      LateTables late,
      Optional<FullRefresh> refresh,
      Set<Update.Consent> consents,
      UpdateListener listener) {
    this.pipeline = pipeline;
    this.ledger = ledger;
    this.events = events;
    this.sources = Map.copyOf(sources);
    this.late = late;
    this.refresh = refresh;
    this.consents = Set.copyOf(consents);
    this.listener = listener;
  }

  /**
   * Tables that get rows of a source: those that have the epoch, and those that wait for it. What
   * is decided of a table is read from there by those that follow it, so they do not wait for the
   * source.
   *
   * @param isNeeded true when a table is to be computed from the source
   */
  private record Readers(List<String> having, List<String> waiting, boolean isNeeded) {
    /** Of a slice that only some tables take. */
    static Readers of(Set<String> into, Set<String> decided, Set<String> without) {
      List<String> have = into.stream().filter(decided::contains).toList();
      List<String> wait = into.stream().filter(name -> !without.contains(name)).toList();
      return new Readers(have, wait, !wait.isEmpty());
    }

    static Readers of(
        CompiledPipeline pipeline,
        String source,
        long epoch,
        Set<String> decided,
        Set<String> without) {
      List<String> have = new ArrayList<>();
      List<String> wait = new ArrayList<>();
      Set<String> computed = new TreeSet<>();
      for (CompiledTable table : pipeline.tables()) {
        Set<String> takes = takes(table);
        if (!takes.contains(source) && Collections.disjoint(takes, computed)) {
          continue;
        }
        if (decided.contains(table.name())) {
          have.add(table.name());
        }
        if (without.contains(table.name())) {
          continue;
        }
        computed.add(table.name());
        if (CommittedEpochs.has(pipeline.id(), table, epoch)) {
          have.add(table.name());
        } else {
          wait.add(table.name());
          if (CommittedEpochs.quarantineHas(pipeline.id(), table, epoch)) {
            have.add(table.quarantineName());
          }
        }
      }
      return new Readers(have, wait, !computed.isEmpty());
    }
  }

  private static Slice as(Slice planned, Slice now) {
    return planned.into().isEmpty() ? now : new Reread(now, planned.into());
  }

  private static Set<String> takes(CompiledTable table) {
    Set<String> takes = new TreeSet<>();
    table.flows().forEach(flow -> takes.addAll(flow.takes()));
    return takes;
  }

  /**
   * The plan as it can be done now. What is decided already is carried out first.
   *
   * @throws UpdateFailedException when somebody has to choose first
   * @throws io.lakebeam.source.SourceException when a source cannot be asked
   */
  EpochPlan checked(EpochPlan plan) {
    Set<String> anew =
        refresh
            .filter(each -> each.number() > plan.number())
            .map(FullRefresh::tables)
            .orElse(Set.of());
    List<Decisions> rounds = rounds(plan, anew);
    Decisions all = rounds.stream().reduce(Decisions.NONE, Decisions::then);
    Map<String, Decision> decided = carriedOut(plan, all);
    Set<String> without = new TreeSet<>(late.withoutRowsOf(plan));
    without.addAll(anew);
    without.addAll(all.without());
    without.addAll(decided.keySet());
    Map<String, Readers> readers = new TreeMap<>();
    List<Slice> before = ledger.readInstead(plan.number()).orElse(plan.slices());
    List<Slice> slices = new ArrayList<>();
    List<Slice> kept = new ArrayList<>();
    List<Slice> missing = new ArrayList<>();
    List<Slice> had = new ArrayList<>();
    for (Slice slice : before) {
      if (slice instanceof Slice.TableRows) {
        kept.add(slice);
        if (!without.containsAll(slice.into())) {
          slices.add(slice);
        }
        continue;
      }
      Readers of =
          slice.into().isEmpty()
              ? readers.computeIfAbsent(
                  slice.source(),
                  name -> Readers.of(pipeline, name, plan.number(), decided.keySet(), without))
              : Readers.of(slice.into(), decided.keySet(), without);
      if (!of.isNeeded() && !of.having().isEmpty()) {
        kept.add(slice);
        continue;
      }
      SourceDiscovery source = sources.get(slice.source());
      Standing standing =
          source == null ? new Standing.AsPlanned() : source.standing(Reread.bare(slice));
      if (standing instanceof Standing.AsPlanned) {
        kept.add(slice);
        slices.add(slice);
        continue;
      }
      if (!of.having().isEmpty()) {
        had.add(slice);
      }
      if (of.waiting().isEmpty()) {
        continue;
      }
      if (standing instanceof Standing.Changed changed) {
        Slice now = changed(plan, slice, as(slice, changed.now()), of);
        kept.add(now);
        slices.add(now);
      } else {
        missing.add(missing(plan, slice, of));
      }
    }
    missing.forEach(slice -> record(plan, slice));
    recordSetAside(plan, had, decided);
    if (!kept.equals(before)) {
      ledger.readInstead(plan.number(), kept);
    }
    tellChanged(plan, without);
    slices.addAll(rowsOf(decided, without));
    return plan.attempt(slices, rounds.size(), without);
  }

  /** What is computed now is not always what the plan was made for. */
  private void tellChanged(EpochPlan plan, Set<String> without) {
    List<String> changed =
        Definitions.changed(plan.inputs(), Definitions.now(pipeline)).stream()
            .filter(name -> !without.contains(name))
            .toList();
    if (!changed.isEmpty()) {
      requireIn(events.appendChanged(plan.number(), changed), "that declarations have changed");
    }
  }

  /** What earlier attempts have decided; of tables that are computed anew, that no more. */
  private List<Decisions> rounds(EpochPlan plan, Set<String> anew) {
    List<Decisions> rounds = new ArrayList<>(ledger.rounds(plan.number()));
    Set<String> withdrawn =
        new TreeSet<>(rounds.stream().reduce(Decisions.NONE, Decisions::then).made().keySet());
    withdrawn.retainAll(anew);
    if (!withdrawn.isEmpty()) {
      Decisions none = new Decisions(Map.of(), withdrawn);
      if (!ledger.decide(plan.number(), rounds.size() + 1, none)) {
        throw new LeaseLostException(
            pipeline.name(), "another run does epoch " + plan.number() + " as well");
      }
      rounds.add(none);
    }
    return rounds;
  }

  /** Commits what earlier attempts have decided, by dataset. */
  private Map<String, Decision> carriedOut(EpochPlan plan, Decisions all) {
    Map<String, Decision> decided = new TreeMap<>();
    for (CompiledTable table : pipeline.tables()) {
      Optional<Decision> decision =
          all.of(table.name()).filter(each -> DecidedTables.isThere(pipeline.lake(), table, each));
      if (decision.isEmpty()) {
        continue;
      }
      DecidedTables.CarriedOut done =
          DecidedTables.carryOut(
              pipeline.lake(),
              pipeline.id(),
              pipeline.name(),
              table,
              plan.number(),
              decision.get());
      if (!done.isWhole()) {
        throw new UpdateFailedException(
            done.outcome().problem(done.table()).orElseThrow(), List.of(), null);
      }
      decided.put(table.name(), decision.get());
    }
    return decided;
  }

  /** Rows that are decided, for the tables that read them and are not. */
  private List<Slice> rowsOf(Map<String, Decision> decided, Set<String> without) {
    List<Slice> rows = new ArrayList<>();
    decided.forEach(
        (name, decision) -> {
          Set<String> into = new TreeSet<>();
          for (CompiledTable table : pipeline.tables()) {
            if (takes(table).contains(name)
                && !without.contains(table.name())
                && !without.contains(TableHistory.name(name, table.name()))) {
              into.add(table.name());
            }
          }
          if (!into.isEmpty()) {
            Map<Boolean, List<DataFile>> posted =
                decision.files().stream().collect(Collectors.partitioningBy(Outbox::isPosted));
            posted.forEach(
                (isNews, files) -> {
                  if (!files.isEmpty()) {
                    rows.add(new Slice.TableRows(name, files, into, !isNews));
                  }
                });
          }
        });
    return rows;
  }

  private Slice changed(EpochPlan plan, Slice planned, Slice now, Readers of) {
    boolean isDivided = !of.having().isEmpty();
    if (isDivided && !consents.contains(Update.Consent.ACCEPT_CHANGED)) {
      throw new UpdateFailedException(
          ErrorCode.INPUT_CHANGED,
          planned + " has changed since epoch " + plan.number() + " was planned",
          planned.described()
              + " then, "
              + now.described()
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
      throw new UpdateFailedException(
          ErrorCode.INPUT_MISSING,
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
    CommitOutcome outcome = events.append(plan.number(), new EventLog.SkippedInput(missing));
    requireIn(outcome, "what is skipped");
  }

  /** Quarantines have a row of these files already, and this attempt does not report them. */
  private void recordSetAside(EpochPlan plan, List<Slice> had, Map<String, Decision> decided) {
    Map<Slice.FileSlice, String> setAside =
        had.isEmpty() ? Map.of() : ledger.setAside(plan.number()).orElse(Map.of());
    MaskedErrors errors = MaskedErrors.of(pipeline);
    Set<Slice> hadFiles = new HashSet<>();
    had.forEach(slice -> hadFiles.add(Reread.bare(slice)));
    setAside.forEach(
        (slice, error) -> {
          BadFile file = errors.of(BadFile.of(source(slice.source()), slice, error));
          boolean isTold =
              decided.values().stream()
                  .flatMap(each -> each.setAside().stream())
                  .anyMatch(each -> errors.of(each).equals(file));
          if (hadFiles.contains(slice) && !isTold) {
            listener.warning(file.source() + ": a file is set aside: " + file.error());
            requireIn(events.append(plan.number(), file), "what is set aside");
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
    Optional<Problem> problem = outcome.problem(EventLog.TABLE);
    if (problem.isPresent()) {
      throw new UpdateFailedException(
          problem.get().code(),
          what + " could not be written into the event log",
          problem.get().cause(),
          "remove the cause and run again");
    }
  }

  private static String names(List<String> tables) {
    return String.join(", ", tables);
  }
}
