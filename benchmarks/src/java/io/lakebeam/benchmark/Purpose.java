package io.lakebeam.benchmark;

import java.util.List;
import java.util.function.BiPredicate;
import jdk.jfr.consumer.RecordedFrame;

/**
 * What a stack serves. The first purpose that fits counts, so that the runner is what remains when
 * no work of ours is on the stack.
 */
enum Purpose {
  START_UP("start-up: classes, compiling the pipeline", Purpose::isStartUp),
  KAFKA("Kafka and TLS", calls("org.apache.kafka.", "sun.security.ssl.", "javax.crypto.")),
  QUARANTINE(
      "quarantine",
      calls("io.lakebeam.pipeline.QuarantineRows", "io.lakebeam.pipeline.WriteRejected")),
  DECODE("decoding JSON", calls("io.lakebeam.source.")),
  BRONZE("writing bronze", at("Write bronze_flight_events", "io.lakebeam.pipeline.WriteFlow")),
  SILVER("writing silver", at("Write flights", "io.lakebeam.pipeline.WriteFlow")),
  VIEW(
      "views",
      (step, stack) ->
          step.contains("carrier_performance")
              || calls(
                      "io.lakebeam.delta.view.",
                      "io.lakebeam.pipeline.GroupRows",
                      "io.lakebeam.pipeline.ReadTableFile",
                      "io.lakebeam.pipeline.RefreshViews",
                      "io.lakebeam.pipeline.CommitViews")
                  .test(step, stack)),
  COMMIT(
      "commits and the ledger",
      calls(
          "io.delta.",
          "io.lakebeam.pipeline.CommitTables",
          "io.lakebeam.pipeline.CompleteEpoch",
          "io.lakebeam.epoch.",
          "io.lakebeam.runner.Epoch",
          "io.lakebeam.event.")),
  SQL(
      "SQL",
      (step, stack) ->
          step.contains("Query ")
              && calls(
                      "org.apache.beam.sdk.extensions.sql.",
                      "io.lakebeam.sql.",
                      "io.lakebeam.airlines.",
                      "SC.")
                  .test(step, stack)),
  OTHER_WRITE("writing, table not seen", calls("io.lakebeam.pipeline.WriteFlow")),
  WATERMARKS(
      "Beam's runner: watermarks, timers, scheduling",
      calls(
          "org.apache.beam.runners.direct.QuiescenceDriver",
          "org.apache.beam.runners.direct.ExecutorServiceParallelExecutor",
          "org.apache.beam.runners.direct.WatermarkManager")),
  RUNNER("Beam's runner: elements between steps", calls("org.apache.beam.")),
  OTHER("other", (step, stack) -> true);

  private final String words;
  private final BiPredicate<String, List<RecordedFrame>> fits;

  Purpose(String words, BiPredicate<String, List<RecordedFrame>> fits) {
    this.words = words;
    this.fits = fits;
  }

  static Purpose of(String step, List<RecordedFrame> stack) {
    for (Purpose purpose : values()) {
      if (purpose.fits.test(step, stack)) {
        return purpose;
      }
    }
    return OTHER;
  }

  String words() {
    return words;
  }

  private static boolean isStartUp(String step, List<RecordedFrame> stack) {
    return calls(
            "io.lakebeam.pipeline.PipelineCompiler",
            "io.lakebeam.spec.",
            "io.lakebeam.pipeline.EpochGraph.build",
            "java.lang.ClassLoader.loadClass")
        .test(step, stack);
  }

  private static BiPredicate<String, List<RecordedFrame>> at(String step, String type) {
    BiPredicate<String, List<RecordedFrame>> calls = calls(type);
    return (current, stack) -> current.startsWith(step) && calls.test(current, stack);
  }

  /** True when a method whose full name begins like that is on the stack. */
  private static BiPredicate<String, List<RecordedFrame>> calls(String... prefixes) {
    return (step, stack) -> {
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
