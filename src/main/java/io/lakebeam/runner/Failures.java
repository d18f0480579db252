package io.lakebeam.runner;

import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DeltaException;
import io.lakebeam.delta.TableMismatchException;
import io.lakebeam.epoch.EpochFailure;
import io.lakebeam.epoch.LeaseLostException;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.MaskedErrors;
import io.lakebeam.pipeline.graph.flow.StoppedAtException;
import io.lakebeam.source.SourceException;
import io.lakebeam.storage.StorageException;
import java.util.List;

/** Finds, in what a runner throws, the sentence that was meant for a person. */
final class Failures {
  private static final String GOES_ON =
      "once the cause is gone, run the update again: it goes on where it stopped";

  private Failures() {}

  static RuntimeException explain(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof UpdateFailedException
          || t instanceof LeaseLostException
          || t instanceof PipelineException) {
        return (RuntimeException) t;
      }
      if (t instanceof SourceException source) {
        return new UpdateFailedException(
            source.told().in("source " + source.source()), List.of(), source);
      }
      if (t instanceof OutOfMemoryError) {
        return new UpdateFailedException(
            Problem.of(
                ErrorCode.OUT_OF_MEMORY,
                "out of memory" + at(thrown),
                String.valueOf(t.getMessage()),
                "give it more (LAKEBEAM_JAVA_OPTS=-Xmx4g; on Spark spark.driver.memory and"
                    + " spark.executor.memory) or lower max_rows_per_epoch, and run the update"
                    + " again: it goes on where it stopped"),
            List.of(),
            t);
      }
      if (t instanceof TableMismatchException mismatch) {
        return SchemaChanges.explained(mismatch);
      }
      if (t instanceof StorageException || t instanceof DeltaException) {
        return new UpdateFailedException(
            ((ExplainedException) t).told().withFix(GOES_ON), List.of(), t);
      }
      if (t instanceof ExplainedException explained) {
        return new UpdateFailedException(explained.told(), List.of(), explained);
      }
    }
    Throwable innermost = thrown;
    while (innermost.getCause() != null) {
      innermost = innermost.getCause();
    }
    return new UpdateFailedException(
        Problem.of(
            ErrorCode.UNEXPECTED,
            "the update stopped with an unexpected error" + at(thrown),
            innermost.toString(),
            "run the update again: it goes on where it stopped; if it stops here again, report what"
                + " --verbose prints"),
        List.of(),
        thrown);
  }

  /** The same, without values of masked columns. What is foreseen says all without its cause. */
  static RuntimeException masked(RuntimeException failure, CompiledPipeline pipeline) {
    if (!(failure instanceof UpdateFailedException failed)) {
      return failure;
    }
    MaskedErrors errors = MaskedErrors.of(pipeline);
    boolean isOfSource = failed.getCause() instanceof SourceException;
    Problem told =
        failed.getCause() instanceof SourceException source
            ? errors.ofSource(source.source(), failed.told())
            : errors.ofUnexpected(failed.told());
    return told.equals(failed.told())
        ? failed
        : new UpdateFailedException(told, failed.samples(), isOfSource ? null : failed.getCause());
  }

  /** Where it happened, as far as it is known. */
  private static String at(Throwable thrown) {
    for (Throwable t = thrown; t != null; t = t.getCause()) {
      if (t instanceof StoppedAtException stopped) {
        return " at " + stopped.place();
      }
    }
    return "";
  }

  /** Of a worker that died after it had said that a view is behind, and before it said why. */
  static UpdateFailedException leftBehind() {
    return new UpdateFailedException(
        ErrorCode.VIEW_BEHIND,
        "a view could not be brought up to date",
        "the worker that was about to say why is gone",
        "run the update again: it tries the view again, and says why");
  }

  static UpdateFailedException of(EpochFailure failure) {
    return new UpdateFailedException(failure.told(), failure.samples(), null);
  }

  /**
   * Goes on only when a commit is in its table.
   *
   * @throws UpdateFailedException that says why it is not
   */
  static void requireCommitted(String table, CommitOutcome outcome) {
    outcome
        .problem(table)
        .ifPresent(
            problem -> {
              throw new UpdateFailedException(problem, List.of(), null);
            });
  }
}
