package io.lakebeam.cli.quarantine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.TextTable;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.quarantine.Masks;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.QuarantinedRow;
import io.lakebeam.quarantine.ReasonCounts;
import io.lakebeam.quarantine.RowStates;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Counts refused rows by why and when. */
@Command(
    name = "summary",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Counts refused rows by table and reason, the most frequent first, how many are open, and a bar for each of the"
          + " last 14 days (UTC) that had some. A row that breaks several rules counts for each.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam quarantine summary airlines",
      "  lakebeam quarantine summary airlines --table flights --since 7d",
      "  lakebeam quarantine summary airlines --output json"
    })
final class SummaryCommand implements Callable<Integer> {
  private static final int DAYS = 14;
  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final String NO_BAR = "·";

  private final Console console;
  private final Clock clock;

  @Mixin private PipelineArgument pipeline;
  @Mixin private PipelineArgument.Lake lake;
  @Mixin private FilterOptions filter;
  @Mixin private MaskOption mask;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is a list of objects.")
  private Output output = Output.TEXT;

  SummaryCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() {
    CompiledPipeline compiled = OpenQuarantines.pipeline(pipeline, lake, console);
    QuarantineReader reader = OpenQuarantines.of(compiled);
    Masks masks = mask.of(compiled);
    RowStates states = RowStates.of(compiled);
    Predicate<QuarantinedRow> isMeant = filter.inState(states);
    ReasonCounts counts = new ReasonCounts();
    long[] open = {0};
    reader.read(
        filter.of(reader, clock),
        masks.hideAny(),
        row -> {
          if (isMeant.test(row)) {
            boolean isOpen = states.of(row).status() == RowStates.Status.OPEN;
            open[0] += isOpen ? 1 : 0;
            counts.add(masks.of(row), isOpen);
          }
        });
    LeftOut.tell(reader, masks, console);
    if (output == Output.JSON) {
      console.rows(json(counts.reasons()).toPrettyString());
      return ExitCode.DONE;
    }
    if (counts.rows() > 0) {
      text(counts.reasons()).lines(console.columns()).forEach(console::rows);
    }
    console.say(
        Amounts.of(counts.rows(), "refused row")
            + (open[0] < counts.rows() ? ", " + Amounts.count(open[0]) + " of them open" : ""));
    return ExitCode.DONE;
  }

  private static TextTable text(List<ReasonCounts.Reason> reasons) {
    Optional<LocalDate> last =
        reasons.stream()
            .map(each -> each.count().days())
            .filter(days -> !days.isEmpty())
            .map(TreeMap::lastKey)
            .max(LocalDate::compareTo);
    TextTable text =
        TextTable.of(
            "table",
            "why",
            ">rows",
            ">open",
            "last",
            last.map(day -> DAYS + " days to " + day).orElse("days"));
    for (ReasonCounts.Reason each : reasons) {
      text.add(
          each.table(),
          each.reason(),
          Amounts.count(each.count().rows()),
          Amounts.count(each.count().open()),
          Objects.toString(seconds(each.count().last()), ""),
          last.map(day -> bars(each.count().days(), day)).orElse(""));
    }
    return text;
  }

  /** A bar for each day up to a last one, the highest for the day with most rows. */
  static String bars(Map<LocalDate, Long> days, LocalDate last) {
    StringBuilder bars = new StringBuilder();
    LocalDate first = last.minusDays(DAYS - 1L);
    long most =
        days.entrySet().stream()
            .filter(each -> !each.getKey().isBefore(first))
            .mapToLong(Map.Entry::getValue)
            .max()
            .orElse(0);
    for (LocalDate day = first; !day.isAfter(last); day = day.plusDays(1)) {
      long rows = days.getOrDefault(day, 0L);
      int height = most == 0 ? 0 : (int) ((rows * BARS.length() - 1) / most);
      bars.append(rows == 0 ? NO_BAR : BARS.substring(height, height + 1));
    }
    return bars.toString();
  }

  private static Instant seconds(Instant time) {
    return time == null ? null : time.truncatedTo(ChronoUnit.SECONDS);
  }

  private static ArrayNode json(List<ReasonCounts.Reason> reasons) {
    ArrayNode array = new ObjectMapper().createArrayNode();
    for (ReasonCounts.Reason each : reasons) {
      ObjectNode object =
          array
              .addObject()
              .put("table", each.table())
              .put(each.isRule() ? "expectation" : "error", each.reason())
              .put("rows", each.count().rows())
              .put("open", each.count().open())
              .put("first", Objects.toString(each.count().first(), null))
              .put("last", Objects.toString(each.count().last(), null));
      ObjectNode days = object.putObject("days");
      each.count().days().forEach((day, rows) -> days.put(day.toString(), rows));
    }
    return array;
  }
}
