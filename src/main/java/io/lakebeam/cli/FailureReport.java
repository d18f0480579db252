package io.lakebeam.cli;

import io.lakebeam.delta.DeltaException;
import io.lakebeam.demo.DemoRefusedException;
import io.lakebeam.deploy.DeployException;
import io.lakebeam.epoch.DamagedLedgerException;
import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.runner.UpdateFailedException;
import io.lakebeam.spec.ProblemReport;
import io.lakebeam.storage.StorageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import picocli.CommandLine;

/** Tells a person why a command has failed; the stack trace only when asked for. */
final class FailureReport {
  private final Console console;
  private final boolean verbose;

  FailureReport(Console console, boolean verbose) {
    this.console = console;
    this.verbose = verbose;
  }

  /** The exit code that belongs to the failure. */
  int print(Exception e, CommandLine command) {
    if (e instanceof UsageException || e instanceof DemoRefusedException) {
      console.error(e.getMessage());
      console.say("see: " + command.getCommandSpec().qualifiedName() + " --help");
      return Lakebeam.WRONG_USE;
    }
    if (verbose) {
      console.say(Logging.trace(e));
    }
    if (e instanceof PipelineException pipeline) {
      console.say(
          new ProblemReport(pipeline.problems(), console.workingDirectory())
              .text()
              .stripTrailing());
    } else if (e instanceof UpdateFailedException failed) {
      print(failed);
    } else if (e instanceof DeployException failed) {
      console.error(failed.problem());
      print("cause", failed.reason());
      print("fix", failed.fix());
    } else if (e instanceof LeaseLostException
        || e instanceof DamagedLedgerException
        || e instanceof DeltaException
        || e instanceof StorageException
        || e instanceof TableMissingException
        || e instanceof IOException
        || e instanceof UncheckedIOException) {
      console.error(sentence(e));
    } else {
      console.error("unexpected: " + e);
      if (!verbose) {
        console.say("run it again with --verbose to see where it comes from");
      }
    }
    return Lakebeam.FAILED;
  }

  private void print(UpdateFailedException failed) {
    console.error(failed.problem());
    print("cause", failed.reason());
    print("fix", failed.fix());
    List<String> samples = failed.samples();
    if (!samples.isEmpty()) {
      console.say(
          "  "
              + (samples.size() == 1 ? "a row" : "rows")
              + (samples.size() == 1 ? " that shows it:" : " that show it:"));
      samples.forEach(sample -> console.say("    " + sample));
    }
  }

  private void print(String what, String text) {
    if (!text.isEmpty()) {
      console.say("  " + what + ": " + text);
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
