package io.lakebeam.runner;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.epoch.EpochPlanner;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.PipelineIdentity;
import io.lakebeam.epoch.SameSource;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CommittedEpochs;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.Definitions;
import io.lakebeam.source.Patience;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.spec.RunnerProfile;
import io.lakebeam.spec.Secrets;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * One run of a pipeline.
 *
 * <pre>{@code
 * Update update = new Update(pipeline, RunnerProfile.DIRECT, listener, Clock.systemUTC());
 * update.run(Update.Mode.TRIGGERED);
 * }</pre>
 *
 * Holds the pipeline's lease while it runs, so a second update of the same pipeline in the same
 * lake is refused.
 */
public final class Update {
  /** How long an update goes on. */
  public enum Mode {
    /** Takes what is there when it starts, then ends. */
    TRIGGERED,
    /** Goes on until it is stopped. */
    CONTINUOUS
  }

  /** What an operator accepts, when a source no longer has what it was to give. */
  public enum Consent {
    /** Files that are gone are left out, and the event log says so. */
    SKIP_MISSING,
    /** Files that have changed are read as they are, though some tables have them as they were. */
    ACCEPT_CHANGED,
    /** Another topic of that name is read on, at the offsets where reading stands. */
    ACCEPT_TOPIC
  }

  private final CompiledPipeline pipeline;
  private final Engines engines;
  private final Function<SourceSpec, SourceDiscovery> discoveries;
  private final Ledger.Retention retention;
  private final UpdateListener listener;
  private final Clock clock;
  private volatile boolean stopRequested;
  private Optional<Duration> most = Optional.empty();
  private volatile boolean timeIsUp;
  private volatile boolean hasBegun;
  private volatile Runnable onStop = () -> {};

  public Update(
      CompiledPipeline pipeline, RunnerProfile profile, UpdateListener listener, Clock clock) {
    this(
        pipeline,
        Engines.of(profile, pipeline, listener::warning),
        source -> SourceDiscovery.of(source, Secrets::resolve),
        Ledger.Retention.DEFAULT,
        listener,
        clock);
  }

  /**
   * One that takes the newest records of the pipeline's topics and ends, for a look at them. In a
   * lake of its own, which such an update leaves behind with gaps.
   *
   * @param most records, as far as offsets tell
   */
  public static Update ofNewest(
      CompiledPipeline pipeline,
      RunnerProfile profile,
      UpdateListener listener,
      Clock clock,
      long most) {
    return new Update(
        pipeline,
        Engines.of(profile, pipeline, listener::warning),
        source -> new NewestRecords(SourceDiscovery.of(source, Secrets::resolve), most),
        Ledger.Retention.DEFAULT,
        listener,
        clock);
  }

  /**
   * With other ports.
   *
   * @param engines starts what runs epochs, once there is one
   * @param discoveries what finds news in a source
   * @param retention what stays of epochs that are done
   */
  Update(
      CompiledPipeline pipeline,
      Engines engines,
      Function<SourceSpec, SourceDiscovery> discoveries,
      Ledger.Retention retention,
      UpdateListener listener,
      Clock clock) {
    this.pipeline = pipeline;
    this.engines = engines;
    this.discoveries = discoveries;
    this.retention = retention;
    this.listener = listener;
    this.clock = clock;
  }

  /**
   * Bounds the time of the runs to come: one ends after the epoch that is under way so long after
   * its start, as when it is asked to {@link #stop}. It looks for an epoch once, whatever the time.
   */
  public void stopAfter(Duration time) {
    most = Optional.of(time);
  }

  /** True when the run has ended, or is about to, because its time is up. */
  public boolean isTimeUp() {
    return timeIsUp;
  }

  /**
   * Runs until the mode's end or a stop.
   *
   * @throws UpdateFailedException when it cannot go on
   * @throws io.lakebeam.epoch.LeaseLostException when another run owns the pipeline
   */
  public void run(Mode mode) {
    run(mode, Set.of());
  }

  /**
   * Runs until the mode's end or a stop.
   *
   * @param consents what to do without asking
   * @throws UpdateFailedException when it cannot go on
   * @throws io.lakebeam.epoch.LeaseLostException when another run owns the pipeline
   */
  public void run(Mode mode, Set<Consent> consents) {
    // A triggered run asks for the first time after its first epoch.
    hasBegun = mode == Mode.TRIGGERED;
    Instant end = most.map(clock.instant()::plus).orElse(Instant.MAX);
    try {
      Storage.use(pipeline.spec().storage());
      Ledger ledger = new Ledger(pipeline.spec().lake(), pipeline.name(), retention);
      String run = UUID.randomUUID().toString().substring(0, 8);
      try (Lease lease = Lease.acquire(ledger, pipeline.name(), run, clock)) {
        PipelineIdentity.claim(ledger, pipeline.name(), readings());
        List<String> made = Lake.prepare(pipeline, ledger.neighbours(), listener);
        LateTables late = new LateTables(pipeline, ledger.contents(), made);
        Map<String, SourceDiscovery> sources = sources(late, ledger, consents);
        EpochPlanner planner = planner(ledger, sources);
        refuseIfForgotten(ledger, planner);
        late.warnings().forEach(listener::warning);
        Preview.histories(pipeline, late).forEach(listener::change);
        new ForeignRows(pipeline).warnings().forEach(listener::warning);
        AfterRead afterRead = new AfterRead(ledger, pipeline.readSources(), listener);
        afterRead.resume();
        Patience patience = mode == Mode.TRIGGERED ? Patience.BOUNDED : Patience.ENDLESS;
        try (EngineOnDemand engine = new EngineOnDemand(() -> engines.start(patience))) {
          Epoch epoch =
              new Epoch(
                  pipeline,
                  Math.min(pipeline.spec().maxRowsPerEpoch(), engines.mostRowsOfAnEpoch()),
                  ledger,
                  lease,
                  planner,
                  new Replay(pipeline, ledger, sources, late, consents, listener),
                  afterRead,
                  listener,
                  () -> isToStop(end));
          UpdateRun updateRun = new UpdateRun(engine, epoch, pipeline.spec().commitEvery(), clock);
          onStop = updateRun::wake;
          listener.started();
          if (mode == Mode.TRIGGERED) {
            updateRun.triggered();
          } else {
            updateRun.continuous();
          }
        }
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      throw Failures.explain(e);
    }
  }

  /** Asks the update to end after the epoch that is under way. Returns at once. */
  public void stop() {
    stopRequested = true;
    onStop.run();
  }

  private boolean isToStop(Instant end) {
    // Asked before its first plan, a run has only started: it is to do something each time.
    timeIsUp |= hasBegun && !clock.instant().isBefore(end);
    hasBegun = true;
    return stopRequested || timeIsUp;
  }

  private void refuseIfForgotten(Ledger ledger, EpochPlanner planner) {
    Optional<CommittedEpochs.Committed> ahead =
        CommittedEpochs.ahead(pipeline, planner.lastPlanned());
    if (ahead.isPresent()) {
      throw new UpdateFailedException(
          ErrorCode.TABLE_AHEAD,
          "table " + ahead.get().table() + " is ahead of the pipeline's ledger",
          String.format(
              Locale.ROOT,
              "the table has epoch %d, but %s knows no epoch behind %d: it was deleted, or restored"
                  + " from an older copy",
              ahead.get().epoch(),
              ledger.folder(),
              planner.lastPlanned()),
          "restore that folder, or start over with an empty lake: new epochs of the old numbers"
              + " would be taken for those the table already has");
    }
  }

  private Map<String, SourceDiscovery> sources(
      LateTables late, Ledger ledger, Set<Consent> consents) {
    Map<String, SourceDiscovery> sources = new TreeMap<>(late.histories());
    for (SourceSpec source : pipeline.readSources()) {
      sources.put(
          source.name(),
          new SameSource(
              source.name(),
              SourceDiscovery.reading(source, Secrets::resolve),
              discoveries.apply(source),
              ledger,
              consents.contains(Consent.ACCEPT_TOPIC),
              clock,
              listener::warning));
    }
    return sources;
  }

  private EpochPlanner planner(Ledger ledger, Map<String, SourceDiscovery> sources) {
    Map<String, SourcePosition> starts = new TreeMap<>(LateTables.starts(sources.keySet()));
    for (SourceSpec source : pipeline.readSources()) {
      starts.put(source.name(), SourcePosition.start(source));
    }
    Map<String, LongSupplier> joined = new TreeMap<>();
    for (String table : pipeline.joinedTables()) {
      String path = pipeline.pathOf(table);
      joined.put(table, () -> DeltaTable.at(path).latest().orElseThrow().version());
    }
    return new EpochPlanner(
        pipeline.name(),
        ledger,
        sources,
        starts,
        joined,
        pipeline.sourcesAfterOthers(),
        Definitions.of(pipeline),
        clock,
        listener::warning);
  }

  /** What each source reads, as far as positions depend on it. */
  private Map<String, String> readings() {
    Map<String, String> readings = new TreeMap<>();
    for (SourceSpec source : pipeline.readSources()) {
      readings.put(source.name(), SourceDiscovery.reading(source, Secrets::resolve));
    }
    return readings;
  }
}
