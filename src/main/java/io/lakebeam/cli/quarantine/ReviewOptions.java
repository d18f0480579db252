package io.lakebeam.cli.quarantine;

import picocli.CommandLine.Option;

/** Says why, and that it is meant. */
final class ReviewOptions {
  @Option(
      names = "--reason",
      paramLabel = "TEXT",
      description = "Why, for whoever reads the quarantine log.")
  private String reason = "";

  @Option(
      names = "--by",
      paramLabel = "NAME",
      description = "Who asks for it. Default: the user of this machine, ${DEFAULT-VALUE}.")
  private String by = System.getProperty("user.name", "");

  @Option(
      names = "--yes",
      description = "Do it. Without it, the command only says what it would do.")
  private boolean isMeant;

  String reason() {
    return reason.strip();
  }

  String by() {
    return by.strip();
  }

  boolean isMeant() {
    return isMeant;
  }
}
