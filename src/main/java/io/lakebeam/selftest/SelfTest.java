package io.lakebeam.selftest;

import io.lakebeam.doctor.Checks;
import io.lakebeam.doctor.Doctor;
import io.lakebeam.doctor.Finding;
import io.lakebeam.doctor.Outcome;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.runner.Workers;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.spec.secret.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The first hour on a new platform: what a run rests on is tried one by one where it will run, and
 * told in a sentence each with cause and fix.
 *
 * <pre>{@code
 * SelfTest test = new SelfTest(compiled, RunnerProfile.SPARK, workers, clock, patience, print);
 * boolean passed = test.run();
 * }</pre>
 *
 * <p>No table, topic or ledger of the pipeline is touched. What is written lies below one folder of
 * the lake, {@link Scratch}, which is removed at the end.
 */
public final class SelfTest {
  private final CompiledPipeline pipeline;
  private final RunnerProfile profile;
  private final Workers workers;
  private final Clock clock;
  private final Duration patience;
  private final Consumer<Finding> told;
  private final List<Finding> findings = new ArrayList<>();

  /**
   * @param profile where the tiny pipelines run
   * @param workers the machines of that profile
   * @param patience how long one check may take
   * @param told is handed each finding as soon as it is there
   */
  public SelfTest(
      CompiledPipeline pipeline,
      RunnerProfile profile,
      Workers workers,
      Clock clock,
      Duration patience,
      Consumer<Finding> told) {
    this.pipeline = pipeline;
    this.profile = profile;
    this.workers = workers;
    this.clock = clock;
    this.patience = patience;
    this.told = told;
  }

  /**
   * Tries everything, whatever fails.
   *
   * @return false when anything has failed; what is only warned of passes
   */
  public boolean run() {
    PipelineSpec spec = pipeline.spec();
    new ClassPathChecks(workers).run(checks("class path"));
    Doctor doctor = new Doctor(clock, Secrets::resolve, patience, this::note);
    doctor.stores(spec);
    doctor.lake(spec, Optional.of(pipeline));
    Optional<String> noWorkers = failed("class path", "executors");
    Checks onWorkers = checks("lake on executors");
    noWorkers.or(() -> failed("lake", "reach")).ifPresent(onWorkers::restOn);
    new WorkerProbe(spec, workers, patience).run(onWorkers, this::note);

    Scratch scratch = new Scratch(TablePaths.lake(spec), clock);
    Optional<String> noLake =
        failed("storage", "settings").or(() -> failed("lake", "reach", "write"));
    Checks races = checks("races");
    noLake.ifPresent(races::restOn);
    new RaceChecks(spec, workers, scratch, clock).run(races, noWorkers);
    TinyPipeline tiny = new TinyPipeline(spec, profile, scratch, clock);
    Checks files = checks("tiny pipeline");
    noLake.or(() -> noWorkers).ifPresent(files::restOn);
    files.check("files", tiny::onFiles);
    topics(doctor, tiny, noLake.or(() -> noWorkers));
    Checks left = checks("scratch");
    noLake.ifPresent(left::restOn);
    left.aside("removed", scratch::remove);
    left.aside("older ones", scratch::removeOlder);
    return isPassed(findings);
  }

  /** True when nothing has failed. */
  public static boolean isPassed(List<Finding> findings) {
    return findings.stream().noneMatch(finding -> finding.outcome() instanceof Outcome.Failed);
  }

  private void topics(Doctor doctor, TinyPipeline tiny, Optional<String> broken) {
    List<SourceSpec> topics =
        pipeline.spec().sources().stream()
            .filter(source -> source.connection() instanceof SourceSpec.Kafka)
            .toList();
    if (topics.isEmpty()) {
      note(
          new Finding(
              "topics", "read", new Outcome.Ok("the pipeline reads no topic: none is tried")));
    }
    for (SourceSpec topic : topics) {
      doctor.sources(pipeline.spec().withSources(List.of(topic)), Optional.of(pipeline));
      Checks checks = checks(topic.name());
      broken.or(() -> anyFailed(topic.name())).ifPresent(checks::restOn);
      checks.check("newest records", () -> tiny.onTopic(topic));
    }
  }

  private Checks checks(String subject) {
    return new Checks(subject, patience, this::note);
  }

  private void note(Finding finding) {
    findings.add(finding);
    told.accept(finding);
  }

  /** The first of these checks that has failed, to follow "not tried:". */
  private Optional<String> failed(String subject, String... checks) {
    return findings.stream()
        .filter(finding -> finding.outcome() instanceof Outcome.Failed)
        .filter(finding -> finding.subject().equals(subject))
        .filter(finding -> List.of(checks).contains(finding.check()))
        .map(finding -> finding.subject() + ", " + finding.check())
        .findFirst();
  }

  private Optional<String> anyFailed(String subject) {
    return findings.stream()
        .filter(finding -> finding.outcome() instanceof Outcome.Failed)
        .filter(finding -> finding.subject().equals(subject))
        .map(Finding::check)
        .findFirst();
  }
}
