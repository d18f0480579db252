package io.lakebeam.cli.quarantine;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.lake.TableMissingException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.quarantine.QuarantineReader;

/** Opens the quarantines of a pipeline. */
final class OpenQuarantines {
  private OpenQuarantines() {}

  /**
   * The quarantines, of which there is one at least.
   *
   * @throws TableMissingException when no run has made any, or in another lake
   */
  static QuarantineReader of(
      PipelineArgument pipeline, PipelineArgument.Lake lake, Console console) {
    return of(pipeline(pipeline, lake, console));
  }

  /** The pipeline as its lake knows it. */
  static CompiledPipeline pipeline(
      PipelineArgument pipeline, PipelineArgument.Lake lake, Console console) {
    CompiledPipeline compiled = pipeline.open(lake, console);
    return compiled.withId(Ledger.of(compiled.lake(), compiled.name()).id());
  }

  /**
   * The quarantines of a pipeline, of which there is one at least.
   *
   * @throws TableMissingException when no run has made any, or in another lake
   */
  static QuarantineReader of(CompiledPipeline pipeline) {
    QuarantineReader reader = new QuarantineReader(pipeline);
    reader
        .missing()
        .ifPresent(
            place -> {
              throw new TableMissingException(place.uri());
            });
    return reader;
  }
}
