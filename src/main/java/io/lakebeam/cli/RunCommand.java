package io.lakebeam.cli;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.runner.Update;
import io.lakebeam.spec.RunnerProfile;
import io.lakebeam.spec.Secrets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Runs a pipeline. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Runs a pipeline, a line for each epoch: in are the records that came from sources, out the"
          + " rows added to tables that no other streaming table reads, quarantined and dropped"
          + " rows of all tables.",
      "Ctrl-C finishes the epoch under way and ends with exit code 0. Whatever ends a run, the next"
          + " one goes on where it stopped; nothing is lost and nothing comes twice.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam run airlines",
      "  lakebeam run airlines --mode continuous",
      "  lakebeam run airlines --runner spark",
      "  lakebeam run airlines --lake /data/lake --set report_year=2025",
      "  lakebeam run airlines --lake abfss://lake@account.dfs.core.windows.net/airlines"
    })
final class RunCommand implements Callable<Integer> {
  private static final Map<String, RunnerProfile> RUNNERS =
      Map.of("direct", RunnerProfile.DIRECT, "spark", RunnerProfile.SPARK);

  private final Console console;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;

  @Option(
      names = "--mode",
      description = {
        "triggered (the default) takes what is there and ends, continuous goes on until stopped."
      })
  private Mode mode = Mode.TRIGGERED;

  @Option(
      names = "--runner",
      paramLabel = "RUNNER",
      description = {
        "direct (the default) runs in this process, spark on Spark in this process; for a cluster,"
            + " name a profile. The tables are the same, and a run may go on where another"
            + " runner's stopped."
      })
  private String runner;

  @Option(
      names = "--profile",
      paramLabel = "FILE",
      description = "Where to run in detail: a file such as runners/spark.yaml.")
  private String profile;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is an object a line.")
  private Output output = Output.TEXT;

  /** As typed. */
  private enum Mode {
    TRIGGERED,
    CONTINUOUS;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CompiledPipeline compiled = pipeline.compile(lake, console);
    RunnerProfile where = profile();
    List<Problem> unset = Secrets.unsetSecrets(compiled.spec());
    if (!unset.isEmpty()) {
      throw new PipelineException(unset);
    }
    EpochLines lines = new EpochLines(console, output, compiled);
    Update update = new Update(compiled, where, lines, Clock.systemUTC());
    try (StopSignals signals = StopSignals.watch(console, update::stop)) {
      update.run(mode == Mode.TRIGGERED ? Update.Mode.TRIGGERED : Update.Mode.CONTINUOUS);
    }
    if (output == Output.TEXT) {
      console.line("");
      new ClosingTables(console, compiled).print();
    }
    return Lakebeam.DONE;
  }

  private RunnerProfile profile() {
    if (runner != null && !RUNNERS.containsKey(runner)) {
      throw new UsageException("--runner " + runner + ": there are direct and spark");
    }
    if (profile == null) {
      return runner == null ? RunnerProfile.DIRECT : RUNNERS.get(runner);
    }
    RunnerProfile read = readProfile();
    if (runner != null && !runner.equals(read.runner())) {
      throw new UsageException(
          "--runner " + runner + ": the profile " + profile + " says " + read.runner());
    }
    return read;
  }

  /** From here, or else from where Lakebeam's own profiles are. */
  private RunnerProfile readProfile() {
    Path here = console.resolve(profile);
    Path shipped = console.home().resolve(profile);
    Path file = !Files.exists(here) && Files.exists(shipped) ? shipped : here;
    return RunnerProfile.read(file, console.workingDirectory(), console.environment());
  }
}
