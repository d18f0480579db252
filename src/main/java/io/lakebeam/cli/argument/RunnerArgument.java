package io.lakebeam.cli.argument;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.lake.UsageException;
import io.lakebeam.spec.profile.RunnerProfile;
import java.util.Map;
import picocli.CommandLine.Option;

/** Where a pipeline runs. */
public final class RunnerArgument {
  private static final Map<String, RunnerProfile> RUNNERS =
      Map.of("direct", RunnerProfile.DIRECT, "spark", RunnerProfile.SPARK);

  @Option(
      names = "--runner",
      paramLabel = "RUNNER",
      description = {
        "direct (the default) runs in this process, spark on Spark in this process; for a cluster,"
            + " name a profile. The tables are the same, and a run goes on where another"
            + " runner's stopped."
      })
  private String runner;

  @Option(
      names = "--profile",
      paramLabel = "FILE",
      description = "Where to run, in detail: a file such as runners/spark.yaml.")
  private String file;

  public RunnerProfile profile(Console console) {
    if (runner != null && !RUNNERS.containsKey(runner)) {
      throw new UsageException("--runner " + runner + ": there are direct and spark");
    }
    if (file == null) {
      return runner == null ? RunnerProfile.DIRECT : RUNNERS.get(runner);
    }
    RunnerProfile profile =
        RunnerProfile.read(
            Profiles.find(file, console), console.workingDirectory(), console.environment());
    if (profile.runner().equals("databricks")) {
      throw new UsageException(
          "--profile " + file + ": its runner is Databricks, where lakebeam deploy puts jobs");
    }
    if (runner != null && !runner.equals(profile.runner())) {
      throw new UsageException(
          "--runner " + runner + ": the profile " + file + " says " + profile.runner());
    }
    return profile;
  }
}
