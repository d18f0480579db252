package io.lakebeam.cli.argument;

import io.lakebeam.spec.Trust;
import picocli.CommandLine.Option;

/**
 * Says that a pipeline's files are trusted as a program would be; for every command that reads
 * them.
 */
public final class TrustOption {
  @Option(
      names = "--trust",
      description = {
        "Take the pipeline's files for a program of your own: they may name classes, providers,"
            + " scripts and files, and settings that Lakebeam does not know."
      })
  private boolean trust;

  public Trust trust() {
    return trust ? Trust.AS_CODE : Trust.AS_DATA;
  }
}
