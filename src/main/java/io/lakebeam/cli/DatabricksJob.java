package io.lakebeam.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.UnaryOperator;
import picocli.CommandLine;

/**
 * The main class of a Databricks JAR task; its parameters are those of the command line:
 *
 * <pre>{@code
 * ["run", "/Volumes/main/ops/lakebeam/airlines/project/pipelines/airlines/pipeline.yaml",
 *  "--runner", "spark", "--mode", "triggered"]
 * }</pre>
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

  static void run(
      String[] arguments, PrintStream out, PrintStream err, UnaryOperator<String> environment) {
    Path workingDirectory = Path.of("").toAbsolutePath();
    Console console =
        new Console(
            out, err, OptionalInt.empty(), false, workingDirectory, workingDirectory, environment);
    Logging.configure(console, false);
    CommandLine commands =
        Lakebeam.commandLine(console, new RunCommand(console, StopSignals::ignored));
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
          new FailureReport(told.console(), false).print(e, command);
          return failure.handleExecutionException(e, command, parsed);
        });
    int code = commands.execute(arguments);
    out.flush();
    err.flush();
    if (code != Lakebeam.DONE) {
      throw new FailedException(told.text(code));
    }
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

    Console console() {
      return console;
    }

    void error(String text) {
      console.error(text);
    }

    String text(int code) {
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
