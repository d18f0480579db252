package io.lakebeam.runner;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochPlanner;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.FullRefresh;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.PipelineIdentity;
import io.lakebeam.epoch.SameSource;
import io.lakebeam.event.EventLog;
import io.lakebeam.event.EventLog.UpdateState;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.pipeline.CommittedEpochs;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.Definitions;
import io.lakebeam.pipeline.graph.StoredViews;
import io.lakebeam.source.Patience;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.spec.FreshnessSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.spec.secret.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.hadoop.fs.Path;

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
    ACCEPT_TOPIC,
    /** Tables are computed anew of what is still there, though they have rows of more. */
    ACCEPT_LOSS
  }

  /**
   * What of a pipeline is wanted.
   *
   * @param names of datasets that are brought up to date, with what they need; none for all
   * @param anew names of datasets that are computed anew first
   */
  public record Selection(Set<String> names, Set<String> anew) {
    /** Everything, as it goes on. */
    public static final Selection ALL = new Selection(Set.of(), Set.of());

    public Selection {
      names = new TreeSet<>(names);
      anew = new TreeSet<>(anew);
    }

    boolean isAll() {
      return names.isEmpty();
    }
  }

  /** How long a triggered run waits at its end for sinks that take no rows. */
  private static final Duration SINKS_MAY_BE_AWAY = Duration.ofMinutes(1);

  /** How long a run that is stopped goes on to deliver. */
  private static final Duration SINKS_AT_A_STOP = Duration.ofSeconds(10);

  /** As its lake knows it, once a run has asked. */
  private CompiledPipeline declared;

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
  private volatile Deliveries deliveries;
  private volatile Notifications notifications;
  private volatile LineageSender lineage;
  private volatile FreshnessWatch freshness;
  private boolean isWellTold;
  private boolean isDelivering = true;

  /** With the columns that its sources are known to have; used by the thread that runs it. */
  private CompiledPipeline pipeline;

  public Update(
      CompiledPipeline pipeline, RunnerProfile profile, UpdateListener listener, Clock clock) {
    this(
        pipeline,
        Engines.of(profile, listener::warning),
        source -> SourceDiscovery.of(pipeline.storage(), source, Secrets::resolve),
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
        pipeline.tellingNobody(),
        Engines.of(profile, listener::warning),
        source ->
            new NewestRecords(
                SourceDiscovery.of(pipeline.storage(), source, Secrets::resolve), most),
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
    this.declared = pipeline;
    this.pipeline = pipeline;
    this.engines = engines;
    this.discoveries = discoveries;
    this.retention = retention;
    this.listener = new SerialListener(listener, this::epochIsDone);
    this.clock = clock;
  }

  /**
   * Bounds the time of the runs to come: one ends after the epoch that is under way so long after
   * its start, as when it is asked to {@link #stop}. It looks for an epoch once, whatever the time.
   */
  public void stopAfter(Duration time) {
    most = Optional.of(time);
  }

  /** Lets the runs to come deliver nothing: what they add waits for those after them. */
  public void deliverNothing() {
    isDelivering = false;
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
    run(mode, consents, Selection.ALL);
  }

  /**
   * Runs until the mode's end or a stop.
   *
   * @param consents what to do without asking
   * @param selection what is wanted, and what of it anew
   * @throws UpdateFailedException when it cannot go on
   * @throws io.lakebeam.epoch.LeaseLostException when another run owns the pipeline
   */
  public void run(Mode mode, Set<Consent> consents, Selection selection) {
    run(mode, consents, selection, false);
  }

  /**
   * Takes up the requests of those who review quarantines, and ends. Reads no source, but for an
   * epoch that an earlier run has not finished.
   *
   * @throws UpdateFailedException when it cannot go on
   * @throws io.lakebeam.epoch.LeaseLostException when another run owns the pipeline: it takes them
   *     up
   */
  public void takeUpRequests() {
    run(Mode.TRIGGERED, Set.of(), Selection.ALL, true);
  }

  private void run(Mode mode, Set<Consent> consents, Selection selection, boolean areOnlyRequests) {
    // A triggered run asks for the first time after its first epoch.
    hasBegun = mode == Mode.TRIGGERED;
    // Later epochs of a triggered run may fail: it is well at its end.
    isWellTold = mode == Mode.TRIGGERED;
    Instant end = most.map(clock.instant()::plus).orElse(Instant.MAX);
    notifications = notifications(Optional.empty());
    try {
      pipeline.storage().open();
      Ledger ledger = Ledger.of(pipeline.lake(), pipeline.name(), retention);
      declared = declared.withId(ledger.id());
      notifications.close();
      notifications = notifications(Optional.of(ledger.folder()));
      pipeline = declared;
      String run = UUID.randomUUID().toString().substring(0, 8);
      try (Lease lease = Lease.acquire(ledger, pipeline.name(), run, clock)) {
        requireSame(ledger);
        if (!areOnlyRequests) {
          // Rows were refused by a run that has done so.
          PipelineIdentity.claim(ledger, pipeline.name(), readings(pipeline));
        }
        // Whoever only takes up requests need not know the secrets of a sink: the next run
        // delivers.
        boolean isStarted = isDelivering && !areOnlyRequests;
        UpdateLog log =
            new UpdateLog(pipeline, ledger, UUID.randomUUID().toString(), mode, selection, clock);
        FreshnessWatch watch =
            new FreshnessWatch(
                pipeline,
                areOnlyRequests ? FreshnessSpec.NONE : pipeline.spec().freshness(),
                ledger,
                notifications,
                clock,
                listener);
        freshness = watch;
        LineageSender told =
            new LineageSender(
                areOnlyRequests ? Optional.empty() : pipeline.spec().lineage(),
                clock,
                listener::warning);
        lineage = told;
        told.begins(pipeline, log.id(), mode);
        try (Deliveries now =
            new Deliveries(pipeline, ledger.folder(), clock, listener::warning, isStarted)) {
          deliveries = now;
          catchUp(now, ledger);
          new Run(ledger, lease, log, consents, selection, areOnlyRequests, () -> isToStop(end))
              .run(mode);
          watch.ends();
          log.ends(stopRequested ? UpdateState.CANCELED : UpdateState.COMPLETED);
          if (stopRequested || timeIsUp) {
            now.leave(SINKS_AT_A_STOP);
          } else {
            now.finish(SINKS_MAY_BE_AWAY);
          }
          told.ends(stopRequested ? LineageEvents.State.ABORT : LineageEvents.State.COMPLETE, null);
        } catch (RuntimeException | OutOfMemoryError e) {
          RuntimeException failure = Failures.masked(Failures.explain(e), pipeline);
          log.failed(failure);
          watch.failed(failure, lease);
          told.failed(failure);
          throw failure;
        } finally {
          told.close();
          log.lineageIsLost(told.lost(), told.why());
        }
        if (!areOnlyRequests) {
          notifications.isWell();
        }
      }
    } catch (RuntimeException | OutOfMemoryError e) {
      RuntimeException failure = Failures.masked(Failures.explain(e), pipeline);
      if (failure instanceof UpdateFailedException failed) {
        notifications.failed(failed.told());
      }
      throw failure;
    } finally {
      notifications.close();
    }
  }

  private Notifications notifications(Optional<Path> ledger) {
    return new Notifications(
        pipeline.name(),
        pipeline.spec().notifications(),
        pipeline.storage(),
        ledger,
        clock,
        listener::warning);
  }

  /** Lets databases show what there is, when no epoch and no refresh is half done. */
  private void catchUp(Deliveries now, Ledger ledger) {
    if (!now.areMirrored()) {
      return;
    }
    try {
      Ledger.Contents contents = ledger.contents();
      if (contents.undone().isEmpty()
          && ledger.refresh(contents).isEmpty()
          && StoredViews.behind(pipeline).isEmpty()) {
        now.done(contents.lastPlanned());
      }
    } catch (ExplainedException e) {
      // Whatever it is, the run meets it again; databases wait for the end of its first epoch.
      System.getLogger(Update.class.getName())
          .log(System.Logger.Level.DEBUG, "what databases show waits", e);
    }
  }

  /** Wakes sinks, and tells that all is well after a failure, and what is over its budget. */
  private void epochIsDone(EpochResult result) {
    deliveries.done(result.number());
    lineage.done(result);
    notifications.budgets(result);
    if (!isWellTold) {
      isWellTold = true;
      notifications.isWell();
    }
  }

  /** Names are looked up before the lease is held, and may be given until then. */
  private void requireSame(Ledger ledger) {
    if (!Ledger.of(pipeline.lake(), pipeline.name()).id().equals(ledger.id())) {
      throw new LeaseLostException(pipeline.name(), "it was adopted a moment ago; run it again");
    }
  }

  /** The one that waits, or else the one that is planned next. */
  private static long nextEpoch(Ledger.Contents contents) {
    return contents.undone().map(EpochPlan::number).orElse(contents.lastPlanned() + 1);
  }

  private static Preview.Item computedAnew(String table) {
    return new Preview.Item(
        Preview.Kind.COMPUTED_ANEW,
        table,
        "table " + table + " is computed anew; its readers see the old rows until it is whole");
  }

  /** Which tables are computed anew: those of an earlier run, those that are asked for, or none. */
  private Optional<FullRefresh> begun(FullRefreshes refreshes, Ledger ledger, Selection selection) {
    Ledger.Contents contents = ledger.contents();
    refreshes.takePlaces(contents);
    Optional<FullRefresh> before = ledger.refresh(contents);
    if (before.isEmpty() && selection.anew().isEmpty()) {
      return Optional.empty();
    }
    Set<String> asked = refreshes.declared(selection.anew());
    Optional<String> whyVoid =
        before
            .filter(each -> !refreshes.declared(each.tables()).isEmpty())
            .flatMap(each -> refreshes.whyVoid(each, contents));
    Set<String> anew =
        asked.isEmpty() && whyVoid.isEmpty()
            ? before.map(FullRefresh::tables).orElse(Set.of())
            : pipeline.withFollowers(asked);
    Set<String> rebuilt = new TreeSet<>(anew);
    before.ifPresent(each -> rebuilt.addAll(each.tables()));
    Lake.prepare(pipeline, ledger.neighbours(), rebuilt, new UpdateListener() {});
    boolean begins = !asked.isEmpty() || whyVoid.isPresent();
    Optional<FullRefresh> planned =
        begins
            ? Optional.of(refreshes.planned(asked, before, mostRows(pipeline)))
            : Optional.empty();
    DerivedTables.after(pipeline, contents.lastPlanned()).computeAnew(selection.anew(), anew);
    whyVoid.ifPresent(
        why ->
            listener.warning(
                why
                    + " while "
                    + String.join(", ", before.orElseThrow().tables())
                    + " were being computed anew: that begins again"));
    return planned.map(ledger::begin).or(() -> before);
  }

  /**
   * One run, in stretches between which tables change places. Where fields of a source become
   * columns, it begins anew with these.
   */
  private final class Run {
    private final Ledger ledger;
    private final Lease lease;
    private final UpdateLog log;
    private final Set<Consent> consents;
    private final boolean areOnlyRequests;
    private final BooleanSupplier isToStop;
    private final EventLog events;
    private final Set<String> told = new HashSet<>();
    private Selection selection;
    private FullRefreshes refreshes;
    private boolean hasStarted;
    private boolean isStopped;
    private long own;

    Run(
        Ledger ledger,
        Lease lease,
        UpdateLog log,
        Set<Consent> consents,
        Selection selection,
        boolean areOnlyRequests,
        BooleanSupplier isToStop) {
      this.ledger = ledger;
      this.lease = lease;
      this.log = log;
      this.consents = consents;
      this.selection = selection;
      this.areOnlyRequests = areOnlyRequests;
      this.isToStop = isToStop;
      this.events = log.events();
    }

    void run(Mode mode) {
      Optional<SourceColumns> found = Optional.of(columns());
      while (found.isPresent()) {
        SourceColumns columns = found.get();
        pipeline = columns.pipeline();
        try {
          attempt(mode);
          found = Optional.empty();
        } catch (LeaseLostException e) {
          throw e;
        } catch (RuntimeException e) {
          if (!haveMoreCome(columns, e)) {
            throw overtaken(e);
          }
          lease.check();
          found = Optional.of(columnsSince(columns));
        }
      }
    }

    /** Whatever a run meets that has lost its lease, it meets because another one has gone on. */
    private RuntimeException overtaken(RuntimeException failure) {
      if (!lease.isLost()) {
        return failure;
      }
      LeaseLostException lost =
          new LeaseLostException(pipeline.name(), "it has begun while this one stood still");
      lost.addSuppressed(failure);
      return lost;
    }

    /** False also when nobody can say, because a store is away: then the failure is told. */
    private boolean haveMoreCome(SourceColumns columns, RuntimeException failure) {
      try {
        return columns.areOutdated(ledger);
      } catch (RuntimeException e) {
        failure.addSuppressed(e);
        return false;
      }
    }

    private SourceColumns columns() {
      SourceColumns columns = SourceColumns.of(declared, ledger, this::anew);
      columns.log(events, () -> nextEpoch(ledger.contents()));
      columns.notTaken().stream().filter(told::add).forEach(listener::warning);
      return columns;
    }

    private Set<String> anew() {
      Set<String> anew = declared.withFollowers(selection.anew());
      ledger.refresh(ledger.contents()).ifPresent(refresh -> anew.addAll(refresh.tables()));
      return anew;
    }

    /** What is there goes on: tables that are computed anew have begun to be. */
    private SourceColumns columnsSince(SourceColumns before) {
      SourceColumns columns = columns();
      own = nextEpoch(ledger.contents());
      columns.itemsSince(before, own).forEach(listener::change);
      selection = new Selection(selection.names(), Set.of());
      return columns;
    }

    private void attempt(Mode mode) {
      refreshes =
          new FullRefreshes(
              pipeline,
              ledger,
              source -> sameSource(source, ledger, consents),
              consents.contains(Consent.ACCEPT_LOSS));
      Optional<FullRefresh> refresh = begun(refreshes, ledger, selection);
      refresh
          .filter(each -> !hasStarted)
          .ifPresent(
              each ->
                  pipeline.tables().stream()
                      .filter(table -> each.tables().contains(table.name()))
                      .forEach(table -> listener.change(computedAnew(table.name()))));
      refresh.ifPresent(each -> untilWhole(mode, each));
      if (!isStopped) {
        toTheEnd(mode);
      }
      refreshes.forget();
    }

    /** Until tables that are computed anew are whole, and readers have them; or a stop. */
    private void untilWhole(Mode mode, FullRefresh refresh) {
      CompiledPipeline staged = pipeline.staged(refresh.tables(), refresh.id());
      Map<String, SourceDiscovery> rereads = refreshes.readings(refresh);
      EpochPlanner planner =
          stretch(mode, staged, Optional.of(refresh), rereads, UpdateRun::untilCaughtUp);
      if (planner.isCatchingUp()) {
        isStopped = true; // the next run goes on with it
        return;
      }
      lease.check();
      own = planner.end(refresh).number();
    }

    /** As the mode says. */
    private void toTheEnd(Mode mode) {
      CompiledPipeline wanted = selection.isAll() ? pipeline : pipeline.only(selection.names());
      stretch(
          mode,
          wanted,
          Optional.empty(),
          Map.of(),
          mode == Mode.TRIGGERED ? UpdateRun::triggered : UpdateRun::continuous);
    }

    private EpochPlanner stretch(
        Mode mode,
        CompiledPipeline now,
        Optional<FullRefresh> refresh,
        Map<String, SourceDiscovery> rereads,
        Consumer<UpdateRun> how) {
      Set<String> anew = refresh.map(FullRefresh::tables).orElse(Set.of());
      Set<String> begun = ledger.begunRefreshes();
      Ledger.Contents contents = ledger.contents();
      if (!ledger.refresh(contents).equals(refresh)) {
        throw new LeaseLostException(
            pipeline.name(), "another run has begun, or ended, to compute tables anew");
      }
      refreshes.takePlaces(contents);
      CompiledPipeline needed = refresh.isPresent() ? now : pipeline;
      List<String> made = Lake.prepare(needed, ledger.neighbours(), Set.of(), listener);
      refresh.ifPresent(
          each ->
              Failures.requireCommitted(
                  EventLog.TABLE,
                  events.append(each, clock.instant(), System.getProperty("user.name", ""))));
      LateTables late = new LateTables(now, contents, made, anew);
      Map<String, SourceDiscovery> sources = new TreeMap<>(late.histories());
      sources.putAll(rereads);
      Set<String> read = selection.isAll() ? Set.of() : pipeline.sourcesFor(selection.names());
      for (SourceSpec source : pipeline.readSources()) {
        if (!areOnlyRequests && (selection.isAll() || read.contains(source.name()))) {
          sources.put(source.name(), sameSource(source, ledger, consents));
        }
      }
      if (refresh.isEmpty() && selection.isAll()) {
        sources.put(Slice.RefusedRows.SOURCE, new ReplayDiscovery(pipeline));
      }
      EpochPlanner planner = planner(now, ledger, contents.withoutPositions(late.again()), sources);
      refuseIfForgotten(ledger, planner);
      AfterRead afterRead =
          new AfterRead(ledger, pipeline.storage(), pipeline.readSources(), listener);
      if (!hasStarted) {
        late.warnings().forEach(listener::warning);
        Preview.histories(now, late).forEach(listener::change);
        new ForeignRows(now).warnings().forEach(listener::warning);
        afterRead.resume();
      }
      Patience patience = mode == Mode.TRIGGERED ? Patience.BOUNDED : Patience.ENDLESS;
      try (EngineOnDemand engine = new EngineOnDemand(() -> engines.start(now, patience))) {
        Epoch epoch =
            new Epoch(
                now,
                mostRows(now),
                ledger,
                lease,
                planner,
                new Replay(now, ledger, log.events(), sources, late, refresh, consents, listener),
                log,
                afterRead,
                refresh.isPresent() || areOnlyRequests
                    ? Optional.empty()
                    : Optional.of(new HourlyRetention(now, clock, listener)),
                freshness,
                listener,
                begun,
                own,
                () -> {
                  isStopped |= isToStop.getAsBoolean();
                  return isStopped;
                });
        UpdateRun updateRun = new UpdateRun(engine, epoch, pipeline.spec().commitEvery(), clock);
        onStop = updateRun::wake;
        if (!hasStarted) {
          listener.started();
          hasStarted = true;
        }
        how.accept(updateRun);
      }
      return planner;
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

  private long mostRows(CompiledPipeline now) {
    return Math.min(pipeline.spec().maxRowsPerEpoch(), engines.mostRowsOfAnEpoch(now));
  }

  private SourceDiscovery sameSource(SourceSpec source, Ledger ledger, Set<Consent> consents) {
    return new SameSource(
        source.name(),
        SourceDiscovery.reading(source, Secrets::resolve),
        discoveries.apply(source),
        ledger,
        consents.contains(Consent.ACCEPT_TOPIC),
        clock,
        listener::warning);
  }

  private EpochPlanner planner(
      CompiledPipeline now,
      Ledger ledger,
      Ledger.Contents contents,
      Map<String, SourceDiscovery> sources) {
    Map<String, SourcePosition> starts = new TreeMap<>(LateTables.starts(sources.keySet()));
    for (SourceSpec source : pipeline.readSources()) {
      starts.put(source.name(), SourcePosition.start(source));
    }
    starts.put(Slice.RefusedRows.SOURCE, SourcePosition.Requests.NONE);
    Map<String, LongSupplier> joined = new TreeMap<>();
    now.joinedTables()
        .forEach(
            (table, path) ->
                joined.put(table, () -> DeltaTable.at(path).latest().orElseThrow().version()));
    return new EpochPlanner(
        pipeline.name(),
        ledger,
        contents,
        sources,
        starts,
        joined,
        pipeline.sourcesAfterOthers(),
        () -> Definitions.now(pipeline),
        clock,
        listener::warning);
  }

  /** What each source reads, as far as positions depend on it. */
  static Map<String, String> readings(CompiledPipeline pipeline) {
    Map<String, String> readings = new TreeMap<>();
    for (SourceSpec source : pipeline.readSources()) {
      readings.put(source.name(), SourceDiscovery.reading(source, Secrets::resolve));
    }
    return readings;
  }
}
