package io.lakebeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.Warnings;
import io.lakebeam.cli.text.Output;
import io.lakebeam.delta.SchemaChange;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.BudgetResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.runner.Preview;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.source.BadFile;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.ToLongFunction;
import java.util.stream.Collectors;

/**
 * Tells an update epoch by epoch, a line each; after an hour, a line a minute at most, with the
 * sums of the epochs since the last one. JSON has an object for each epoch, always. In are the
 * records that came from sources; out are the rows added to the last tables, those that no other
 * streaming table reads, and the changes of tables that are updated, so a record that two of them
 * take counts twice; quarantined, dropped and duplicates are rows of all tables.
 */
public final class EpochLines implements UpdateListener, AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Files of an epoch that are told one by one. */
  private static final int MOST_TOLD = 5;

  private static final Duration TOLD_ONE_BY_ONE = Duration.ofHours(1);
  private static final Duration BETWEEN_LINES = Duration.ofMinutes(1);

  private final Console console;
  private final Output output;
  private final Warnings warnings;
  private final Clock clock;
  private final Set<String> first;
  private final Set<String> last;
  private final boolean hasDuplicates;
  private Instant startedAt;
  private Instant lastLine = Instant.MIN;
  private Optional<EpochTotals> untold = Optional.empty();
  private boolean isThinned;

  public EpochLines(Console console, Output output, CompiledPipeline pipeline, Clock clock) {
    this.console = console;
    this.output = output;
    this.warnings = new Warnings(console::warning, clock);
    this.clock = clock;
    this.startedAt = clock.instant();
    this.first = readingSources(pipeline);
    this.hasDuplicates =
        pipeline.tables().stream().anyMatch(table -> table.deduplication().isPresent());
    Set<String> read = new TreeSet<>();
    for (CompiledTable table : pipeline.tables()) {
      pipeline.graph().dataset(table.name()).ifPresent(dataset -> read.addAll(dataset.inputs()));
    }
    pipeline.upserts().forEach(upsert -> read.remove(upsert.upstream()));
    this.last =
        pipeline.tables().stream()
            .map(CompiledTable::name)
            .filter(name -> !read.contains(name))
            .collect(Collectors.toCollection(TreeSet::new));
  }

  @Override
  public void columnsChange(String table, SchemaChange.Additive change) {
    console.say("table " + table + ", with its next rows: " + change);
  }

  @Override
  public void change(Preview.Item item) {
    console.say(item.text());
  }

  @Override
  public void started() {
    startedAt = clock.instant();
    if (output == Output.TEXT) {
      console.line(
          "each epoch: in = records from sources, out = rows added to " + String.join(", ", last));
    }
  }

  @Override
  public void planned(EpochPlan plan, boolean isReplay) {
    if (isReplay) {
      console.say("epoch " + plan.number() + " was not finished by the last run: doing it again");
    }
  }

  @Override
  public void done(EpochResult result, long millis) {
    EpochTotals totals = totals(result, millis);
    result.budgets().stream()
        .filter(BudgetResult::isTold)
        .forEach(budget -> warning(budget.name() + ": " + budget.excess()));
    if (output == Output.JSON) {
      console.line(json(totals, result.setAside().size()));
      return;
    }
    untold = Optional.of(untold.map(before -> before.plus(totals)).orElse(totals));
    tellWhenDue();
    tellSetAside(result.setAside());
  }

  @Override
  public void idle() {
    tellWhenDue();
  }

  /** Tells what is left to tell. */
  @Override
  public void close() {
    tell();
    warnings.close();
  }

  private void tellWhenDue() {
    Instant now = clock.instant();
    boolean isEarly = now.isBefore(startedAt.plus(TOLD_ONE_BY_ONE));
    if (isEarly || lastLine.equals(Instant.MIN) || !now.isBefore(lastLine.plus(BETWEEN_LINES))) {
      tell();
    } else if (untold.isPresent() && !isThinned) {
      isThinned = true;
      console.say("from here on, a line a minute sums up the epochs since the last one");
    }
  }

  private void tell() {
    untold.ifPresent(
        totals -> {
          console.line(totals.line(hasDuplicates));
          lastLine = clock.instant();
        });
    untold = Optional.empty();
  }

  private EpochTotals totals(EpochResult result, long millis) {
    return new EpochTotals(
        result.number(),
        result.number(),
        sum(result, first, DatasetResult::in),
        sum(result, last, DatasetResult::accepted),
        result.datasets().stream().mapToLong(DatasetResult::quarantined).sum(),
        result.datasets().stream().mapToLong(DatasetResult::dropped).sum(),
        result.datasets().stream().mapToLong(DatasetResult::duplicates).sum(),
        millis,
        result.finishedAt());
  }

  private static String json(EpochTotals epoch, int setAside) {
    return JSON.createObjectNode()
        .put("epoch", epoch.first())
        .put("in", epoch.in())
        .put("out", epoch.out())
        .put("quarantined", epoch.quarantined())
        .put("dropped", epoch.dropped())
        .put("duplicates", epoch.duplicates())
        .put("set_aside", setAside)
        .put("millis", epoch.millis())
        .put("at", epoch.at().toString())
        .toString();
  }

  private void tellSetAside(List<BadFile> files) {
    files.stream()
        .limit(MOST_TOLD)
        .forEach(file -> warning(file.source() + ": a file is set aside: " + file.error()));
    if (files.size() > MOST_TOLD) {
      warning(
          files.size() - MOST_TOLD + " more files are set aside; the event log names all of them");
    }
  }

  @Override
  public void warning(String text) {
    warnings.warn(text);
  }

  /** How many records of an epoch came from sources: tables that read tables count none again. */
  static long records(EpochResult result, CompiledPipeline pipeline) {
    return sum(result, readingSources(pipeline), DatasetResult::in);
  }

  private static Set<String> readingSources(CompiledPipeline pipeline) {
    return pipeline.tables().stream()
        .filter(table -> !pipeline.sourcesOf(table).isEmpty())
        .map(CompiledTable::name)
        .collect(Collectors.toSet());
  }

  private static long sum(
      EpochResult result, Set<String> datasets, ToLongFunction<DatasetResult> count) {
    return result.datasets().stream()
        .filter(dataset -> datasets.contains(dataset.dataset()))
        .mapToLong(count)
        .sum();
  }
}
