package io.lakebeam.benchmark;

import java.util.List;
import java.util.function.Predicate;
import jdk.jfr.consumer.RecordedFrame;

/**
 * What a stack serves. The first purpose that fits counts, so that the runner is what remains when
 * no work of ours is on the stack.
 */
enum Purpose {
  START_UP(
      "start-up: classes, compiling the pipeline",
      calls(
          "io.lakebeam.pipeline.compile.PipelineCompiler",
          "io.lakebeam.spec.",
          "io.lakebeam.sql.RowProgram.of",
          "io.lakebeam.sql.RowProgram.ready",
          "java.lang.ClassLoader.loadClass")),
  KAFKA("Kafka and TLS", calls("org.apache.kafka.", "sun.security.ssl.", "javax.crypto.")),
  QUARANTINE("quarantine", calls("io.lakebeam.pipeline.graph.QuarantineRows")),
  WRITE("writing tables", calls("io.lakebeam.pipeline.graph.TableWriter")),
  SQL("SQL", calls("io.lakebeam.sql.RowProgram")),
  VIEW(
      "views",
      calls(
          "io.lakebeam.delta.view.",
          "io.lakebeam.pipeline.graph.GroupFiles",
          "io.lakebeam.pipeline.graph.CommitViews")),
  COMMIT(
      "commits and the ledger",
      calls(
          "io.delta.",
          "io.lakebeam.pipeline.graph.CommitTables",
          "io.lakebeam.pipeline.graph.CompleteEpoch",
          "io.lakebeam.epoch.",
          "io.lakebeam.runner.Epoch",
          "io.lakebeam.event.")),
  DECODE("decoding JSON", calls("io.lakebeam.source.")),
  RUNNER("the runner", calls("org.apache.beam.", "org.apache.spark.")),
  OTHER("other", stack -> true);

  private final String words;
  private final Predicate<List<RecordedFrame>> fits;

  Purpose(String words, Predicate<List<RecordedFrame>> fits) {
    this.words = words;
    this.fits = fits;
  }

  static Purpose of(List<RecordedFrame> stack) {
    for (Purpose purpose : values()) {
      if (purpose.fits.test(stack)) {
        return purpose;
      }
    }
    return OTHER;
  }

  String words() {
    return words;
  }

  /** True when a method whose full name begins like that is on the stack. */
  private static Predicate<List<RecordedFrame>> calls(String... prefixes) {
    return stack -> {
      for (RecordedFrame frame : stack) {
        String name = frame.getMethod().getType().getName() + "." + frame.getMethod().getName();
        for (String prefix : prefixes) {
          if (name.startsWith(prefix)) {
            return true;
          }
        }
      }
      return false;
    };
  }
}
