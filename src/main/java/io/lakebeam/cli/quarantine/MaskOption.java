package io.lakebeam.cli.quarantine;

import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.quarantine.Masks;
import picocli.CommandLine.Option;

/** Says whether masked columns are shown. */
final class MaskOption {
  @Option(
      names = "--unmask",
      description =
          "Show the values of masked columns too, the records that have them, and whole errors.")
  private boolean isUnmasked;

  /** What is hidden of a pipeline's refused rows. */
  Masks of(CompiledPipeline pipeline) {
    return isUnmasked ? Masks.none() : Masks.of(pipeline);
  }
}
