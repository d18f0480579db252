package io.lakebeam.runner;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.pipeline.CommittedEpochs;
import io.lakebeam.pipeline.CompiledFlow;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Definitions;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.TableHistory;
import io.lakebeam.source.table.TableDiscovery;
import io.lakebeam.spec.DatasetSpec;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Tables that were declared, or told to follow another one, after epochs had been done. They get
 * the rows that the tables which they follow have already, beside new ones. What the last plan says
 * took part in its epoch tells them apart, so a run that is killed makes nobody early.
 */
final class LateTables {
  private final CompiledPipeline pipeline;
  private final Ledger.Contents ledger;
  private final Set<String> made;
  private final Set<String> anew;

  /**
   * @param made tables that were not there when this update began: they tell what is late in a
   *     ledger of a version that did not write what took part
   */
  LateTables(CompiledPipeline pipeline, Ledger.Contents ledger, List<String> made) {
    this(pipeline, ledger, made, Set.of());
  }

  /**
   * @param anew tables that are computed anew: they get all rows by that
   */
  LateTables(
      CompiledPipeline pipeline, Ledger.Contents ledger, List<String> made, Set<String> anew) {
    this.pipeline = pipeline;
    this.ledger = ledger;
    this.made = new TreeSet<>(made);
    this.anew = new TreeSet<>(anew);
  }

  private List<CompiledTable> tables() {
    return pipeline.tables().stream().filter(table -> !anew.contains(table.name())).toList();
  }

  /**
   * Which tables a plan does not know of, and which it does not know to follow which.
   *
   * @return names of tables, and of {@linkplain TableHistory#name histories}
   */
  Set<String> absentFrom(EpochPlan plan) {
    if (plan.inputs().isEmpty()) {
      return made;
    }
    Set<String> absent = new TreeSet<>(Definitions.of(pipeline).keySet());
    absent.removeAll(plan.inputs().keySet());
    return absent;
  }

  /**
   * Which tables an epoch that is done again has no rows for: those that its plan does not know,
   * and that get its rows as history. One that has rows gets no history: it was left out by a run
   * of an older declaration, or for a while, and takes part again from the first epoch on that is
   * done.
   *
   * @return as {@link #absentFrom}
   */
  Set<String> withoutRowsOf(EpochPlan plan) {
    Set<String> without = new TreeSet<>(absentFrom(plan));
    for (CompiledTable table : tables()) {
      if (without.contains(table.name()) && hasRows(table)) {
        without.remove(table.name());
        follows(table).forEach(read -> without.remove(TableHistory.name(read, table.name())));
      }
    }
    return without;
  }

  /** The last epoch may have been done by a run that did not declare what its plan knows. */
  private Set<String> late() {
    Set<String> late = new TreeSet<>(ledger.last().map(this::absentFrom).orElse(Set.of()));
    late.addAll(ledger.leftOut());
    return late;
  }

  /**
   * Histories that begin again: of tables that are late, and have no rows of an earlier time in
   * which they were declared.
   */
  Set<String> again() {
    Set<String> late = late();
    Set<String> again = new TreeSet<>(histories().keySet());
    again.removeIf(name -> !late.contains(TableHistory.into(name)));
    return again;
  }

  /** Finds the rows that late tables are still to get, by the names of the histories. */
  Map<String, SourceDiscovery> histories() {
    Set<String> late = late();
    Map<String, SourceDiscovery> histories = new TreeMap<>();
    for (CompiledTable table : tables()) {
      if (isBackfilled(table) && !(late.contains(table.name()) && hasRows(table))) {
        for (String read : follows(table)) {
          String name = TableHistory.name(read, table.name());
          boolean isLate = late.contains(name) || late.contains(table.name());
          if (isPending(name) || isLate && !late.contains(read)) {
            histories.put(
                name, new TableDiscovery(read, pipeline.pathOf(read), Set.of(table.name())));
          }
        }
      }
    }
    return histories;
  }

  /** Tables among some that have begun to get their history, and have not all of it. */
  Set<String> pending(Set<String> among) {
    Set<String> pending = new TreeSet<>();
    for (CompiledTable table : pipeline.tables()) {
      boolean isPending =
          follows(table).stream()
              .anyMatch(read -> isPending(TableHistory.name(read, table.name())));
      if (isPending && isBackfilled(table) && among.contains(table.name())) {
        pending.add(table.name());
      }
    }
    return pending;
  }

  private boolean isPending(String name) {
    SourcePosition position = ledger.positions().get(name);
    return position instanceof TableHistory history && !history.isAtEnd();
  }

  /** What late tables do not get, a sentence for each. */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    Set<String> late = late();
    for (CompiledTable table : tables()) {
      String epochs = String.format(Locale.ROOT, "what epochs 1 to %d read", ledger.lastPlanned());
      if (!late.contains(table.name())) {
        if (made.contains(table.name()) && ledger.last().isPresent()) {
          warnings.add(
              "table "
                  + table.name()
                  + " was not there any more and is made anew: it gets what is read from now on, not "
                  + epochs
                  + "; for that, run with --full-refresh "
                  + table.name());
        }
      } else if (hasRows(table)) {
        warnings.add(
            "table "
                + table.name()
                + " was not declared for a while: it gets what is read from now on, not what came in"
                + " between; for that, run with --full-refresh "
                + table.name());
      } else {
        lacking(table)
            .ifPresent(
                sources ->
                    warnings.add(
                        "table "
                            + table.name()
                            + " is new: of "
                            + sources
                            + " it gets what is read from now on, not "
                            + epochs
                            + "; for that, run with --full-refresh "
                            + table.name()));
      }
    }
    return warnings;
  }

  /** What a new table reads that has no history for it. */
  private Optional<String> lacking(CompiledTable table) {
    Set<String> sources = new TreeSet<>();
    for (CompiledFlow flow : table.flows()) {
      if (!(flow.input() instanceof CompiledFlow.FromTable)) {
        sources.addAll(flow.takes());
      }
    }
    return sources.isEmpty() ? Optional.empty() : Optional.of(String.join(", ", sources));
  }

  private static Set<String> follows(CompiledTable table) {
    Set<String> read = new TreeSet<>();
    for (CompiledFlow flow : table.flows()) {
      if (flow.input() instanceof CompiledFlow.FromTable) {
        read.addAll(flow.takes());
      }
    }
    return read;
  }

  private boolean isBackfilled(CompiledTable table) {
    return pipeline.spec().datasets().stream()
        .filter(dataset -> dataset.name().equals(table.name()))
        .allMatch(
            dataset ->
                !(dataset.definition() instanceof DatasetSpec.StreamingTable streaming)
                    || streaming.backfill());
  }

  /** Those in its quarantine are its rows too. */
  private boolean hasRows(CompiledTable table) {
    return CommittedEpochs.has(pipeline.id(), table, 1)
        || CommittedEpochs.quarantineHas(pipeline.id(), table, 1);
  }

  /** Where histories stand that nothing of is planned. */
  static Map<String, SourcePosition> starts(Set<String> histories) {
    Map<String, SourcePosition> starts = new LinkedHashMap<>();
    histories.forEach(name -> starts.put(name, TableHistory.TO_BEGIN));
    return starts;
  }
}
