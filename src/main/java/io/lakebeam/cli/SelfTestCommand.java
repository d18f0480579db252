package io.lakebeam.cli;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.argument.RunnerArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.terminal.Host;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.Time;
import io.lakebeam.doctor.Doctor;
import io.lakebeam.doctor.Finding;
import io.lakebeam.doctor.Outcome;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.runner.UpdateFailedException;
import io.lakebeam.runner.Workers;
import io.lakebeam.selftest.SelfTest;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.spec.secret.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tries the platform that a pipeline is to run on. */
@Command(
    name = "self-test",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tries the platform that a pipeline is to run on, with its lake and its topics: the class path"
          + " of driver and executors, what both may do in the lake, writers that race for one file"
          + " and one table, a tiny pipeline on files and one on the newest records of each topic."
          + " A line for each check, with cause and fix for what is wrong.",
      "The pipeline's own tables and topics stay as they are. What it writes lies below one folder"
          + " of the lake, _lakebeam_self_test_..., and is removed at the end.",
      "Exit code 0 when nothing has failed; warnings pass.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {"  lakebeam self-test airlines", "  lakebeam self-test airlines --runner spark"})
final class SelfTestCommand implements Callable<Integer> {
  private final Console console;
  private final Host host;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;
  @Mixin private RunnerArgument runner;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Time.class,
      description = "The longest that one check may take. Default: 5m.")
  private Duration timeout = Duration.ofMinutes(5);

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is a list of checks.")
  private Output output = Output.TEXT;

  SelfTestCommand(Console console, Host host) {
    this.console = console;
    this.host = host;
  }

  @Override
  public Integer call() {
    RunnerProfile where = runner.profile(console);
    FindingLines lines = new FindingLines(console, output);
    new Doctor(Clock.systemUTC(), Secrets::resolve, timeout, lines::told).machine();
    Optional<CompiledPipeline> compiled =
        lines
            .read(pipeline, lake, List.of("queries", "class path", "lake", "topics"))
            .map(host.place())
            .flatMap(lines::compile);
    compiled.ifPresent(declared -> test(declared, where, lines));
    lines.end();
    return SelfTest.isPassed(lines.findings()) ? ExitCode.DONE : ExitCode.FAILED;
  }

  private void test(CompiledPipeline declared, RunnerProfile where, FindingLines lines) {
    try (Workers workers = Workers.of(where, declared.name())) {
      new SelfTest(declared, where, workers, Clock.systemUTC(), timeout, lines::told).run();
    } catch (UpdateFailedException e) {
      lines.told(new Finding("class path", "spark", new Outcome.Failed(e.told())));
    }
  }
}
