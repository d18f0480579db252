package io.lakebeam.runner;

import io.lakebeam.pipeline.EpochGraph;
import io.lakebeam.spec.RunnerProfile;
import org.apache.beam.runners.direct.DirectOptions;
import org.apache.beam.runners.direct.DirectRunner;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;

/** Beam's direct runner, in this JVM. */
final class DirectEngine extends BeamEngine {
  private final int parallelism;

  DirectEngine(RunnerProfile profile, EpochGraph graph) {
    super(graph);
    String cores = Integer.toString(Math.max(2, Runtime.getRuntime().availableProcessors()));
    this.parallelism = Integer.parseInt(profile.option("target_parallelism").orElse(cores));
  }

  @Override
  PipelineOptions options() {
    DirectOptions options = PipelineOptionsFactory.create().as(DirectOptions.class);
    options.setRunner(DirectRunner.class);
    options.setTargetParallelism(parallelism);
    options.setBlockOnRun(false);
    // Checks of the author's transforms, at five to eight times the time; tests have them on.
    boolean checks = Boolean.getBoolean("lakebeam.enforce");
    options.setEnforceImmutability(checks);
    options.setEnforceEncodability(checks);
    return options;
  }

  @Override
  int workers() {
    return parallelism;
  }

  @Override
  public boolean runsUnbounded() {
    return true;
  }
}
