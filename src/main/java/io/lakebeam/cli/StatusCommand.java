package io.lakebeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.TextTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.deploy.Pause;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.Freshness;
import io.lakebeam.event.PastUpdate;
import io.lakebeam.lake.StoredDatasets;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.quarantine.Masks;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.ReasonCounts;
import io.lakebeam.quarantine.RowFilter;
import io.lakebeam.quarantine.RowStates;
import io.lakebeam.runner.PipelineStatus;
import io.lakebeam.runner.PipelineStatus.Backlog;
import io.lakebeam.spec.DurationText;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Says how a pipeline stands. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Says how a pipeline stands: whether a run is under way, what became of the last epoch, what waits"
          + " in each source and which are silent, how old each table is and which are not fresh,"
          + " how fast records are taken, which views are computed whole or are behind, and which"
          + " rules refuse most. Changes nothing.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam status airlines",
      "  lakebeam status airlines --watch",
      "  lakebeam status airlines --output json"
    })
final class StatusCommand implements Callable<Integer> {
  private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(5);
  private static final int MOST_RULES = 5;
  private static final int MOST_UPDATES = 3;

  private final Console console;
  private final Clock clock;
  private final Pause pause;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;

  @Option(
      names = "--watch",
      description = "Looks again every five seconds, until it is stopped with Ctrl-C.")
  private boolean isWatched;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is an object.")
  private Output output = Output.TEXT;

  StatusCommand(Console console, Clock clock, Pause pause) {
    this.console = console;
    this.clock = clock;
    this.pause = pause;
  }

  @Override
  public Integer call() throws InterruptedException {
    CompiledPipeline opened = pipeline.open(lake, console);
    CompiledPipeline compiled = opened.withId(Ledger.of(opened.lake(), opened.name()).id());
    look(compiled);
    while (isWatched) {
      pause.pause(BETWEEN_LOOKS);
      console.rows("");
      look(compiled);
    }
    return ExitCode.DONE;
  }

  /** A table, when it got its last version, and when its newest rows. */
  private record Aged(
      StoredDatasets.Stored table, Optional<Instant> changedAt, Optional<Instant> rowsAt) {}

  /** All that a look has found. */
  private record Found(
      Instant at,
      PipelineStatus status,
      List<PastUpdate> updates,
      OptionalLong rate,
      List<ComputedView> whole,
      List<ReasonCounts.Reason> refused,
      List<Aged> tables) {}

  private void look(CompiledPipeline compiled) {
    Instant now = clock.instant();
    PipelineStatus status = PipelineStatus.of(compiled, clock);
    Found found =
        new Found(
            now,
            status,
            PastUpdate.of(compiled.lake(), compiled.id(), MOST_UPDATES),
            rate(status, compiled),
            whole(compiled),
            refused(compiled),
            tables(compiled));
    if (output == Output.JSON) {
      console.rows(json(found).toPrettyString());
    } else {
      text(compiled, found);
    }
  }

  private static List<Aged> tables(CompiledPipeline compiled) {
    List<Aged> tables = new ArrayList<>();
    for (StoredDatasets.Stored each : StoredDatasets.of(compiled)) {
      boolean isDataset = compiled.graph().dataset(each.name()).isPresent();
      if (isDataset && each.snapshot().isPresent()) {
        tables.add(
            new Aged(
                each,
                PipelineStatus.lastChange(each.place()),
                PipelineStatus.lastRows(each.place())));
      }
    }
    return tables;
  }

  /** Why rows are refused that are open, the most frequent reason first. */
  private static List<ReasonCounts.Reason> refused(CompiledPipeline compiled) {
    QuarantineReader reader = new QuarantineReader(compiled);
    RowStates states = RowStates.of(compiled);
    ReasonCounts counts = new ReasonCounts();
    Masks masks = Masks.of(compiled);
    reader.read(
        RowFilter.ALL,
        masks.hideAny(),
        row -> {
          if (states.of(row).status() == RowStates.Status.OPEN) {
            counts.add(masks.of(row), true);
          }
        });
    return counts.reasons().stream()
        .sorted(Comparator.comparingLong((ReasonCounts.Reason each) -> -each.count().rows()))
        .limit(MOST_RULES)
        .toList();
  }

  private void text(CompiledPipeline compiled, Found found) {
    Instant now = found.at();
    PipelineStatus status = found.status();
    console.rows(
        "run      "
            + status
                .holder()
                .map(run -> run.run() + " on " + run.host() + " (process " + run.process() + ")")
                .orElse("none is under way"));
    found.updates().forEach(each -> console.rows("update   " + update(each, status, now)));
    console.rows("epoch    " + epoch(status, compiled, now));
    status
        .failure()
        .ifPresent(failure -> console.rows("         error: " + failure.told().problem()));
    for (Backlog backlog : status.backlogs()) {
      console.rows(
          "source   " + backlog.source() + ": " + waiting(backlog, now) + silent(status, backlog));
    }
    // A database has an entry for each of its tables, and away it is once.
    status.sinks().stream()
        .map(sink -> "sink     " + sink.sink() + ": " + waiting(sink))
        .distinct()
        .forEach(console::rows);
    found
        .rate()
        .ifPresent(
            rate ->
                console.rows(
                    String.format(
                        Locale.ROOT,
                        "rate     %,d records/s over %s",
                        rate,
                        Amounts.of(status.results().size(), "epoch"))));
    found
        .whole()
        .forEach(
            view -> console.rows("whole    " + view.name() + " each time: " + view.why().text()));
    status
        .behind()
        .forEach((name, told) -> console.rows("behind   " + (told.isEmpty() ? name : told)));
    for (ReasonCounts.Reason each : found.refused()) {
      console.rows(
          "refused  "
              + each.table()
              + ": "
              + each.reason()
              + ", "
              + Amounts.of(each.count().rows(), "open row"));
    }
    if (!found.tables().isEmpty()) {
      console.rows("");
      boolean areWatched =
          found.tables().stream()
              .anyMatch(each -> status.freshness().containsKey(each.table().name()));
      TextTable text =
          areWatched
              ? TextTable.of("table", ">rows", "last rows", "age", "freshness")
              : TextTable.of("table", ">rows", "last rows", "age");
      for (Aged each : found.tables()) {
        List<String> line = new ArrayList<>();
        line.add(each.table().name());
        line.add(Amounts.rows(each.table().snapshot().flatMap(Snapshot::rows)));
        line.add(each.rowsAt().map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString()).orElse(""));
        line.add(each.rowsAt().map(at -> age(at, now)).orElse(""));
        if (areWatched) {
          Freshness freshness = status.freshness().get(each.table().name());
          line.add(freshness == null ? "" : fresh(freshness));
        }
        text.add(line);
      }
      text.lines(console.columns()).forEach(console::rows);
    }
  }

  /** Records of sources in a second of the last epochs; empty when they had none. */
  private static OptionalLong rate(PipelineStatus status, CompiledPipeline compiled) {
    long records = 0;
    long millis = 0;
    for (EpochResult each : status.results()) {
      records += EpochLines.records(each, compiled);
      millis += Duration.between(each.plannedAt(), each.finishedAt()).toMillis();
    }
    return records == 0
        ? OptionalLong.empty()
        : OptionalLong.of(Math.round(records * 1000.0 / Math.max(1, millis)));
  }

  /** Views that do not follow changes. */
  private static List<ComputedView> whole(CompiledPipeline compiled) {
    List<ComputedView> whole = new ArrayList<>();
    for (CompiledView view : compiled.views()) {
      if (view instanceof ComputedView computed && !computed.isIncremental()) {
        whole.add(computed);
      }
    }
    return whole;
  }

  private static String update(PastUpdate update, PipelineStatus status, Instant now) {
    String begun = age(update.begunAt(), now) + " ago, " + small(update.mode());
    if (!update.by().isEmpty()) {
      begun += ", by " + update.by();
    }
    if (update.endedAt().isEmpty()) {
      return begun + (status.holder().isPresent() ? ": is running" : ": has ended without a word");
    }
    return begun
        + ": "
        + small(update.state())
        + " after "
        + DurationText.rough(Duration.between(update.begunAt(), update.endedAt().get()))
        + (update.problem().isEmpty() ? "" : ": " + update.problem());
  }

  private static String small(String word) {
    return word.toLowerCase(Locale.ROOT);
  }

  private static ObjectNode json(PastUpdate update) {
    return new ObjectMapper()
        .createObjectNode()
        .put("id", update.id())
        .put("begun_at", update.begunAt().toString())
        .put("mode", update.mode())
        .put("user_name", update.by())
        .put("state", update.state())
        .put("ended_at", update.endedAt().map(Instant::toString).orElse(null))
        .put("problem", update.problem().isEmpty() ? null : update.problem());
  }

  private static String epoch(PipelineStatus status, CompiledPipeline compiled, Instant now) {
    if (status.last().isEmpty()) {
      return "none was planned yet";
    }
    String number = Long.toString(status.last().get().number());
    if (status.result().isEmpty()) {
      return number + ", planned " + age(status.last().get().plannedAt(), now) + " ago, not done";
    }
    EpochResult result = status.result().get();
    long duplicates =
        result.datasets().stream().mapToLong(EpochResult.DatasetResult::duplicates).sum();
    return String.format(
        Locale.ROOT,
        "%s, done %s ago, %,d ms after it was planned: %s in, %,d quarantined, %,d dropped%s",
        number,
        age(result.finishedAt(), now),
        Duration.between(result.plannedAt(), result.finishedAt()).toMillis(),
        Amounts.of(EpochLines.records(result, compiled), "record"),
        result.datasets().stream().mapToLong(EpochResult.DatasetResult::quarantined).sum(),
        result.datasets().stream().mapToLong(EpochResult.DatasetResult::dropped).sum(),
        duplicates == 0 ? "" : ", " + Amounts.of(duplicates, "duplicate"));
  }

  private static String fresh(Freshness freshness) {
    return freshness.isLate() ? "not fresh: " + late(freshness) : "fresh";
  }

  private static String silent(PipelineStatus status, Backlog backlog) {
    return Optional.ofNullable(status.freshness().get(backlog.source()))
        .filter(Freshness::isLate)
        .map(freshness -> "; silent: " + late(freshness))
        .orElse("");
  }

  private static String late(Freshness freshness) {
    return DurationText.rough(freshness.age())
        + ", wanted "
        + DurationText.exact(freshness.limit());
  }

  private static String waiting(Backlog backlog, Instant now) {
    if (!backlog.problem().isEmpty()) {
      return "not known, " + backlog.problem();
    }
    if (backlog.files() > 0) {
      return Amounts.of(backlog.files(), "file")
          + (backlog.files() == 1 ? " waits, " : " wait, ")
          + Amounts.bytes(backlog.bytes())
          + backlog.oldest().map(at -> ", the oldest for " + age(at, now)).orElse("");
    }
    return backlog.rows() == 0
        ? "nothing waits"
        : Amounts.of(backlog.rows(), "offset")
            + (backlog.rows() == 1 ? " waits" : " wait")
            + backlog.oldest().map(at -> ", the oldest for " + age(at, now)).orElse("");
  }

  private static String waiting(PipelineStatus.Undelivered sink) {
    if (!sink.problem().isEmpty()) {
      return "not known, " + sink.problem();
    }
    return sink.rows() == 0
        ? "all of " + sink.dataset() + " is delivered"
        : Amounts.of(sink.rows(), "row")
            + " of "
            + sink.dataset()
            + (sink.rows() == 1 ? " waits" : " wait");
  }

  /** {@code 3 s}, {@code 5 min}, {@code 7 h}, {@code 4 d}. */
  static String age(Instant at, Instant now) {
    return DurationText.rough(Duration.between(at, now));
  }

  private static ObjectNode json(Found found) {
    PipelineStatus status = found.status();
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("at", found.at().toString());
    status
        .holder()
        .ifPresent(
            run ->
                root.putObject("run")
                    .put("id", run.run())
                    .put("host", run.host())
                    .put("process", run.process()));
    ArrayNode updates = root.putArray("updates");
    found.updates().forEach(each -> updates.add(json(each)));
    status
        .last()
        .ifPresent(
            plan -> {
              ObjectNode epoch = root.putObject("epoch");
              epoch.put("number", plan.number());
              epoch.put("planned_at", plan.plannedAt().toString());
              status
                  .result()
                  .ifPresent(result -> epoch.put("done_at", result.finishedAt().toString()));
              status.failure().ifPresent(failure -> epoch.put("error", failure.told().problem()));
            });
    ArrayNode sources = root.putArray("sources");
    for (Backlog each : status.backlogs()) {
      ObjectNode source = sources.addObject().put("source", each.source());
      if (each.problem().isEmpty()) {
        source
            .put("backlog_records", each.rows())
            .put("backlog_files", each.files())
            .put("backlog_bytes", each.bytes())
            .put("oldest_at", each.oldest().map(Instant::toString).orElse(null));
      } else {
        source.put("problem", each.problem());
      }
      Freshness freshness = status.freshness().get(each.source());
      if (freshness != null) {
        source
            .put("silent", freshness.isLate())
            .put("last_records_at", freshness.last().map(Instant::toString).orElse(null))
            .put("silent_after_seconds", freshness.limit().toSeconds());
      }
    }
    ArrayNode sinks = root.putArray("sinks");
    for (PipelineStatus.Undelivered each : status.sinks()) {
      ObjectNode sink = sinks.addObject().put("sink", each.sink()).put("dataset", each.dataset());
      if (each.problem().isEmpty()) {
        sink.put("waiting_rows", each.rows());
      } else {
        sink.put("problem", each.problem());
      }
    }
    ArrayNode stored = root.putArray("tables");
    for (Aged each : found.tables()) {
      ObjectNode table =
          stored
              .addObject()
              .put("table", each.table().name())
              .put("rows", each.table().snapshot().flatMap(Snapshot::rows).orElse(null))
              .put("rows_at", each.rowsAt().map(Instant::toString).orElse(null))
              .put("changed_at", each.changedAt().map(Instant::toString).orElse(null));
      Freshness freshness = status.freshness().get(each.table().name());
      if (freshness != null) {
        table.put("fresh", !freshness.isLate());
        if (freshness.kind() == Freshness.Kind.VIEW) {
          table.put("up_to_date_at", freshness.last().map(Instant::toString).orElse(null));
        }
        table.put("fresh_within_seconds", freshness.limit().toSeconds());
      }
    }
    found.rate().ifPresent(rate -> root.put("records_per_second", rate));
    ArrayNode whole = root.putArray("computed_whole");
    found.whole().forEach(view -> whole.add(view.name()));
    ObjectNode behind = root.putObject("behind");
    status.behind().forEach(behind::put);
    ArrayNode reasons = root.putArray("refused");
    for (ReasonCounts.Reason each : found.refused()) {
      reasons
          .addObject()
          .put("table", each.table())
          .put(each.isRule() ? "expectation" : "error", each.reason())
          .put("open", each.count().rows());
    }
    return root;
  }
}
