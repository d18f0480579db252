package io.lakebeam.cli.quarantine;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.epoch.ReviewRequest;
import io.lakebeam.epoch.ReviewRequest.Action;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.Review;
import io.lakebeam.quarantine.RowFilter;
import io.lakebeam.quarantine.RowStates;
import io.lakebeam.review.RowNote;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Closes refused rows, or lets them wait again; no row goes anywhere. */
abstract class NoteCommand implements Callable<Integer> {
  private final Console console;
  private final Clock clock;
  private final Action action;
  private final String told;

  @Mixin private PipelineArgument pipeline;

  @Parameters(index = "1..*", arity = "0..*", paramLabel = "ID", description = RowChoice.IDS)
  private List<String> ids = new ArrayList<>();

  @Mixin private RowChoice rows;
  @Mixin private MaskOption mask;
  @Mixin private ReviewOptions options;
  @Mixin private PipelineArgument.Lake lake;

  private NoteCommand(Console console, Clock clock, Action action, String told) {
    this.console = console;
    this.clock = clock;
    this.action = action;
    this.told = told;
  }

  /** Closes rows. */
  @Command(
      name = "discard",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Closes refused rows: nobody is to put them back. They stay in the quarantine, and reopen lets"
            + " them wait again. Only open rows are meant.",
        ""
      },
      footerHeading = "%nExamples:%n",
      footer = {
        "  lakebeam quarantine discard airlines 3fa91c0b2d --reason 'test data' --yes",
        "  lakebeam quarantine discard airlines --table flights --rule known_airport --until 30d"
            + " --reason 'closed airports'"
      })
  static final class Discard extends NoteCommand {
    Discard(Console console, Clock clock) {
      super(console, clock, Action.DISCARD, "discarded");
    }
  }

  /** Lets rows wait again. */
  @Command(
      name = "reopen",
      mixinStandardHelpOptions = true,
      sortOptions = false,
      description = {
        "Lets refused rows wait again that were discarded, or of which a replay has made nothing. A row"
            + " that a table has is not put back twice.",
        ""
      },
      footerHeading = "%nExamples:%n",
      footer = {"  lakebeam quarantine reopen airlines 3fa91c0b2d --yes"})
  static final class Reopen extends NoteCommand {
    Reopen(Console console, Clock clock) {
      super(console, clock, Action.REOPEN, "reopened");
    }
  }

  @Override
  public Integer call() {
    if (action == Action.DISCARD && options.reason().isEmpty()) {
      throw new UsageException("say why with --reason: it is kept with the rows");
    }
    CompiledPipeline compiled = OpenQuarantines.pipeline(pipeline, lake, console);
    QuarantineReader reader = OpenQuarantines.of(compiled);
    RowChoice.requireOne(ids, reader, compiled);
    RowFilter filter = rows.filter(reader, clock);
    RowNote note = new RowNote(reader, filter, states -> rows.of(ids, states), action);
    if (!options.isMeant()) {
      note.rows(RowStates.of(compiled), row -> {});
      console.rows(Amounts.of(note.meant(), "row") + " would be " + told + others(note.others()));
      console.say("nothing is done yet: add --yes to do it");
      return ExitCode.DONE;
    }
    Optional<ReviewRequest> request =
        new Review(compiled, clock, options.by(), options.reason()).note(action, note::rows);
    LeftOut.tell(reader, mask.of(compiled), console);
    console.rows(
        Amounts.of(request.map(ReviewRequest::count).orElse(0L), "row")
            + " "
            + told
            + others(note.others()));
    return ExitCode.DONE;
  }

  private String others(long number) {
    return number == 0
        ? ""
        : "; "
            + Amounts.of(number, "other")
            + (number == 1 ? " is " : " are ")
            + (action == Action.DISCARD ? "not open" : "not to be reopened");
  }
}
