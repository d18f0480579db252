package io.lakebeam.runner;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.HistoryEntry;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.epoch.DamagedLedgerException;
import io.lakebeam.epoch.EpochFailure;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.event.Freshness;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.graph.StoredViews;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.kafka.TopicProbe;
import io.lakebeam.spec.MirrorSpec;
import io.lakebeam.spec.SinkSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Place;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a pipeline stands at one moment, by a look at its lake and its sources. Changes nothing.
 *
 * @param holder the run that is under way; empty for none
 * @param last the last epoch that was planned; empty before the first
 * @param results of the last epochs that are done, ten at most, the newest first
 * @param failure why it is not, or why a view was left behind; empty when nothing is known
 * @param backlogs what each source has that is not planned
 * @param sinks what each has still to deliver
 * @param behind views and tables that do not show all that they follow, each with what there is to
 *     know of it, which may be nothing
 * @param freshness of sources and datasets that declare how old they may be; without sources that
 *     have not answered
 */
public record PipelineStatus(
    Optional<Lease.Holder> holder,
    Optional<EpochPlan> last,
    List<EpochResult> results,
    Optional<EpochFailure> failure,
    List<Backlog> backlogs,
    List<Undelivered> sinks,
    Map<String, String> behind,
    Map<String, Freshness> freshness) {
  /** A broker that does not answer is told, and the rest is. */
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);

  private static final int MOST_RESULTS = 10;

  public PipelineStatus {
    results = List.copyOf(results);
    backlogs = List.copyOf(backlogs);
    sinks = List.copyOf(sinks);
    behind = new TreeMap<>(behind);
    freshness = new TreeMap<>(freshness);
  }

  /** Of the last epoch; empty as long as it is not done. */
  public Optional<EpochResult> result() {
    return results.stream()
        .findFirst()
        .filter(each -> last.filter(plan -> plan.number() == each.number()).isPresent());
  }

  /**
   * What a source has that is not planned.
   *
   * @param rows offsets of a topic
   * @param files of a folder
   * @param bytes of these files
   * @param oldest when the oldest of these files or records was written; empty when nobody knows
   * @param problem why nobody knows; empty when the source has answered
   */
  public record Backlog(
      String source, long rows, long files, long bytes, Optional<Instant> oldest, String problem) {
    Backlog oldest(Optional<Instant> at) {
      return new Backlog(source, rows, files, bytes, at, problem);
    }
  }

  /**
   * What a sink has still to deliver.
   *
   * @param dataset whose rows it delivers
   * @param rows that wait
   * @param problem why nobody knows; empty when it is known
   */
  public record Undelivered(String sink, String dataset, long rows, String problem) {}

  /**
   * Looks.
   *
   * @param pipeline as its lake knows it
   */
  public static PipelineStatus of(CompiledPipeline pipeline, Clock clock) {
    Ledger ledger = new Ledger(pipeline.lake(), pipeline.id());
    Ledger.Contents contents = ledger.contents();
    long number = contents.lastPlanned();
    List<Backlog> backlogs = backlogs(pipeline, contents);
    return new PipelineStatus(
        Lease.holder(ledger, clock),
        contents.last(),
        results(ledger, number),
        number == 0 ? Optional.empty() : ledger.failure(number),
        backlogs,
        sinks(pipeline, ledger, clock),
        number == 0 ? Map.of() : StoredViews.behind(pipeline),
        freshness(pipeline, ledger, contents, backlogs, clock.instant()));
  }

  private static List<EpochResult> results(Ledger ledger, long last) {
    List<EpochResult> results = new ArrayList<>();
    if (last > 0) {
      ledger.result(last).ifPresent(results::add);
    }
    for (long number = last - 1; number > 0 && number > last - MOST_RESULTS; number--) {
      try {
        ledger.result(number).ifPresent(results::add);
      } catch (DamagedLedgerException e) {
        continue; // it is done, and nobody can say how
      }
    }
    return results;
  }

  private static Map<String, Freshness> freshness(
      CompiledPipeline pipeline,
      Ledger ledger,
      Ledger.Contents contents,
      List<Backlog> backlogs,
      Instant now) {
    Map<String, Freshness> freshness = new TreeMap<>();
    if (pipeline.spec().freshness().isEmpty()) {
      return freshness;
    }
    FreshnessMemory memory = FreshnessMemory.of(pipeline, ledger, contents, now);
    for (Backlog backlog : backlogs) {
      if (backlog.problem().isEmpty()) {
        boolean isQuiet = backlog.rows() == 0 && backlog.files() == 0;
        memory
            .freshness(backlog.source(), now)
            .map(each -> isQuiet ? each : each.sinceNow())
            .ifPresent(each -> freshness.put(backlog.source(), each));
      }
    }
    for (String dataset : pipeline.spec().freshness().freshWithin().keySet()) {
      memory.freshness(dataset, now).ifPresent(each -> freshness.put(dataset, each));
    }
    return freshness;
  }

  private static List<Backlog> backlogs(CompiledPipeline pipeline, Ledger.Contents contents) {
    List<Backlog> backlogs = new ArrayList<>();
    for (SourceSpec source : pipeline.readSources()) {
      try {
        Discovery found =
            SourceDiscovery.of(pipeline.storage(), source, Secrets::resolve, ANSWERS_WITHIN)
                .discover(
                    contents.positions().getOrDefault(source.name(), SourcePosition.start(source)),
                    Long.MAX_VALUE);
        Backlog backlog = backlog(source.name(), found.slices());
        backlogs.add(
            source.connection() instanceof SourceSpec.Kafka && backlog.rows() > 0
                ? backlog.oldest(oldest(source, found.slices()))
                : backlog);
      } catch (ExplainedException e) {
        backlogs.add(new Backlog(source.name(), 0, 0, 0, Optional.empty(), e.told().sentence()));
      }
    }
    return backlogs;
  }

  private static Optional<Instant> oldest(SourceSpec source, List<Slice> waiting) {
    Map<Integer, Long> next = new TreeMap<>();
    waiting.forEach(
        slice -> {
          if (slice instanceof Slice.KafkaRange range) {
            next.merge(range.partition(), range.from(), Math::min);
          }
        });
    return TopicProbe.of(source, Secrets::resolve, ANSWERS_WITHIN).oldest(next);
  }

  private static List<Undelivered> sinks(CompiledPipeline pipeline, Ledger ledger, Clock clock) {
    List<Undelivered> sinks = new ArrayList<>();
    for (SinkSpec sink : pipeline.spec().sinks()) {
      try {
        long rows = Deliveries.delivery(pipeline, sink, ledger.folder(), clock).waiting();
        sinks.add(new Undelivered(sink.name(), sink.dataset(), rows, ""));
      } catch (ExplainedException e) {
        sinks.add(new Undelivered(sink.name(), sink.dataset(), 0, sentence(sink.name(), e.told())));
      }
    }
    for (MirrorSpec mirror : pipeline.spec().mirrors()) {
      try {
        Deliveries.mirror(pipeline, mirror)
            .waiting()
            .forEach(
                (dataset, rows) -> sinks.add(new Undelivered(mirror.name(), dataset, rows, "")));
      } catch (ExplainedException e) {
        mirror.tables().stream()
            .map(
                table ->
                    new Undelivered(
                        mirror.name(), table.dataset(), 0, sentence(mirror.name(), e.told())))
            .forEach(sinks::add);
      }
    }
    return sinks;
  }

  /** Without the name of the sink, which stands beside it. */
  private static String sentence(String sink, Problem told) {
    String sentence = told.sentence();
    String name = "sink " + sink + ": ";
    return sentence.startsWith(name) ? sentence.substring(name.length()) : sentence;
  }

  private static Backlog backlog(String source, List<Slice> slices) {
    List<Slice.FileSlice> files =
        slices.stream().flatMap(slice -> slice.ofFile().stream()).distinct().toList();
    return new Backlog(
        source,
        slices.stream().mapToLong(slice -> slice.rows().orElse(0)).sum(),
        files.size(),
        files.stream().mapToLong(Slice.FileSlice::bytes).sum(),
        files.stream().map(file -> Instant.ofEpochMilli(file.modifiedAt())).min(Instant::compareTo),
        "");
  }

  /**
   * When a table got its newest rows; empty where there are none among its last hundred versions,
   * which others may have added to rearrange them.
   */
  public static Optional<Instant> lastRows(Place table) {
    DeltaTable delta = DeltaTable.at(table);
    Optional<Snapshot> latest = delta.latest();
    Optional<Instant> found = Optional.empty();
    for (int limit = 1; latest.isPresent() && found.isEmpty() && limit <= 100; limit *= 10) {
      found =
          delta.history(limit).stream()
              .filter(PipelineStatus::hasRows)
              .map(HistoryEntry::timestamp)
              .findFirst();
    }
    return found;
  }

  private static boolean hasRows(HistoryEntry version) {
    boolean isWork = Set.of("DELETE", "OPTIMIZE").contains(version.operation());
    String rows = version.metrics().getOrDefault("numOutputRows", "0");
    return !isWork && !rows.equals("0");
  }

  /** When a table got its last version; empty where there is none. */
  public static Optional<Instant> lastChange(Place table) {
    DeltaTable delta = DeltaTable.at(table);
    return delta.latest().isEmpty()
        ? Optional.empty()
        : delta.history(1).stream().map(HistoryEntry::timestamp).findFirst();
  }
}
