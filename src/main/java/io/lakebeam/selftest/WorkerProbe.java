package io.lakebeam.selftest;

import io.lakebeam.doctor.Checks;
import io.lakebeam.doctor.Finding;
import io.lakebeam.doctor.LakeProbe;
import io.lakebeam.doctor.Outcome;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.runner.Workers;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.storage.Place;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** What a worker may do in the lake: its credentials may be others than the driver's. */
final class WorkerProbe {
  private static final String SUBJECT = "lake on executors";

  private final PipelineSpec spec;
  private final Workers workers;
  private final Duration patience;

  WorkerProbe(PipelineSpec spec, Workers workers, Duration patience) {
    this.spec = spec;
    this.workers = workers;
    this.patience = patience;
  }

  /** The probe of one worker; its findings travel. */
  private record Probe(Place lake, Duration patience) implements Workers.Task<ArrayList<Finding>> {
    @Override
    public ArrayList<Finding> call(int number) {
      ArrayList<Finding> found = new ArrayList<>();
      Checks checks = new Checks(SUBJECT, patience, found::add);
      checks.check(
          "reach",
          () -> {
            lake.storage().status(lake.path());
            return new Outcome.Ok("seen by the process " + WorkerVisit.process());
          });
      // Whether the lake was there is the driver's to say: what this one makes, that one removes.
      new LakeProbe(lake, false, Clock.systemUTC()).run(checks);
      return found;
    }
  }

  void run(Checks checks, Consumer<Finding> told) {
    // A moment less than the whole, so that the worker's own words come before the driver's.
    Probe probe = new Probe(TablePaths.lake(spec), patience.dividedBy(6));
    Optional<List<Finding>> found =
        checks.find(
            "job",
            () -> {
              List<Finding> said = workers.call(1, probe).get(0);
              return new Checks.Found<>(said, new Outcome.Ok("a worker has tried the lake"));
            });
    found.orElse(List.of()).forEach(told);
  }
}
