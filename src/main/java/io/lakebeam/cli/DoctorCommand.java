package io.lakebeam.cli;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.Time;
import io.lakebeam.doctor.Doctor;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.secret.Secrets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tries what a run would need. */
@Command(
    name = "doctor",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tries every connection, credential and permission of a pipeline: a line for each check, with"
          + " cause and fix for what is wrong. Reads a record of each topic and the first of each"
          + " folder; writes a probe into the lake and removes it.",
      "Exit code 0 only when all is well: 1 with any warning or failure.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam doctor airlines",
      "  lakebeam doctor airlines --timeout 60s",
      "  lakebeam doctor airlines --output json"
    })
final class DoctorCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      converter = Time.class,
      description = "The longest that one check may take. Default: 15s.")
  private Duration timeout = Duration.ofSeconds(15);

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is a list of checks.")
  private Output output = Output.TEXT;

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    FindingLines lines = new FindingLines(console, output);
    Doctor doctor = new Doctor(Clock.systemUTC(), Secrets::resolve, timeout, lines::told);
    doctor.machine();
    Optional<PipelineSpec> spec = lines.read(pipeline, lake, List.of("queries", "sources", "lake"));
    if (spec.isPresent()) {
      doctor.stores(spec.get());
      Optional<CompiledPipeline> compiled = lines.compile(spec.get());
      doctor.sources(spec.get(), compiled);
      doctor.lake(spec.get(), compiled);
    }
    lines.end();
    return Doctor.isWell(lines.findings()) ? ExitCode.DONE : ExitCode.FAILED;
  }
}
