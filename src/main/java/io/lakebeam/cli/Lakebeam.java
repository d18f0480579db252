package io.lakebeam.cli;

import io.lakebeam.cli.demo.DemoCommand;
import io.lakebeam.cli.quarantine.QuarantineCommand;
import io.lakebeam.cli.rows.ShowCommand;
import io.lakebeam.cli.rows.SqlCommand;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.Host;
import io.lakebeam.cli.terminal.Input;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.deploy.Pause;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The command line.
 *
 * <p>Exit codes: 0 done, 1 failed, 2 wrong use, 4 another run is under way.
 */
@Command(
    name = "lakebeam",
    mixinStandardHelpOptions = true,
    versionProvider = Lakebeam.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    description = {
      "Declared data pipelines on Apache Beam: streams and files to Delta tables, exactly once.",
      ""
    },
    footerHeading = "%nExamples:%n",
    footer = {
      "  lakebeam demo                     a broker, flights and a lake on this machine, live",
      "  lakebeam init coffee              start a pipeline of your own",
      "  lakebeam validate airlines        everything that can be known without data",
      "  lakebeam doctor airlines          try every connection and permission it needs",
      "  lakebeam run airlines             take what is there, then stop",
      "  lakebeam show airlines.flights    a few rows of a table",
      "",
      "Exit codes: 0 done, 1 failed, 2 wrong use, 4 another run is under way."
    })
public final class Lakebeam implements Runnable {
  private final Console console;

  @Spec private CommandSpec spec;

  @Option(
      names = "--verbose",
      scope = ScopeType.INHERIT,
      description = "Log what the libraries do, and stack traces, to stderr.")
  private boolean verbose;

  private Lakebeam(Console console) {
    this.console = console;
  }

  public static void main(String[] args) {
    Console console = Console.ofProcess();
    Logging.configure(console, false);
    Logging.quietStandardError();
    int code = commandLine(console).execute(args);
    console.out().flush();
    console.err().flush();
    // Brokers, runners and clients leave threads behind that need not be waited for.
    System.exit(code);
  }

  /** All commands, printing to a console. */
  public static CommandLine commandLine(Console console) {
    return commandLine(console, Host.process());
  }

  public static CommandLine commandLine(Console console, Host host) {
    return commandLine(console, host, Input.ofProcess());
  }

  /** As if somebody types, or a program writes, this input. */
  public static CommandLine commandLine(Console console, Host host, Input input) {
    Lakebeam top = new Lakebeam(console);
    CommandLine commands = new CommandLine(top);
    commands.addSubcommand(new DemoCommand(console));
    commands.addSubcommand(new InitCommand(console));
    commands.addSubcommand(new ValidateCommand(console));
    commands.addSubcommand(new DoctorCommand(console));
    commands.addSubcommand(new SelfTestCommand(console, host));
    commands.addSubcommand(new PlanCommand(console));
    commands.addSubcommand(new TestCommand(console));
    commands.addSubcommand(new RunCommand(console, host));
    commands.addSubcommand(new ConsoleCommand(console, host));
    commands.addSubcommand(new ShareCommand(console, host));
    commands.addSubcommand(new StatusCommand(console, Clock.systemUTC(), Pause.real()));
    commands.addSubcommand(new TablesCommand(console));
    commands.addSubcommand(new ShowCommand(console));
    commands.addSubcommand(new SqlCommand(console, input));
    commands.addSubcommand(new HistoryCommand(console));
    commands.addSubcommand(QuarantineCommand.of(console, Clock.systemUTC()));
    commands.addSubcommand(new EventsCommand(console, Clock.systemUTC(), Pause.real()));
    commands.addSubcommand(new GraphCommand(console));
    commands.addSubcommand(new VacuumCommand(console));
    commands.addSubcommand(new AdoptCommand(console));
    commands.addSubcommand(new ConvertCommand(console));
    commands.addSubcommand(new ImportCheckCommand(console));
    commands.addSubcommand(new DeployCommand(console, Pause.real()));
    commands.addSubcommand(new PowerBiCommand(console));
    commands.setOut(writer(console.out()));
    commands.setErr(writer(console.err()));
    commands.setCaseInsensitiveEnumValuesAllowed(true);
    commands.setColorScheme(
        CommandLine.Help.defaultColorScheme(
            console.colour() ? CommandLine.Help.Ansi.ON : CommandLine.Help.Ansi.OFF));
    commands.setUsageHelpWidth(Math.max(60, Math.min(100, console.columns().orElse(100))));
    commands.setParameterExceptionHandler((e, args) -> FailureReport.wrongUse(console, e, args));
    commands.setExecutionExceptionHandler(
        (e, command, result) -> new FailureReport(console, top.verbose).print(e, command));
    commands.setExecutionStrategy(
        parsed -> {
          if (top.verbose) {
            Logging.configure(console, true);
          }
          return new CommandLine.RunLast().execute(parsed);
        });
    return commands;
  }

  private static PrintWriter writer(java.io.PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  @Override
  public void run() {
    spec.commandLine().usage(console.out());
  }

  /** The version the jar was built as. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Lakebeam.class.getPackage().getImplementationVersion();
      return new String[] {"lakebeam " + (version == null ? "dev" : version)};
    }
  }
}
