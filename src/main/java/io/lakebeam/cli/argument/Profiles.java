package io.lakebeam.cli.argument;

import io.lakebeam.cli.terminal.Console;
import java.nio.file.Files;
import java.nio.file.Path;

/** Finds runner profiles. */
public final class Profiles {
  private Profiles() {}

  /** From here, or else from where Lakebeam's own profiles are. */
  public static Path find(String file, Console console) {
    Path here = console.resolve(file);
    Path shipped = console.home().resolve(file);
    return !Files.exists(here) && Files.exists(shipped) ? shipped : here;
  }
}
