package io.lakebeam.runner;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.epoch.FullRefresh;
import io.lakebeam.epoch.FullRefresh.Reading;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CompiledFlow;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Definitions;
import io.lakebeam.source.RereadDiscovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.table.TableDiscovery;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.SourceSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Tables that a pipeline computes anew, with all that follow them: begun, gone on with by whichever
 * run comes next, and ended when they are whole.
 *
 * <pre>
 *  begin: which tables, what is read once more   durable before the first epoch of it
 *  epochs: new data, and what is read once more  rows of these tables go into a folder of their own
 *  last epoch: all that was there is replaced    one commit a table ({@link RefreshedTables})
 * </pre>
 *
 * What an epoch that was planned before has for these tables is among what is read once more, so
 * that epoch is done without them.
 */
final class FullRefreshes {
  private final CompiledPipeline pipeline;
  private final Ledger ledger;
  private final Function<SourceSpec, SourceDiscovery> sources;
  private final boolean isLossAccepted;
  private boolean hasEnded;

  /**
   * @param sources what is asked for what it still has
   * @param isLossAccepted true when tables may be computed of less than they have read
   */
  FullRefreshes(
      CompiledPipeline pipeline,
      Ledger ledger,
      Function<SourceSpec, SourceDiscovery> sources,
      boolean isLossAccepted) {
    this.pipeline = pipeline;
    this.ledger = ledger;
    this.sources = sources;
    this.isLossAccepted = isLossAccepted;
  }

  /**
   * Why what is computed so far is void, as the beginning of a sentence; empty when it goes on. Its
   * tables are not declared any more as they were, or somebody has removed one with what it has.
   */
  Optional<String> whyVoid(FullRefresh refresh, Ledger.Contents contents) {
    if (!refresh.tables().equals(pipeline.withFollowers(declared(refresh.asked())))
        || !refresh.inputs().equals(inputs(refresh.tables()))) {
      return Optional.of("declarations have changed");
    }
    if (!refresh.hasBegun(contents.positions())) {
      return Optional.empty();
    }
    return pipeline.tables().stream()
        .filter(table -> refresh.tables().contains(table.name()))
        .map(table -> table.stagedIn(refresh.id()))
        .flatMap(
            table ->
                Stream.of(table.path(), table.quarantinePath())
                    .filter(path -> DeltaTable.at(path).latest().isEmpty())
                    .map(path -> "somebody has removed " + path))
        .findFirst();
  }

  /** These tables, or those of their changes, as far as flows add rows to them. */
  Set<String> declared(Set<String> names) {
    Set<String> declared = new TreeSet<>(pipeline.withChanges(names));
    declared.retainAll(pipeline.tables().stream().map(CompiledTable::name).toList());
    return declared;
  }

  private Map<String, String> inputs(Set<String> tables) {
    Map<String, String> inputs = new TreeMap<>(Definitions.of(pipeline));
    inputs.keySet().retainAll(tables);
    return inputs;
  }

  /**
   * What computes tables anew, and all that follow them; it begins when the ledger has it.
   *
   * @param asked tables that flows add rows to
   * @param before what it takes the place of: its tables are not whole either
   * @param maxRows that a part of what is read once more has, where a source allows it
   * @throws UpdateFailedException when that may not be, or would lose rows
   */
  FullRefresh planned(Set<String> asked, Optional<FullRefresh> before, long maxRows) {
    Ledger.Contents contents = ledger.contents();
    Set<String> all = new TreeSet<>(asked);
    before.ifPresent(each -> all.addAll(declared(each.tables())));
    Set<String> tables = pipeline.withFollowers(all);
    List<Reading> readings = possible(contents, tables, maxRows);
    return new FullRefresh(
        contents.lastPlanned() + 1,
        1,
        before.map(FullRefresh::id).orElse(""),
        all,
        tables,
        inputs(tables),
        readings);
  }

  /**
   * Goes on only when tables can be computed anew.
   *
   * @param asked tables that flows add rows to
   * @throws UpdateFailedException as {@link #planned}
   */
  void requirePossible(Set<String> asked) {
    possible(ledger.contents(), pipeline.withFollowers(asked), Long.MAX_VALUE);
  }

  private List<Reading> possible(Ledger.Contents contents, Set<String> tables, long maxRows) {
    requireAllowed(tables);
    requireNonePending(contents, tables);
    List<Reading> readings = readings(contents, tables, maxRows);
    requireOwnRows(tables);
    return readings;
  }

  private void requireAllowed(Set<String> tables) {
    List<String> refused = new ArrayList<>();
    for (DatasetSpec dataset : pipeline.spec().datasets()) {
      if (tables.contains(dataset.name())
          && dataset.definition() instanceof DatasetSpec.StreamingTable table
          && !table.reset()) {
        refused.add(dataset.name());
      }
    }
    if (!refused.isEmpty()) {
      String names = String.join(", ", refused);
      throw refused(
          names + " may not be computed anew",
          "it is declared with reset: refused, and belongs to what is to be computed: "
              + String.join(", ", tables),
          "name only tables that it does not follow, or take reset out of its declaration");
    }
  }

  private void requireNonePending(Ledger.Contents contents, Set<String> tables) {
    Set<String> pending = new LateTables(pipeline, contents, List.of()).pending(tables);
    if (!pending.isEmpty()) {
      throw refused(
          String.join(", ", pending) + " cannot be computed anew yet",
          "it is still getting its history from the tables that it follows",
          "let an update end first, without --full-refresh");
    }
  }

  private List<Reading> readings(Ledger.Contents contents, Set<String> tables, long maxRows) {
    Map<String, Set<String>> readers = new TreeMap<>();
    for (CompiledTable table : pipeline.tables()) {
      for (CompiledFlow flow : table.flows()) {
        for (String read : flow.takes()) {
          if (tables.contains(table.name()) && !tables.contains(read)) {
            readers.computeIfAbsent(read, name -> new TreeSet<>()).add(table.name());
          }
        }
      }
    }
    List<Reading> readings = new ArrayList<>();
    readers.forEach(
        (name, into) ->
            readings.add(
                pipeline.table(name).isPresent()
                    ? new Reading(name, into, List.of())
                    : reading(contents, name, into, maxRows)));
    return readings;
  }

  private Reading reading(Ledger.Contents contents, String name, Set<String> into, long maxRows) {
    SourceSpec source = pipeline.source(name);
    SourcePosition position = contents.positions().getOrDefault(name, SourcePosition.start(source));
    if (position.isStart()) {
      return new Reading(name, into, List.of());
    }
    SourceDiscovery.Remains remains = sources.apply(source).remains(position);
    if (!remains.lost().isEmpty() && !isLossAccepted) {
      throw refused(
          String.join(", ", into)
              + " cannot be computed anew without loss: source "
              + name
              + " has not all any more that was read of it",
          remains.lost(),
          "run with --accept-loss, which computes of what is still there; or declare the table under"
              + " another name beside it");
    }
    List<Slice> parts = new ArrayList<>();
    remains.slices().forEach(slice -> parts.addAll(slice.parts(maxRows)));
    return new Reading(name, into, parts);
  }

  private void requireOwnRows(Set<String> tables) {
    for (CompiledTable table : pipeline.tables()) {
      if (tables.contains(table.name()) && !isLossAccepted) {
        DeltaTable.at(table.home())
            .latest()
            .map(now -> RefreshedTables.foreignRows(table, now))
            .filter(rows -> rows > 0)
            .ifPresent(
                rows -> {
                  throw RefreshedTables.foreign(table.name(), rows);
                });
      }
    }
  }

  /** What finds the rows that are read once more, by the names of positions. */
  Map<String, SourceDiscovery> readings(FullRefresh refresh) {
    Map<String, SourceDiscovery> readings = new TreeMap<>();
    for (Reading reading : refresh.rereads()) {
      String name = reading.name();
      readings.put(
          refresh.position(reading),
          pipeline.table(name).isPresent()
              ? new TableDiscovery(name, pipeline.pathOf(name), reading.into())
              : new RereadDiscovery(reading.slices(), reading.into()));
    }
    return readings;
  }

  /**
   * Lets tables that were computed anew take their places, when an epoch waits in which they are
   * to. Doing it again changes nothing.
   *
   * @throws UpdateFailedException when a table cannot be committed, or has rows of others
   */
  void takePlaces(Ledger.Contents contents) {
    ledger
        .ending(contents)
        .ifPresent(
            refresh -> {
              hasEnded = true;
              RefreshedTables refreshed =
                  new RefreshedTables(pipeline, refresh, contents.lastPlanned(), isLossAccepted);
              refreshed.replace();
              refreshed.tidy();
            });
  }

  /** Forgets those that have ended in this run, once that epoch is done. */
  void forget() {
    if (hasEnded) {
      ledger.forgetRefreshes(ledger.contents());
    }
  }

  private static UpdateFailedException refused(String problem, String cause, String fix) {
    return new UpdateFailedException(ErrorCode.REFRESH_REFUSED, problem, cause, fix);
  }
}
