package io.lakebeam.cli.quarantine;

import io.lakebeam.cli.terminal.Console;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What was refused, and why. */
@Command(
    name = "quarantine",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Shows which rows a pipeline has refused, and why, puts them back, and closes them.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam quarantine summary airlines",
      "  lakebeam quarantine list airlines --rule plausible_delay --since 2h",
      "  lakebeam quarantine show airlines 3fa91c0b2d",
      "  lakebeam quarantine export airlines --table flights --to refused.csv",
      "  lakebeam quarantine replay airlines --from refused.csv --yes"
    })
public final class QuarantineCommand implements Runnable {
  private final Console console;

  @Spec private CommandSpec spec;

  private QuarantineCommand(Console console) {
    this.console = console;
  }

  /** With all its commands. */
  public static CommandLine of(Console console, Clock clock) {
    CommandLine commands = new CommandLine(new QuarantineCommand(console));
    commands.addSubcommand(new SummaryCommand(console, clock));
    commands.addSubcommand(new ListCommand(console, clock));
    commands.addSubcommand(new ShowRowCommand(console));
    commands.addSubcommand(new ExportCommand(console, clock));
    commands.addSubcommand(new ReplayCommand(console, clock));
    commands.addSubcommand(new NoteCommand.Discard(console, clock));
    commands.addSubcommand(new NoteCommand.Reopen(console, clock));
    return commands;
  }

  @Override
  public void run() {
    spec.commandLine().usage(console.out());
  }
}
