package io.lakebeam.cli;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.argument.SqlFiles;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.spec.PipelineDraft;
import io.lakebeam.spec.ProblemReport;
import io.lakebeam.spec.SourceSpec;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells everything that is wrong with a pipeline, before any data is read. */
@Command(
    name = "validate",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Checks everything about a pipeline that can be known without data: its YAML, its SQL, types,"
          + " dependencies, expectations. Opens no connection, needs no secret.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam validate airlines",
      "  lakebeam validate pipelines/airlines/pipeline.yaml --set report_year=2025",
      "  lakebeam validate airlines --output json"
    })
final class ValidateCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private PipelineArgument pipeline;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is a list of problems.")
  private Output output = Output.TEXT;

  ValidateCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    try {
      PipelineDraft draft = pipeline.draft(console);
      draft.notes().forEach(note -> console.say(SqlFiles.noteLine(note)));
      CompiledPipeline compiled = PipelineCompiler.compile(draft);
      compiled.spec().notes().forEach(note -> console.say(SqlFiles.noteLine(note)));
      tellThatFieldsBecomeColumns(compiled);
      compiled.computedViews().stream()
          .filter(view -> !view.isIncremental())
          .forEach(view -> console.say(whole(view)));
      String summary = compiled.spec().expansions().hidden(summary(compiled.graph()));
      console.line(output == Output.JSON ? "[ ]" : summary);
      return ExitCode.DONE;
    } catch (PipelineException e) {
      ProblemReport report = new ProblemReport(e.problems(), console.workingDirectory());
      console.line(output == Output.JSON ? report.json() : report.text().stripTrailing());
      return ExitCode.FAILED;
    }
  }

  /** Which ones is in the lake, and this command opens nothing but the project. */
  private void tellThatFieldsBecomeColumns(CompiledPipeline compiled) {
    for (SourceSpec source : compiled.readSources()) {
      if (source.newFields().becomeColumns()) {
        console.say(
            "source " + source.name() + ": new fields become columns; lakebeam plan tells which");
      }
    }
  }

  /** What it costs to keep a view up to date, its author may want to know. */
  private static String whole(ComputedView view) {
    return "view "
        + view.name()
        + " is computed whole whenever "
        + String.join(", ", view.inputs())
        + (view.inputs().size() == 1 ? " changes: " : " change: ")
        + view.why().text()
        + " ("
        + view.why()
        + ")";
  }

  private static String summary(DataflowGraph graph) {
    int flows = graph.datasets().stream().mapToInt(dataset -> dataset.flows().size()).sum();
    return String.join(
        ", ",
        graph.pipeline() + ": " + Amounts.of(graph.sources().size(), "source"),
        Amounts.of(graph.datasets().size(), "dataset"),
        Amounts.of(flows, "flow"),
        "no problems");
  }
}
