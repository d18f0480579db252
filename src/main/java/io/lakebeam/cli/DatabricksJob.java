package io.lakebeam.cli;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.terminal.Host;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.cli.terminal.StopSignals;
import io.lakebeam.cli.text.Amounts;
import io.lakebeam.cli.text.OutputBound;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.storage.StorageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import picocli.CommandLine;

/**
 * The main class of a Databricks JAR task; its parameters are those of the command line:
 *
 * <pre>{@code
 * ["run", "classpath:/lakebeam-project/9f86d0.../pipelines/airlines/pipeline.yaml",
 *  "--runner", "spark", "--mode", "triggered"]
 * }</pre>
 *
 * <p>The pipeline's files are in a jar among the job's libraries: {@link DeployedProject}.
 *
 * <p>The JVM belongs to the cluster and outlives the task. So, unlike {@link Lakebeam#main}, this
 * one never exits it (Databricks reports a task that does as failed, whatever the code), leaves its
 * signals alone and uses the SparkContext it finds. A task fails by an exception, and Databricks
 * shows the exception's message: it is the sentence that the command line would have printed.
 */
public final class DatabricksJob {
  private DatabricksJob() {}

  /**
   * Runs a command to its end.
   *
   * @throws FailedException when the command line would have ended with another code than 0
   */
  public static void main(String[] arguments) {
    // Not the process's own streams: Databricks puts others in their place to keep a task's output.
    run(arguments, System.out, System.err, System::getenv);
  }

  public static void run(
      String[] arguments, PrintStream out, PrintStream err, UnaryOperator<String> environment) {
    OutputBound bound = new OutputBound();
    run(arguments, bound, bound.of(out), bound.of(err), environment);
  }

  /**
   * The same.
   *
   * @param bound what ends a continuous run that prints too much; its streams follow
   */
  public static void run(
      String[] arguments,
      OutputBound bound,
      PrintStream out,
      PrintStream err,
      UnaryOperator<String> environment) {
    Path here = Path.of("").toAbsolutePath();
    Console first = console(out, err, here, environment);
    try (DeployedProject project = DeployedProject.of(arguments)) {
      Console console = console(out, err, project.root().orElse(here), environment);
      run(project, console, bound);
    } catch (PipelineException | StorageException | IOException | UncheckedIOException e) {
      throw failed(first, e);
    } finally {
      out.flush();
      err.flush();
    }
  }

  private static Console console(
      PrintStream out, PrintStream err, Path workingDirectory, UnaryOperator<String> environment) {
    return new Console(
        out, err, OptionalInt.empty(), false, workingDirectory, workingDirectory, environment);
  }

  private static FailedException failed(Console console, Exception e) {
    Told told = new Told(console);
    for (Console each : List.of(console, told.console())) {
      new FailureReport(each, false).say(e, Lakebeam.commandLine(console));
    }
    return new FailedException(told.text(ExitCode.FAILED));
  }

  private static void run(DeployedProject project, Console console, OutputBound bound) {
    Host host =
        new Host(
            StopSignals::ignored,
            project::onDatabricks,
            end -> bound.whenEnough(() -> endForOutput(console, bound, end)),
            Clock.systemUTC());
    CommandLine commands = Lakebeam.commandLine(console, host);
    // The JVM's logging is the platform's, also for those who ask for more.
    commands.setExecutionStrategy(new CommandLine.RunLast());
    Told told = new Told(console);
    CommandLine.IParameterExceptionHandler wrongUse = commands.getParameterExceptionHandler();
    commands.setParameterExceptionHandler(
        (e, typed) -> {
          told.error(e.getMessage());
          return wrongUse.handleParseException(e, typed);
        });
    CommandLine.IExecutionExceptionHandler failure = commands.getExecutionExceptionHandler();
    commands.setExecutionExceptionHandler(
        (e, command, parsed) -> {
          new FailureReport(told.console(), false).say(e, command);
          return failure.handleExecutionException(e, command, parsed);
        });
    int code;
    try (Logging.Attached warnings = Logging.attach(console)) {
      code = commands.execute(project.arguments());
    }
    if (code != ExitCode.DONE) {
      throw new FailedException(told.text(code));
    }
  }

  private static void endForOutput(Console console, OutputBound bound, Runnable end) {
    console.say(
        "this run has printed "
            + Amounts.bytes(bound.enough())
            + ", and Databricks fails one that prints 20 MB: it ends after the epoch under way, and"
            + " the next run goes on");
    end.run();
  }

  /** What a failure is told by, kept for the exception's message. */
  private static final class Told {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final Console console;

    Told(Console like) {
      PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
      this.console =
          new Console(
              err,
              err,
              like.columns(),
              like.colour(),
              like.workingDirectory(),
              like.home(),
              like.environment());
    }

    public Console console() {
      return console;
    }

    public void error(String text) {
      console.error(text);
    }

    public String text(int code) {
      String text = bytes.toString(StandardCharsets.UTF_8).strip();
      return text.isEmpty() ? "ended with exit code " + code + "; its output says why" : text;
    }
  }

  /** A command that failed; its message is for people, and its stack trace would say nothing. */
  public static final class FailedException extends RuntimeException {
    FailedException(String message) {
      super(message, null, false, false);
    }
  }
}
