package io.lakebeam.cli.quarantine;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.RowText;
import io.lakebeam.cli.text.TextTable;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.quarantine.Masks;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.QuarantinedRow;
import io.lakebeam.quarantine.RowStates;
import io.lakebeam.review.RefusedRowJson;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists refused rows. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Lists refused rows, the newest first, and says how many there are in all. The first column is"
          + " the id that show takes.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam quarantine list airlines",
      "  lakebeam quarantine list airlines --table flights --rule plausible_delay --limit 5",
      "  lakebeam quarantine list airlines --table flights --where \"carrier = 'AA'\"",
      "  lakebeam quarantine list airlines --error 'malformed' --output json"
    })
final class ListCommand implements Callable<Integer> {
  /** In any case the same rows, in the same order. */
  private static final Comparator<QuarantinedRow> OLDEST =
      Comparator.comparing((QuarantinedRow row) -> row.plannedAt().orElse(Instant.MIN))
          .thenComparing(QuarantinedRow::table)
          .thenComparing(QuarantinedRow::position)
          .thenComparing(QuarantinedRow::id);

  private final Console console;
  private final Clock clock;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;
  @Mixin private FilterOptions filter;
  @Mixin private MaskOption mask;

  @Option(
      names = "--limit",
      paramLabel = "N",
      description = "Rows at most. Default: ${DEFAULT-VALUE}.")
  private int limit = 20;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is an object a line.")
  private Output output = Output.TEXT;

  ListCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    if (limit < 1) {
      throw new UsageException("--limit is at least 1, not " + limit);
    }
    CompiledPipeline compiled = OpenQuarantines.pipeline(pipeline, lake, console);
    QuarantineReader reader = OpenQuarantines.of(compiled);
    Masks masks = mask.of(compiled);
    RowStates states = RowStates.of(compiled);
    Predicate<QuarantinedRow> isMeant = filter.inState(states);
    PriorityQueue<QuarantinedRow> newest = new PriorityQueue<>(OLDEST);
    long[] count = {0};
    reader.read(
        filter.of(reader, clock),
        output == Output.JSON || masks.hideAny(),
        row -> {
          if (isMeant.test(row)) {
            count[0]++;
            newest.add(masks.of(row));
            if (newest.size() > limit) {
              newest.remove();
            }
          }
        });
    LeftOut.tell(reader, masks, console);
    List<QuarantinedRow> rows = new ArrayList<>(newest);
    rows.sort(OLDEST.reversed());
    console.say(
        Amounts.of(count[0], "refused row")
            + (count[0] > limit ? ", the newest " + Amounts.count(limit) + ":" : ""));
    if (output == Output.JSON) {
      rows.forEach(row -> console.rows(RefusedRowJson.of(row, states.of(row)).toString()));
    } else if (!rows.isEmpty()) {
      text(rows, states).lines(console.columns()).forEach(console::rows);
    }
    return ExitCode.DONE;
  }

  private static TextTable text(List<QuarantinedRow> rows, RowStates states) {
    TextTable text = TextTable.of("id", "refused", "status", "table", "why", "position", "record");
    for (QuarantinedRow row : rows) {
      text.add(
          row.id(),
          row.plannedAt().map(at -> at.truncatedTo(ChronoUnit.SECONDS).toString()).orElse(""),
          states.of(row).word(),
          row.table(),
          RowText.cell(row.reason()),
          RowText.cell(row.position()),
          RowText.cell(row.rawBytes() == null ? row.raw() : row.rawBytes()));
    }
    return text;
  }
}
