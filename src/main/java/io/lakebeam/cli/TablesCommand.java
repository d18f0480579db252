package io.lakebeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.TextTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.lake.StoredDatasets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists what a pipeline keeps in its lake. */
@Command(
    name = "tables",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lists every table of a pipeline, its quarantines and the event log included. Tables that no"
          + " run has made yet have no rows and no version.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam tables airlines",
      "  lakebeam tables airlines --lake lake-demo",
      "  lakebeam tables airlines --output json"
    })
final class TablesCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is a list of objects.")
  private Output output = Output.TEXT;

  TablesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    List<StoredDatasets.Stored> tables = StoredDatasets.of(pipeline.open(lake, console));
    if (output == Output.JSON) {
      console.line(json(tables).toPrettyString());
    } else {
      text(tables).lines(console.columns()).forEach(console::line);
    }
    return ExitCode.DONE;
  }

  private static TextTable text(List<StoredDatasets.Stored> tables) {
    TextTable text =
        TextTable.of("dataset", "kind", "layer", ">rows", ">files", ">size", ">version", "path");
    for (StoredDatasets.Stored table : tables) {
      Optional<Snapshot> snapshot = table.snapshot();
      text.add(
          table.name(),
          table.kind(),
          table.layer(),
          snapshot.map(s -> Amounts.rows(s.rows())).orElse(""),
          snapshot.map(s -> Amounts.count(s.files().size())).orElse(""),
          snapshot.map(s -> Amounts.bytes(s.bytes())).orElse(""),
          snapshot.map(s -> Long.toString(s.version())).orElse(""),
          table.place().path().toString());
    }
    return text;
  }

  private static ArrayNode json(List<StoredDatasets.Stored> tables) {
    ArrayNode array = new ObjectMapper().createArrayNode();
    for (StoredDatasets.Stored table : tables) {
      ObjectNode object =
          array
              .addObject()
              .put("dataset", table.name())
              .put("kind", table.kind())
              .put("layer", table.layer());
      Optional<Snapshot> snapshot = table.snapshot();
      object.put("rows", snapshot.flatMap(Snapshot::rows).orElse(null));
      object.put("files", snapshot.map(s -> s.files().size()).orElse(null));
      object.put("bytes", snapshot.map(Snapshot::bytes).orElse(null));
      object.put("version", snapshot.map(Snapshot::version).orElse(null));
      object.put("path", table.place().path().toString());
    }
    return array;
  }
}
