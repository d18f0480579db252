package io.lakebeam.cli;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.ColumnPicture;
import io.lakebeam.cli.text.GraphPicture;
import io.lakebeam.graph.ColumnGraph;
import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.graph.NearestName;
import io.lakebeam.lake.UsageException;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.checkerframework.checker.nullness.qual.Nullable;
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
          + " is made of; with --columns what each column comes from, with --column where one comes"
          + " from and what follows from it.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam graph airlines",
      "  lakebeam graph airlines --output mermaid   a picture for Markdown",
      "  lakebeam graph airlines --output json",
      "  lakebeam graph airlines --columns          what each column comes from",
      "  lakebeam graph airlines --column flights.departure_delay_minutes"
    })
final class GraphCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private PipelineArgument pipeline;

  @Option(
      names = "--columns",
      description = "What each column of each dataset comes from, and how.")
  private boolean columns;

  @Option(
      names = "--column",
      paramLabel = "DATASET.COLUMN",
      description = "Where a column of a source or dataset comes from, and what follows from it.")
  private @Nullable String column;

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
    if (columns && column != null) {
      throw new UsageException("give --columns or --column, not both");
    }
    DataflowGraph graph = pipeline.compile(console, spec -> spec).graph();
    if (columns) {
      ColumnPicture picture = new ColumnPicture(new ColumnGraph(graph));
      switch (form) {
        case TEXT -> picture.text(console.columns()).forEach(console::line);
        case MERMAID -> picture.mermaid().forEach(console::line);
        case JSON -> console.line(picture.json());
      }
    } else if (column != null) {
      ColumnGraph followed = new ColumnGraph(graph);
      ColumnOrigin named = find(column, followed);
      ColumnPicture picture = new ColumnPicture(followed);
      switch (form) {
        case TEXT -> picture.text(named, console.columns()).forEach(console::line);
        case MERMAID -> picture.mermaid(named).forEach(console::line);
        case JSON -> console.line(picture.json(named));
      }
    } else {
      GraphPicture picture = new GraphPicture(graph);
      switch (form) {
        case TEXT -> picture.text(console.columns()).forEach(console::line);
        case MERMAID -> picture.mermaid().forEach(console::line);
        case JSON -> console.line(picture.json());
      }
    }
    return ExitCode.DONE;
  }

  private static ColumnOrigin find(String named, ColumnGraph graph) {
    int dot = named.indexOf('.');
    if (dot < 1 || dot == named.length() - 1) {
      throw new UsageException("--column is DATASET.COLUMN, such as orders.amount, not " + named);
    }
    String relation = named.substring(0, dot);
    String column = named.substring(dot + 1);
    Set<String> relations = new TreeSet<>();
    graph.graph().sources().forEach(source -> relations.add(source.name()));
    graph.graph().datasets().forEach(dataset -> relations.add(dataset.name()));
    if (!relations.contains(relation)) {
      throw new UsageException(
          "pipeline "
              + graph.graph().pipeline()
              + " stores no dataset and reads no source "
              + relation
              + "; "
              + NearestName.question(relation, relations)
              + "there are "
              + String.join(", ", relations));
    }
    return graph
        .find(relation, column)
        .orElseThrow(
            () ->
                new UsageException(
                    relation
                        + " has no column "
                        + column
                        + "; "
                        + NearestName.question(column, graph.columns(relation))
                        + "its columns are "
                        + String.join(", ", graph.columns(relation))));
  }
}
