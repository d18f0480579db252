package io.lakebeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.argument.SelectionArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Output;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.runner.Preview;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells what the next run of a pipeline would do to its lake. */
@Command(
    name = "plan",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Tells what the next run would do to the lake, without doing it: tables that are made, columns"
          + " that are added, history that is filled in, views that are computed, changes that are"
          + " refused, and the files and offsets that wait.",
      "",
      "Exit code 0 when there is nothing to do, 3 when there is, 1 when a run would be refused.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam plan airlines",
      "  lakebeam plan airlines --lake lake-demo",
      "  lakebeam plan airlines --full-refresh flights",
      "  lakebeam plan airlines --output json"
    })
final class PlanCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;
  @Mixin private SelectionArgument selection;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is a list of objects.")
  private Output output = Output.TEXT;

  PlanCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CompiledPipeline compiled = pipeline.open(lake, console);
    List<Preview.Item> items = Preview.of(compiled, selection.of(compiled));
    if (output == Output.JSON) {
      console.line(json(items).toPrettyString());
    } else if (items.isEmpty()) {
      console.line("nothing to do");
    } else {
      items.forEach(item -> console.line(line(item)));
    }
    if (items.stream().anyMatch(item -> item.kind() == Preview.Kind.REFUSED)) {
      return ExitCode.FAILED;
    }
    return items.stream().anyMatch(item -> item.kind().isChange())
        ? ExitCode.CHANGES
        : ExitCode.DONE;
  }

  private static String line(Preview.Item item) {
    return item.kind() == Preview.Kind.REFUSED ? "refused: " + item.text() : item.text();
  }

  private static ArrayNode json(List<Preview.Item> items) {
    ArrayNode array = new ObjectMapper().createArrayNode();
    for (Preview.Item item : items) {
      ObjectNode told = array.addObject().put("kind", item.kind().name().toLowerCase(Locale.ROOT));
      item.code().ifPresent(code -> told.put("code", code.name()));
      told.put("name", item.name()).put("text", item.text());
    }
    return array;
  }
}
