package io.lakebeam.cli;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.console.Console;
import io.lakebeam.cli.console.ExitCode;
import io.lakebeam.cli.text.GraphPicture;
import io.lakebeam.graph.DataflowGraph;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows what follows from what in a pipeline. */
@Command(
    name = "graph",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows a pipeline's sources and datasets, in an order in which everything comes after what it"
          + " is made of.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam graph airlines",
      "  lakebeam graph airlines --output mermaid   a picture for Markdown",
      "  lakebeam graph airlines --output json"
    })
final class GraphCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private PipelineArgument pipeline;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}.")
  private Form form = Form.TEXT;

  /** As typed. */
  private enum Form {
    TEXT,
    MERMAID,
    JSON;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  GraphCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    DataflowGraph graph = pipeline.compile(console, spec -> spec).graph();
    GraphPicture picture = new GraphPicture(graph);
    switch (form) {
      case TEXT -> picture.text(console.columns()).forEach(console::line);
      case MERMAID -> picture.mermaid().forEach(console::line);
      case JSON -> console.line(picture.json());
    }
    return ExitCode.DONE;
  }
}
