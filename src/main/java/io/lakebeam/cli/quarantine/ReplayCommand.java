package io.lakebeam.cli.quarantine;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.Listeners;
import io.lakebeam.cli.UpdateProgress;
import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.argument.RunnerArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.Output;
import io.lakebeam.cli.text.RowText;
import io.lakebeam.cli.text.TextTable;
import io.lakebeam.epoch.ReviewRequest;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.QuarantineLog.Outcome;
import io.lakebeam.pipeline.graph.flow.ReplayTrial;
import io.lakebeam.quarantine.Masks;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.Review;
import io.lakebeam.quarantine.RowFilter;
import io.lakebeam.quarantine.RowStates;
import io.lakebeam.review.EditedRow;
import io.lakebeam.review.RowEdits;
import io.lakebeam.review.RowReplay;
import io.lakebeam.runner.UpdateListener;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Puts refused rows back. */
@Command(
    name = "replay",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Takes refused rows through today's queries and rules again, each once: into the table that has"
          + " refused them, and from there into all that follow. Only open rows are meant. Without"
          + " --yes it tries them, says what would become of them, and changes nothing. A run that"
          + " is under way takes them up with its next epoch; where none is, this command does that"
          + " epoch. A row that fails again is a new row of the quarantine.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam quarantine replay airlines --rule plausible_delay",
      "  lakebeam quarantine replay airlines 3fa91c0b2d --correct departure_delay=12 --yes",
      "  lakebeam quarantine replay airlines --from corrected.csv --reason 'typing errors' --yes"
    })
final class ReplayCommand implements Callable<Integer> {
  private static final int MOST_REASONS = 12;

  /** An epoch of a run that is under way seldom takes longer. */
  private static final Duration MOST_WAIT = Duration.ofMinutes(2);

  private final Console console;
  private final Clock clock;

  @Mixin private PipelineArgument pipeline;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "ID", description = RowChoice.IDS)
  private List<String> ids = new ArrayList<>();

  @Mixin private RowChoice rows;
  @Mixin private MaskOption mask;

  @Option(
      names = "--correct",
      paramLabel = "COLUMN=VALUE",
      description = {
        "Give the column this value in each row; NULL for none; may be repeated. Of a record that could"
            + " not be decoded, the field of that name, where it is JSON."
      })
  private Map<String, String> typed = new LinkedHashMap<>();

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description = {
        "Rows of an export that was edited: columns that differ are corrected, and the record where"
            + " _raw does; *** of a masked value means as it was. Only the rows of the file are meant."
      })
  private String from;

  @Mixin private ReviewOptions options;
  @Mixin private PipelineArgument.Lake lake;
  @Mixin private RunnerArgument runner;

  @Option(
      names = "--no-wait",
      description = "Leave it to a run that is under way, or to the next one.")
  private boolean isLeft;

  @Option(names = "--output", description = "${COMPLETION-CANDIDATES}; json is an object.")
  private Output output = Output.TEXT;

  private long closed;

  ReplayCommand(Console console, Clock clock) {
    this.console = console;
    this.clock = clock;
  }

  @Override
  public Integer call() throws InterruptedException {
    CompiledPipeline compiled = OpenQuarantines.pipeline(pipeline, lake, console);
    QuarantineReader reader = OpenQuarantines.of(compiled);
    RowChoice.requireOne(ids, reader, compiled);
    RowFilter filter = rows.filter(reader, clock);
    Map<String, EditedRow> exported =
        from == null ? Map.of() : EditedRow.read(console.resolve(from), from);
    if (from != null && exported.isEmpty()) {
      throw new UsageException(from + " has no rows");
    }
    Masks masks = mask.of(compiled);
    RowEdits edits = new RowEdits(compiled, Masks.of(compiled), typed, exported);
    RowReplay replay =
        new RowReplay(
            compiled,
            reader,
            filter,
            states ->
                rows.of(ids, states).and(row -> from == null || exported.containsKey(row.id())),
            edits);
    Map<String, ReplayTrial> tried = Map.of();
    if (options.isMeant()) {
      replay.rows(RowStates.of(compiled), row -> {});
    } else {
      tried = replay.tried(masks, clock);
    }
    edits.requireAllFound(replay.found());
    LeftOut.tell(reader, masks, console);
    closed = replay.closed();
    boolean isOpenMeant = replay.found().size() > closed;
    if (from != null && isOpenMeant && edits.corrected().isEmpty() && typed.isEmpty()) {
      console.warning(from + " corrects nothing: its rows are taken as they are");
    }
    if (!options.isMeant()) {
      tell(tried, edits);
      return ExitCode.DONE;
    }
    Optional<ReviewRequest> request =
        new Review(compiled, clock, options.by(), options.reason()).replay(replay::rows);
    closed = replay.closed();
    SortedSet<Long> asked = RowStates.of(compiled).pending();
    request.ifPresent(each -> asked.add(each.number()));
    if (asked.isEmpty()) {
      console.rows("no open row is meant" + closed());
      return ExitCode.DONE;
    }
    request.ifPresentOrElse(
        each ->
            console.say(
                Amounts.of(each.count(), "row")
                    + " to be taken again (request "
                    + each.number()
                    + ")"
                    + closed()),
        () -> console.say("no open row is meant; what was asked for before is taken up"));
    if (isLeft) {
      return ExitCode.DONE;
    }
    if (!carryOut(compiled, asked.last())) {
      console.say(
          "the run has not taken them up for "
              + MOST_WAIT.toMinutes()
              + " minutes, as one of some datasets only does not: the next run of all does");
      return ExitCode.IS_RUN;
    }
    tellOutcome(compiled, asked);
    Review.forgetRows(compiled);
    return ExitCode.DONE;
  }

  private String closed() {
    return closed == 0 ? "" : "; " + Amounts.of(closed, "other") + " that " + areClosed();
  }

  private String areClosed() {
    return (closed == 1 ? "is" : "are") + " not open";
  }

  private void tell(Map<String, ReplayTrial> tried, RowEdits edits) {
    if (output == Output.JSON) {
      console.rows(json(tried).toPrettyString());
      return;
    }
    edits
        .corrected()
        .forEach((column, count) -> console.say(column + " corrected in " + rows(count)));
    TextTable text = TextTable.of("table", ">rows", "would be", "because");
    tried.forEach(
        (table, trial) -> {
          trial
              .outcomes()
              .forEach(
                  (outcome, count) -> text.add(table, Amounts.count(count), told(outcome), ""));
          trial.errors().entrySet().stream()
              .sorted(Map.Entry.<String, Long>comparingByValue(Comparator.reverseOrder()))
              .limit(MOST_REASONS)
              .forEach(
                  each ->
                      text.add(
                          "", Amounts.count(each.getValue()), "", RowText.cell(each.getKey())));
          if (trial.errors().size() > MOST_REASONS) {
            text.add("", "", "", "and for " + (trial.errors().size() - MOST_REASONS) + " others");
          }
          trial
              .refusedBelow()
              .forEach(
                  (below, count) ->
                      text.add(below, Amounts.count(count), "refused there", "of those it takes"));
        });
    if (tried.isEmpty()) {
      console.rows("no open row is meant" + closed());
      return;
    }
    text.lines(console.columns()).forEach(console::rows);
    console.say("nothing is done yet: add --yes to do it" + closed());
  }

  private static String rows(long count) {
    return Amounts.of(count, "row");
  }

  /** What a row would be, and is. */
  private static String told(Outcome outcome) {
    return switch (outcome) {
      case REPLAYED -> "taken";
      case FAILED_AGAIN -> "refused again";
      case DROPPED -> "dropped by a rule";
      case LEFT_OUT -> "left out by the query";
      case NOT_REPLAYED -> "left as they are";
      case DISCARDED -> "discarded";
      case REOPENED -> "reopened";
      case EXPIRED -> "deleted";
    };
  }

  private static ObjectNode json(Map<String, ReplayTrial> tried) {
    ObjectNode root = new ObjectMapper().createObjectNode();
    root.put("done", false);
    ObjectNode tables = root.putObject("tables");
    tried.forEach(
        (table, trial) -> {
          ObjectNode node = tables.putObject(table);
          trial.outcomes().forEach((outcome, count) -> node.put(outcome.word(), count));
          ObjectNode errors = node.putObject("errors");
          trial.errors().forEach(errors::put);
          ObjectNode below = node.putObject("refused_below");
          trial.refusedBelow().forEach(below::put);
        });
    return root;
  }

  /**
   * Does the epochs, or waits for whoever does; false when nobody does for a while.
   *
   * @param last of the requests that are meant
   */
  private boolean carryOut(CompiledPipeline compiled, long last) throws InterruptedException {
    try (UpdateProgress progress =
        output == Output.JSON ? null : new UpdateProgress(console, clock)) {
      UpdateListener told = new Told();
      return RowReplay.carryOut(
          compiled,
          last,
          runner.profile(console),
          progress == null ? told : new Listeners(List.of(told, progress)),
          clock,
          MOST_WAIT,
          () -> console.say("a run is under way and takes them up: waiting for it"));
    }
  }

  /** Passes on what an operator should know. */
  private final class Told implements UpdateListener {
    @Override
    public void warning(String text) {
      console.warning(text);
    }
  }

  private void tellOutcome(CompiledPipeline compiled, SortedSet<Long> requests) {
    RowStates states = RowStates.of(compiled);
    Map<Outcome, Long> outcomes = new TreeMap<>();
    for (long request : requests) {
      states.outcomesOf(request).forEach((each, count) -> outcomes.merge(each, count, Long::sum));
    }
    if (output == Output.JSON) {
      ObjectNode root = new ObjectMapper().createObjectNode();
      root.put("done", true);
      requests.forEach(root.putArray("requests")::add);
      outcomes.forEach((outcome, count) -> root.put(outcome.word(), count));
      console.rows(root.toPrettyString());
      return;
    }
    outcomes.forEach((outcome, count) -> console.rows(rows(count) + " " + told(outcome)));
    if (outcomes.isEmpty()) {
      console.rows("no row taken: their tables were computed anew, or are gone");
    }
    if (outcomes.containsKey(Outcome.FAILED_AGAIN)) {
      console.say("rows that were refused again are new rows of the quarantine, and open");
    }
  }
}
