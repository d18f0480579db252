package io.lakebeam.cli.quarantine;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.argument.TableMissingException;
import io.lakebeam.cli.console.Console;
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
    QuarantineReader reader = new QuarantineReader(pipeline.open(lake, console));
    reader
        .missing()
        .ifPresent(
            place -> {
              throw new TableMissingException(place.uri());
            });
    return reader;
  }
}
