package io.lakebeam.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.argument.TableArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.TextTable;
import io.lakebeam.delta.HistoryEntry;
import io.lakebeam.lake.UsageException;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Tells what was done to a table. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {"Lists the versions of a Delta table, newest first. Times are UTC.", ""},
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam history airlines.flights",
      "  lakebeam history lake-demo/flights --limit 5",
      "  lakebeam history airlines.flights --output json"
    })
final class HistoryCommand implements Callable<Integer> {
  private final Console console;

  @Mixin private TableArgument table;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Versions at most. Default: ${DEFAULT-VALUE}.")
  private int limit = 20;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is a list of objects.")
  private Output output = Output.TEXT;

  HistoryCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit is at least 1, not " + limit);
    }
    List<HistoryEntry> history = table.find(console).table().history(limit);
    if (output == Output.JSON) {
      console.line(json(history).toPrettyString());
    } else {
      text(history).lines(console.columns()).forEach(console::line);
    }
    return ExitCode.DONE;
  }

  private static TextTable text(List<HistoryEntry> history) {
    TextTable text =
        TextTable.of(">version", "timestamp", "operation", ">rows", ">files", ">epoch", "engine");
    for (HistoryEntry entry : history) {
      text.add(
          Long.toString(entry.version()),
          entry.timestamp().truncatedTo(ChronoUnit.SECONDS).toString(),
          entry.operation(),
          number(entry, "numOutputRows").map(Amounts::count).orElse(""),
          files(entry).map(Amounts::count).orElse(""),
          epoch(entry).orElse(""),
          entry.engine());
    }
    return text;
  }

  private static ArrayNode json(List<HistoryEntry> history) {
    ObjectMapper mapper = new ObjectMapper();
    ArrayNode array = mapper.createArrayNode();
    for (HistoryEntry entry : history) {
      ObjectNode object =
          array
              .addObject()
              .put("version", entry.version())
              .put("timestamp", entry.timestamp().toString())
              .put("operation", entry.operation());
      object.put("rows", number(entry, "numOutputRows").orElse(null));
      object.put("files", files(entry).orElse(null));
      object.put("epoch", epoch(entry).map(Long::valueOf).orElse(null));
      object.put("engine", entry.engine());
    }
    return array;
  }

  /** Files added; Delta's writers have several names for it. */
  private static Optional<Long> files(HistoryEntry entry) {
    return number(entry, "numAddedFiles").or(() -> number(entry, "numFiles"));
  }

  private static Optional<Long> number(HistoryEntry entry, String metric) {
    return Optional.ofNullable(entry.metrics().get(metric)).flatMap(HistoryCommand::number);
  }

  private static Optional<Long> number(String text) {
    return text.matches("\\d{1,18}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
  }

  /** Parameters are JSON values: a text comes in quotes. */
  private static Optional<String> epoch(HistoryEntry entry) {
    return Optional.ofNullable(entry.parameters().get("epoch"))
        .map(text -> text.replace("\"", ""))
        .filter(text -> text.matches("\\d{1,18}"));
  }
}
