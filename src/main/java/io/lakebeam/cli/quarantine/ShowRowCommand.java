package io.lakebeam.cli.quarantine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.RowText;
import io.lakebeam.expectation.Expectation;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.quarantine.Masks;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.QuarantinedRow;
import io.lakebeam.quarantine.RowFilter;
import io.lakebeam.quarantine.RowStates;
import io.lakebeam.review.DeletedRow;
import io.lakebeam.review.RefusedRowJson;
import io.lakebeam.review.SeenValues;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Shows all that is known of a refused row. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Shows a refused row: the rules that it breaks, with their conditions as the pipeline has them"
          + " now and the values that they saw, the row as far as it is known, and its record.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam quarantine show airlines 3fa91c0b2d",
      "  lakebeam quarantine show airlines 3fa9 --output json"
    })
final class ShowRowCommand implements Callable<Integer> {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final int MOST = 6;
  private static final int BYTES_A_LINE = 16;

  private final Console console;

  @Mixin private PipelineArgument pipeline;

  @Parameters(
      index = "1",
      paramLabel = "ID",
      description = "As list shows it, or how it begins, where that is enough.")
  private String id;

  @Mixin private PipelineArgument.Lake lake;
  @Mixin private MaskOption mask;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is an object.")
  private Output output = Output.TEXT;

  ShowRowCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (id.isBlank()) {
      throw new UsageException("ID is empty");
    }
    CompiledPipeline compiled = OpenQuarantines.pipeline(pipeline, lake, console);
    QuarantineReader reader = OpenQuarantines.of(compiled);
    List<QuarantinedRow> found = new ArrayList<>();
    reader.read(
        RowFilter.ofId(id),
        true,
        row -> {
          if (found.size() < MOST) {
            found.add(row);
          }
        });
    if (found.isEmpty()) {
      console.error(
          DeletedRow.told(compiled, id)
              .orElse(
                  "no refused row has an id that begins with "
                      + id
                      + "\n  fix: lakebeam quarantine list shows the ids"));
      return ExitCode.FAILED;
    }
    if (found.size() > 1) {
      throw new UsageException(
          "several rows have an id that begins with "
              + id
              + ": "
              + String.join(", ", found.stream().map(QuarantinedRow::id).toList())
              + (found.size() == MOST ? ", ..." : ""));
    }
    Masks masks = mask.of(compiled);
    QuarantinedRow row = masks.of(found.get(0));
    RowStates.State state = masks.of(found.get(0), RowStates.of(compiled).of(row));
    if (output == Output.JSON) {
      ObjectNode json = RefusedRowJson.of(row, state);
      for (RowStates.Step step : state.steps()) {
        json.withArray("_history")
            .addObject()
            .put("request", step.request())
            .put("outcome", step.outcome().word())
            .put("epoch", step.epoch().orElse(null))
            .put("requested_at", step.at().toString())
            .put("requested_by", step.by())
            .put("reason", step.reason())
            .put("correction", step.correction())
            .put("error", step.error());
      }
      console.rows(json.toPrettyString());
    } else {
      lines(row, state, reader.tables().get(row.table())).forEach(console::rows);
    }
    return ExitCode.DONE;
  }

  private static List<String> lines(
      QuarantinedRow row, RowStates.State state, CompiledTable table) {
    List<String> lines = new ArrayList<>();
    lines.add("row       " + row.id() + ", refused by " + row.table());
    row.plannedAt()
        .ifPresent(
            at ->
                lines.add(
                    "when      "
                        + at
                        + row.epoch().map(number -> ", in epoch " + number).orElse("")));
    lines.add("record    " + row.position() + " of " + row.source());
    lines.add("status    " + state.word());
    state.steps().forEach(step -> lines.add("          " + told(step)));
    for (String rule : row.failedRules()) {
      Optional<Expectation> known =
          table.rules().stream().filter(each -> each.name().equals(rule)).findFirst();
      lines.add(
          "breaks    "
              + rule
              + known
                  .map(each -> ": " + each.condition().strip().replaceAll("\\s+", " "))
                  .orElse(", a rule that the pipeline no longer has"));
      known.ifPresent(each -> lines.addAll(cells(SeenValues.of(each, row), "            ")));
    }
    if (!row.error().isEmpty()) {
      lines.add("error     " + row.error());
    }
    boolean isKnown = row.values().values().stream().anyMatch(value -> value != null);
    if (isKnown) {
      lines.add("");
      lines.addAll(cells(row.values(), ""));
    }
    payload(row).ifPresent(text -> lines.addAll(List.of("", text)));
    return lines;
  }

  /** {@code 2026-01-31T12:00:00Z discarded by ann (request 3); the reason given: a test}. */
  private static String told(RowStates.Step step) {
    return step.at().truncatedTo(ChronoUnit.SECONDS)
        + " "
        + step.outcome().word().replace('_', ' ')
        + (step.by().isEmpty() ? "" : " by " + step.by())
        + step.epoch().map(epoch -> " in epoch " + epoch).orElse("")
        + " (request "
        + step.request()
        + ")"
        + (step.correction().isEmpty() ? "" : " with " + step.correction())
        + (step.error().isEmpty() ? "" : ": " + step.error())
        + (step.reason().isEmpty() ? "" : "; the reason given: " + step.reason());
  }

  private static List<String> cells(Map<String, @Nullable Object> values, String indent) {
    int width = values.keySet().stream().mapToInt(String::length).max().orElse(0);
    return values.entrySet().stream()
        .map(
            each ->
                indent
                    + each.getKey()
                    + " ".repeat(width - each.getKey().length() + 2)
                    + RowText.cell(each.getValue()))
        .toList();
  }

  /** The record: JSON in lines, other text as it is, and bytes in hexadecimal digits. */
  private static Optional<String> payload(QuarantinedRow row) {
    if (row.rawBytes() != null) {
      return Optional.of(hex(row.rawBytes()));
    }
    if (row.raw().isEmpty()) {
      return Optional.empty();
    }
    try {
      JsonNode json = MAPPER.readTree(row.raw());
      return Optional.of(json.isContainerNode() ? json.toPrettyString() : row.raw());
    } catch (JsonProcessingException e) {
      return Optional.of(row.raw()); // it is no JSON, which may be why it was refused
    }
  }

  private static String hex(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int at = 0; at < bytes.length; at += BYTES_A_LINE) {
      int end = Math.min(bytes.length, at + BYTES_A_LINE);
      StringBuilder letters = new StringBuilder();
      for (int i = at; i < end; i++) {
        letters.append(bytes[i] >= ' ' && bytes[i] < 127 ? (char) bytes[i] : '.');
      }
      text.append(at == 0 ? "" : "\n")
          .append(HexFormat.of().toHexDigits(at))
          .append("  ")
          .append(HexFormat.ofDelimiter(" ").formatHex(bytes, at, end))
          .append("   ".repeat(BYTES_A_LINE - (end - at)))
          .append("  ")
          .append(letters);
    }
    return text.toString();
  }
}
