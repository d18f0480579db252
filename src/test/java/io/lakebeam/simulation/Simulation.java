package io.lakebeam.simulation;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.Vacuum;
import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.epoch.PipelineIdentity.OtherPipelineException;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.runner.Adoption;
import io.lakebeam.runner.TestingEngine;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateFailedException;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.simulation.LakeWatch.Violation;
import io.lakebeam.simulation.TestingProcesses.Process;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.TestingClock;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.apache.hadoop.fs.Path;

/**
 * Some runs of a pipeline on one lake, and all that may befall them, decided by a seed: kills
 * before and after any operation on the store, errors, writes that happen and are reported as
 * failed, runs that stand still while others go on, clocks that jump. In the end one run finds
 * quiet weather and must finish; then nothing may be lost and nothing be there twice.
 *
 * <p>The updates, the planner, the ledger, the lease, the writers, the commits, the views and the
 * event log are the product's, and so is Delta. Made for the occasion are the store, the sources,
 * the clock, and who runs bundles.
 */
final class Simulation implements TestingStore.Gate {
  static final String STRANGER = "stranger";

  /** By which the lake knows the pipeline for ever. */
  private static final String FIRST_NAME = "p";

  /** Plans and decisions. */
  private static final Pattern PROMISE =
      Pattern.compile("/epochs/\\d{12}\\.(json|decided[-\\d]*|closing.*)$");

  private static final AtomicLong PLAYS = new AtomicLong();

  /** So little that runs meet epochs that are forgotten. */
  private static final Ledger.Retention KEPT = new Ledger.Retention(2, 2);

  /** Where files change, a run goes on with what is there. */
  private static final Set<Update.Consent> CONSENTS =
      Set.of(Update.Consent.ACCEPT_CHANGED, Update.Consent.SKIP_MISSING);

  /** And with a topic that has taken the place of another one, or has lost records. */
  private static final Set<Update.Consent> ALL_CONSENTS = Set.of(Update.Consent.values());

  private static final int MOST_TURNS = 20_000;
  private static final int MOST_TOLD = 60;

  private final SimulatedPipeline pipeline;
  private final long seed;
  private final Random random;
  private final String store;

  /** Later than the clock of the machine, by which Delta cleans up old log files. */
  private final TestingClock clock = new TestingClock(Instant.parse("2100-01-01T00:00:00Z"));

  private final TestingSources sources;
  private final TestingProcesses processes = new TestingProcesses();
  private final LakeWatch watch = new LakeWatch();
  private final TestingReference reference;
  private final Map<String, String> editions = new HashMap<>();
  private final Map<Process, Weather> weathers = new HashMap<>();
  private final Map<Process, Integer> asleep = new HashMap<>();

  /** No file of theirs is older; the clock may have gone back since they began. */
  private final Map<Process, Instant> since = new HashMap<>();

  private final List<String> trace = new ArrayList<>();
  private final Map<String, Integer> happened = new TreeMap<>();
  private Violation violation;
  private int runs;
  private int meddlings;
  private String edition = "";

  /** What the pipeline was called so far; the last one is its name now. */
  private final List<String> names = new ArrayList<>(List.of(FIRST_NAME));

  Simulation(SimulatedPipeline pipeline, long seed) {
    this.pipeline = pipeline;
    this.seed = seed;
    this.sources = new TestingSources(pipeline.isMeddledWith());
    this.random = new Random(seed * 0x9E3779B97F4A7C15L);
    // A name of its own for each play, because this JVM remembers tables by their paths.
    this.store = "seed" + seed + "-" + PLAYS.incrementAndGet();
    this.reference = new TestingReference(lake(STRANGER));
  }

  /**
   * Plays it.
   *
   * @return how often what happened
   * @throws AssertionError naming the seed, when something is lost, doubled or stuck
   */
  Map<String, Integer> play() {
    TestingStore files = new TestingStore(store, this);
    try {
      storm();
      calm();
      pipeline
          .check(lake("check"), watch, sources)
          .forEach((what, often) -> happened.merge(what, often, Integer::sum));
      return happened;
    } catch (Violation | RuntimeException e) {
      AssertionError failure =
          new AssertionError(
              "seed "
                  + seed
                  + ": "
                  + e.getMessage()
                  + "\n  "
                  + String.join(
                      "\n  ", trace.subList(Math.max(0, trace.size() - MOST_TOLD), trace.size())),
              e);
      throw failure;
    } finally {
      close();
      files.close();
    }
  }

  private void storm() {
    int most = 2 + random.nextInt(4);
    boolean crowded = random.nextInt(3) == 0;
    boolean haunted = random.nextInt(3) == 0;
    sources.produce(random);
    reference.edit();
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      List<Process> alive = processes.alive();
      List<Process> awake = alive.stream().filter(each -> !sleeps(each)).toList();
      int dice = random.nextInt(12);
      boolean hasRoom = alive.size() < (crowded ? 3 : 2) && runs < most;
      boolean isEmptied = dice == 4 && alive.isEmpty();
      if (hasRoom && !isEmptied && (awake.isEmpty() || dice == 0 && crowded)) {
        if (!alive.isEmpty() || random.nextInt(3) > 0) {
          step(Duration.ofSeconds(31 + random.nextInt(60)));
        }
        start(Weather.any(random, pipeline.length()));
      } else if (dice == 1) {
        String done = random.nextInt(3) == 0 ? sources.meddle(random) : "";
        if (done.isEmpty()) {
          sources.produce(random);
        } else {
          note(done);
          count(done);
        }
      } else if (dice == 2 && pipeline.looksUp() && random.nextInt(2) == 0) {
        editReference();
      } else if (dice == 2) {
        step(Duration.ofMillis(random.nextInt(60_000) - 15_000));
      } else if (dice == 3 && haunted) {
        meddle();
      } else if (isEmptied) {
        vacuum();
      } else if (dice == 6 && random.nextInt(6) == 0 && runs > 0) {
        adopt();
      } else if (dice == 5 && random.nextInt(3) == 0) {
        vacuumBesideRuns();
      } else if (dice == 7 && random.nextInt(4) == 0) {
        sources.replaceTopic();
        note("another topic takes the place of the one that is read");
        count("topics replaced");
      } else if (dice > 6 && pipeline.losesRecords() && alive.isEmpty()) {
        expire();
      } else if (!awake.isEmpty()) {
        turn(awake.get(random.nextInt(awake.size())));
      } else if (!alive.isEmpty()) {
        asleep.clear();
      } else {
        return;
      }
    }
    throw new Violation("the runs have not ended after " + MOST_TURNS + " turns");
  }

  private void editReference() {
    reference.edit();
    note("the reference file gets state " + reference.state());
    count("reference files edited");
  }

  /**
   * Records go that every epoch which is planned has read. While tables are computed anew, those
   * stay that are read for them: a run that meets one which has gone is stopped for good.
   */
  private void expire() {
    Ledger ledger = Ledger.of(TestingFileSystem.place(lake(STRANGER)), names.get(names.size() - 1));
    Ledger.Contents contents = ledger.contents();
    SourcePosition read = contents.positions().get(TestingSources.EVENTS);
    boolean isNeeded =
        contents.undone().isPresent() || ledger.refresh(contents).isPresent() || read == null;
    if (!isNeeded && read instanceof SourcePosition.Offsets offsets) {
      sources.expire(offsets.next(), random);
      note("the topic loses records");
      count("topics that have lost records");
    }
  }

  /** One more run, which nothing befalls. */
  private void calm() {
    sources.produce(random);
    step(Duration.ofMinutes(10));
    Process last = start(Weather.CALM);
    turn(last);
    if (!happened.containsKey(last.name() + " ended")) {
      throw new Violation("the last run has not finished");
    }
    happened.remove(last.name() + " ended");
  }

  /** Somebody else commits to a table: nothing, as who sets a property, or less rows. */
  private void meddle() {
    DeltaTable silver = DeltaTable.at(TestingFileSystem.place(lake(STRANGER) + "/silver"));
    Optional<Snapshot> latest = silver.latest();
    if (latest.isEmpty()) {
      return;
    }
    List<DataFile> files = new ArrayList<>(latest.get().files());
    files.sort(Comparator.comparing(DataFile::statistics));
    boolean deletes = !files.isEmpty() && random.nextInt(3) == 0 && pipeline.isMeddledWith();
    Commit.Builder commit =
        Commit.builder(STRANGER, ++meddlings).operation(Commit.Operation.DELETE);
    if (deletes) {
      commit
          .remove(List.of(files.get(random.nextInt(files.size()))))
          .readFrom(latest.get().version());
    }
    CommitOutcome outcome = silver.commit(commit.build());
    note("a stranger " + (deletes ? "deletes rows of" : "touches") + " silver: " + outcome);
    count("commits of strangers");
  }

  /**
   * Days later, while nobody runs, somebody vacuums. What older versions have stays all the same,
   * for the end compares them.
   */
  private void vacuum() {
    step(Duration.ofDays(2));
    vacuum(Duration.ofDays(1), "orphans vacuumed");
    note("somebody vacuums");
  }

  /** While runs are alive or asleep, with a retention that reaches back to where they began. */
  private void vacuumBesideRuns() {
    Instant oldest = clock.instant();
    for (Process each : processes.alive()) {
      oldest = oldest.isBefore(since.get(each)) ? oldest : since.get(each);
    }
    if (oldest.isBefore(clock.instant())) {
      Duration retention = Duration.between(oldest, clock.instant());
      vacuum(retention, "orphans vacuumed beside runs");
      note("somebody vacuums what is older than " + retention);
    }
  }

  private void vacuum(Duration retention, String counted) {
    Place lake = TestingFileSystem.place(lake(STRANGER));
    Set<String> pending = Ledger.of(lake, names.get(names.size() - 1)).pendingFiles();
    for (String name : LakeWatch.TABLES) {
      DeltaTable table = DeltaTable.at(lake.child(name));
      if (table.latest().isEmpty()) {
        continue;
      }
      for (Vacuum.Unneeded file : Vacuum.find(table, retention, clock.instant(), pending)) {
        String path = file.file().toString();
        if (watch.versions(name).stream()
            .noneMatch(v -> v.added().stream().anyMatch(path::endsWith))) {
          TestingFileSystem.FILES.delete(file.file());
          count(counted);
        }
      }
    }
  }

  /** The pipeline gets another name, also while a run is alive that has begun by the old one. */
  private void adopt() {
    String from = names.get(names.size() - 1);
    String name = FIRST_NAME + names.size();
    CompiledPipeline renamed = pipeline.in(lake(STRANGER), name, edition);
    try {
      Adoption.of(renamed, from, clock);
      names.add(name);
      count("pipelines adopted");
      note(from + " is called " + name + " now");
    } catch (LeaseLostException | UpdateFailedException | OtherPipelineException e) {
      count("adoptions that were refused");
      note(from + " is not called " + name + ": " + e.getMessage());
    }
  }

  private boolean sleeps(Process process) {
    int left = asleep.getOrDefault(process, 0);
    if (left > 0) {
      asleep.put(process, left - 1);
    }
    return left > 0;
  }

  private void step(Duration by) {
    clock.step(by);
    since.replaceAll((process, began) -> earlier(began));
    note("the clock steps " + by);
  }

  private Instant earlier(Instant time) {
    return time.isBefore(clock.instant()) ? time : clock.instant();
  }

  private Process start(Weather weather) {
    String name = "run" + ++runs;
    Random bundles = new Random(random.nextLong());
    String before = edition;
    edition = pipeline.edit(random, before, weather.equals(Weather.CALM));
    String own = edition;
    editions.put(name, own);
    if (!before.isEmpty() && !own.equals(before)) {
      count("edits of the pipeline");
    }
    boolean isCalm = weather.equals(Weather.CALM);
    int called = isCalm || random.nextInt(2) > 0 ? names.size() - 1 : random.nextInt(names.size());
    Set<String> anew = pipeline.anew(random);
    Set<Update.Consent> consents = isCalm || random.nextBoolean() ? ALL_CONSENTS : CONSENTS;
    Process process =
        processes.start(name, () -> run(name, called, own, anew, consents, bundles, isCalm));
    weathers.put(process, weather);
    since.put(process, clock.instant());
    note(
        name
            + " starts as "
            + names.get(called)
            + ", "
            + pipeline.described(own)
            + ", "
            + weather
            + ", anew "
            + anew);
    return process;
  }

  private void run(
      String name,
      int called,
      String edition,
      Set<String> anew,
      Set<Update.Consent> consents,
      Random own,
      boolean isLast) {
    CompiledPipeline here = pipeline.in(lake(name), names.get(called), edition);
    boolean isOld = called < names.size() - 1;
    Random bundles = isLast ? new Random(0) : own;
    Update update =
        TestingEngine.update(
            here,
            (now, plan) -> {
              note(name + " runs epoch " + plan.number());
              pipeline.graph(edition, now).run(now, plan, sources::read, bundles);
            },
            source -> sources.discovery(source.name()),
            KEPT,
            new UpdateListener() {},
            clock);
    try {
      update.run(Update.Mode.TRIGGERED, consents, new Update.Selection(Set.of(), anew));
      if (isOld) {
        throw new Violation(name + " has gone on by the name " + names.get(called));
      }
      note(name + " ends well");
      count("runs that ended well");
      if (isLast) {
        count(name + " ended");
      }
    } catch (LeaseLostException e) {
      note(name + ": " + e.getMessage());
      count("runs that were refused or lost the race for a plan");
    } catch (UpdateFailedException e) {
      note(name + ": " + e.getMessage());
      count(isOld ? "runs of an old name" : "runs that stopped with an error");
      if (e.code() == ErrorCode.UNEXPECTED) {
        throw e; // no error is one that nobody has thought of
      }
      if (e.code() == ErrorCode.REFRESH_REFUSED && e.getMessage().contains("without loss")) {
        count("refreshes that were refused for what is lost");
      }
      if (e.code() == ErrorCode.TOPIC_REPLACED) {
        count("runs that were refused for another topic");
      }
      if (isLast) {
        throw e;
      }
    }
  }

  private void turn(Process process) {
    processes.turn(process);
    if (violation != null) {
      throw violation;
    }
    if (process.failure() != null) {
      throw new IllegalStateException(
          process.name() + " fails with " + process.failure(), process.failure());
    }
  }

  @Override
  public <T> T pass(
      String name, TestingStore.Operation operation, String path, TestingStore.Step<T> step)
      throws IOException {
    Process process = TestingProcesses.current();
    if (process == null) {
      return step.run();
    }
    if (process.isKilled()) {
      process.kill();
    }
    count("operations");
    Weather weather = weathers.get(process);
    // Delta sleeps for seconds, of the machine's clock, when it cannot read this hint.
    boolean promises = operation == TestingStore.Operation.RENAME && PROMISE.matcher(path).find();
    boolean isHint = path.endsWith("/_last_checkpoint");
    switch (isHint ? Weather.Fate.NOTHING : weather.next(operation, promises)) {
      case PAUSE -> process.pause();
      case SLEEP -> {
        befalls(process, "sleeps", operation, path);
        asleep.put(process, 20 + random.nextInt(200));
        process.pause();
      }
      case KILL_BEFORE -> {
        befalls(process, "is killed before", operation, path);
        process.kill();
      }
      case KILL_AFTER -> {
        step.run();
        befalls(process, "is killed after", operation, path);
        process.kill();
      }
      case FAIL_BEFORE -> {
        befalls(process, "fails before", operation, path);
        throw new IOException("the store is busy");
      }
      case FAIL_AFTER -> {
        step.run();
        befalls(process, "fails after", operation, path);
        throw new IOException("the connection was reset");
      }
      case NOTHING -> {}
    }
    if (process.isKilled()) {
      process.kill();
    }
    return step.run();
  }

  private void befalls(
      Process process, String what, TestingStore.Operation operation, String path) {
    note(process.name() + " " + what + " " + operation + " " + path);
    count("run " + what);
  }

  @Override
  public void written(String path, byte[] bytes, boolean isNew) {
    try {
      Process by = TestingProcesses.current();
      String edited = by == null ? "" : editions.getOrDefault(by.name(), "");
      watch.written(path, bytes, isNew, new LakeWatch.Moment(edited, reference.state()));
      if (path.contains("/epochs/") || path.endsWith(".json")) {
        note((by == null ? "" : by.name()) + " writes " + path);
      }
    } catch (Violation e) {
      violation = violation == null ? e : violation;
    }
  }

  @Override
  public void deleted(String path) {
    try {
      watch.deleted(path);
    } catch (Violation e) {
      violation = violation == null ? e : violation;
    }
  }

  @Override
  public long millis() {
    return clock.millis();
  }

  private String lake(String process) {
    return TestingFileSystem.SCHEME + "://" + process + "." + store + "/lake";
  }

  private void note(String text) {
    trace.add(text);
  }

  private void count(String what) {
    happened.merge(what, 1, Integer::sum);
  }

  /** What the next seed has no use for. */
  private void close() {
    for (Process left : processes.alive()) {
      left.end();
      processes.turn(left);
    }
    for (int run = 1; run <= runs; run++) {
      close("run" + run);
    }
    close("check");
    close(STRANGER);
  }

  private void close(String process) {
    TestingFileSystem.FILES.close(new Path(lake(process)));
  }
}
