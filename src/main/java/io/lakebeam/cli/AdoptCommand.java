package io.lakebeam.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Output;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.runner.Adoption;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Hands on what a pipeline has to its new name. */
@Command(
    name = "adopt",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Hands on to a pipeline that was given another name what it has in its lake under the earlier"
          + " one: tables, progress, and what a run has left unfinished. Write the new name into the"
          + " pipeline's file first. Nothing is read twice and nothing is moved; the earlier name is"
          + " refused from then on.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam adopt airlines --from flights",
      "  lakebeam adopt airlines --from flights --lake lake-demo"
    })
final class AdoptCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "NAME",
      description = "What the pipeline was called so far.")
  private String from;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is an object.")
  private Output output = Output.TEXT;

  AdoptCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    CompiledPipeline compiled = pipeline.open(lake, console);
    Adoption adoption = Adoption.of(compiled, from, Clock.systemUTC());
    if (output == Output.JSON) {
      console.line(json(adoption).toPrettyString());
    } else {
      console.line(text(adoption));
    }
    return ExitCode.DONE;
  }

  private static String text(Adoption adoption) {
    return adoption.isNew()
        ? "pipeline "
            + adoption.from()
            + " is called "
            + adoption.pipeline()
            + " now; it goes on behind epoch "
            + adoption.epoch()
        : "nothing to do: pipeline " + adoption.from() + " is called " + adoption.pipeline();
  }

  private static ObjectNode json(Adoption adoption) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("pipeline", adoption.pipeline())
        .put("from", adoption.from())
        .put("id", adoption.id())
        .put("epoch", adoption.epoch())
        .put("adopted", adoption.isNew());
  }
}
