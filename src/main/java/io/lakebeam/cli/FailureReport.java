package io.lakebeam.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.rows.RefusedStatementException;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.cli.terminal.ExitCode;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.cli.text.Output;
import io.lakebeam.demo.DemoRefusedException;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Limits;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.lake.UsageException;
import io.lakebeam.runner.UpdateFailedException;
import io.lakebeam.source.SourceException;
import io.lakebeam.spec.ProblemJson;
import io.lakebeam.spec.ProblemReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Tells a person why a command has failed; the stack trace only when asked for. */
final class FailureReport {
  private static final String OUTPUT = "--output";

  private final Console console;
  private final boolean verbose;

  FailureReport(Console console, boolean verbose) {
    this.console = console;
    this.verbose = verbose;
  }

  /**
   * In words, and as JSON where the command prints that.
   *
   * @return the exit code that belongs to the failure
   */
  int print(Exception e, CommandLine command) {
    int code = say(e, command);
    OptionSpec output = command.getCommandSpec().findOption(OUTPUT);
    if (output != null && "json".equalsIgnoreCase(String.valueOf(output.<Object>getValue()))) {
      console.line(json(problems(e)));
    }
    return code;
  }

  /**
   * The words alone.
   *
   * @return the exit code that belongs to the failure
   */
  int say(Exception e, CommandLine command) {
    if (e instanceof UsageException || e instanceof DemoRefusedException) {
      console.error(e.getMessage());
      console.say("see: " + command.getCommandSpec().qualifiedName() + " --help");
      return ExitCode.WRONG_USE;
    }
    if (e instanceof RefusedStatementException refused) {
      console.error(refused.getMessage());
      refused.told().explanation().forEach(line -> console.say("  " + line));
      return ExitCode.WRONG_USE;
    }
    if (verbose) {
      console.say(Logging.trace(e));
    }
    if (e instanceof PipelineException pipeline) {
      console.say(
          new ProblemReport(pipeline.problems(), console.workingDirectory())
              .text()
              .stripTrailing());
      return ExitCode.FAILED;
    }
    Problem told = told(e);
    console.error(told.problem());
    told.explanation().forEach(line -> console.say("  " + line));
    if (e instanceof UpdateFailedException failed) {
      samples(failed.samples());
    }
    if (told.code() == ErrorCode.UNEXPECTED && !verbose) {
      console.say("run it again with --verbose to see where it comes from");
    }
    return told.code() == ErrorCode.LEASE_HELD ? ExitCode.IS_RUN : ExitCode.FAILED;
  }

  /**
   * A command that was typed wrongly.
   *
   * @param typed its arguments, of which the wrong one may have kept others from being read
   */
  static int wrongUse(Console console, ParameterException e, String[] typed) {
    console.error(e.getMessage());
    List<String> suggestions =
        e instanceof UnmatchedArgumentException unmatched ? unmatched.getSuggestions() : List.of();
    if (!suggestions.isEmpty()) {
      console.say("did you mean " + String.join(" or ", suggestions) + "?");
    }
    CommandSpec command = e.getCommandLine().getCommandSpec();
    console.say("see: " + command.qualifiedName() + " --help");
    String line = String.join(" ", typed).toLowerCase(Locale.ROOT).replace('=', ' ');
    if (command.findOption(OUTPUT) != null && line.contains(OUTPUT + " " + Output.JSON)) {
      console.line(json(List.of(Problem.of(ErrorCode.WRONG_USE, e.getMessage(), "", ""))));
    }
    return ExitCode.WRONG_USE;
  }

  private static List<Problem> problems(Exception e) {
    return e instanceof PipelineException pipeline ? pipeline.problems() : List.of(told(e));
  }

  /** On one line, since it may follow others. */
  private static String json(List<Problem> problems) {
    ObjectNode root = JsonNodeFactory.instance.objectNode();
    ProblemJson.write(problems.get(0), root.putObject("error"));
    if (problems.size() > 1) {
      ArrayNode all = root.putArray("problems");
      problems.stream()
          .limit(Limits.PROBLEMS)
          .forEach(problem -> ProblemJson.write(problem, all.addObject()));
    }
    return root.toString();
  }

  private static Problem told(Exception e) {
    if (e instanceof SourceException source) {
      return source.told().in("source " + source.source());
    }
    if (e instanceof ExplainedException explained) {
      return explained.told();
    }
    return e instanceof IOException || e instanceof UncheckedIOException
        ? Problem.of(ErrorCode.FILE_FAILED, sentence(e), "", "")
        : Problem.of(ErrorCode.UNEXPECTED, "unexpected: " + e, "", "");
  }

  private void samples(List<String> samples) {
    if (!samples.isEmpty()) {
      console.say(samples.size() == 1 ? "  a row that shows it:" : "  rows that show it:");
      samples.forEach(sample -> console.say("    " + sample));
    }
  }

  /** With the reason that an exception of the JDK keeps in its cause. */
  private static String sentence(Exception e) {
    String message = String.valueOf(e.getMessage());
    if (!(e instanceof IOException) || e.getCause() == null) {
      return message;
    }
    Throwable innermost = e;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    String reason = String.valueOf(innermost.getMessage());
    return message.contains(reason) ? message : message + ": " + reason;
  }
}
