package io.lakebeam.cli;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.argument.PointInTime;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Output;
import io.lakebeam.delta.ChangesGoneException;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.deploy.Pause;
import io.lakebeam.event.EventLog;
import io.lakebeam.lake.EventFilter;
import io.lakebeam.lake.EventJson;
import io.lakebeam.lake.TableMissingException;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.row.JavaValues;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.Callable;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows the event log of a pipeline. */
@Command(
    name = "events",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows what the event log of a lake has of a pipeline, the newest event last. Times are UTC.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam events airlines",
      "  lakebeam events airlines --level warn --since 1d",
      "  lakebeam events airlines --dataset flights --type flow_progress --output json",
      "  lakebeam events airlines --follow"
    })
final class EventsCommand implements Callable<Integer> {
  private static final Duration LOOKS = Duration.ofSeconds(1);

  private static final Comparator<Map<String, @Nullable Object>> OLDEST =
      Comparator.comparing(
              (Map<String, @Nullable Object> event) -> (Instant) event.get("timestamp"))
          .thenComparing(event -> String.valueOf(event.get("id")));

  private final Console console;
  private final Clock clock;
  private final Pause pause;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;

  @Option(
      names = "--level",
      paramLabel = "LEVEL",
      description = "Events that matter so much at least: ${COMPLETION-CANDIDATES}.")
  private EventFilter.Level level = EventFilter.Level.METRICS;

  @Option(
      names = "--type",
      paramLabel = "TYPE",
      split = "\\s*,\\s*",
      splitSynopsisLabel = ",",
      description = "Only events of this type, such as flow_progress; may be repeated.")
  private Set<String> types = new LinkedHashSet<>();

  @Option(
      names = "--dataset",
      paramLabel = "NAME",
      split = "\\s*,\\s*",
      splitSynopsisLabel = ",",
      description = "Only events of this dataset or source; may be repeated.")
  private Set<String> datasets = new LinkedHashSet<>();

  @Option(names = "--epoch", paramLabel = "N", description = "Only events of this epoch.")
  private Long epoch;

  @Option(
      names = "--since",
      paramLabel = "TIME",
      description =
          "Events of then or later: 2026-01-31, 2026-01-31T12:00:00Z, or 2h for two hours ago.")
  private String since;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Events at most, the newest. Default: ${DEFAULT-VALUE}.")
  private int limit = 50;

  @Option(
      names = "--follow",
      description = "Goes on with events as they come, until it is stopped with Ctrl-C.")
  private boolean follow;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is an object a line.")
  private Output output = Output.TEXT;

  EventsCommand(Console console, Clock clock, Pause pause) {
    this.console = console;
    this.clock = clock;
    this.pause = pause;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit is at least 1, not " + limit);
    }
    Optional<Instant> from =
        Optional.ofNullable(since).map(text -> PointInTime.of("--since", text, clock));
    CompiledPipeline compiled = pipeline.open(lake, console);
    Place path = compiled.lake().child(EventLog.TABLE);
    DeltaTable table = DeltaTable.at(path);
    Optional<Snapshot> before = table.latest();
    if (before.isEmpty() && !follow) {
      throw new TableMissingException(path.uri());
    }
    EventFilter filter =
        new EventFilter(compiled.name(), level, types, datasets, Optional.ofNullable(epoch), from);
    before.ifPresent(now -> tell(path, now, now.files(), limit, filter));
    return follow ? follow(path, table, before, filter) : ExitCode.DONE;
  }

  private int follow(Place path, DeltaTable table, Optional<Snapshot> before, EventFilter filter) {
    long version = before.map(Snapshot::version).orElse(-1L);
    try {
      while (true) {
        pause.pause(LOOKS);
        Optional<Snapshot> now = table.latest();
        if (now.isPresent() && now.get().version() != version) {
          tell(path, now.get(), added(table, now.get(), version), Integer.MAX_VALUE, filter);
          version = now.get().version();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return ExitCode.DONE;
    }
  }

  private List<DataFile> added(DeltaTable table, Snapshot now, long version) {
    if (version < 0) {
      return now.files();
    }
    try {
      return table.changes(version, now.version()).added();
    } catch (ChangesGoneException e) {
      console.warning(
          "the log of the table event_log no longer goes back so far: some events are left out");
      return List.of();
    }
  }

  private void tell(
      Place path, Snapshot snapshot, List<DataFile> files, int most, EventFilter filter) {
    PriorityQueue<Map<String, @Nullable Object>> newest = new PriorityQueue<>(OLDEST);
    for (DataFile file : files) {
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(path, file, snapshot.schema(), snapshot.schema().names())) {
        while (rows.hasNext()) {
          Map<String, @Nullable Object> event =
              JavaValues.of(rows.next(), snapshot.schema().columns());
          if (filter.isOf(event)) {
            newest.add(event);
            if (newest.size() > most) {
              newest.remove();
            }
          }
        }
      }
    }
    List<Map<String, @Nullable Object>> events = new ArrayList<>(newest);
    events.sort(OLDEST);
    events.forEach(
        event ->
            console.rows(output == Output.JSON ? EventJson.of(event).toString() : line(event)));
  }

  private String line(Map<String, @Nullable Object> event) {
    EventFilter.Level of = EventFilter.Level.of(event);
    String level = String.format(Locale.ROOT, "%-7s", event.get("level"));
    return String.format(
        Locale.ROOT,
        "%s  %s  %-21s  %s",
        ((Instant) event.get("timestamp")).truncatedTo(ChronoUnit.SECONDS),
        of.compareTo(EventFilter.Level.WARN) >= 0 ? console.bad(level) : level,
        event.get("event_type"),
        event.get("message"));
  }
}
