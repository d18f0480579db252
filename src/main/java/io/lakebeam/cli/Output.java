package io.lakebeam.cli;

import java.util.Locale;

/** How data is printed. */
enum Output {
  /** For people. */
  TEXT,
  /** For programs. */
  JSON;

  /** As typed. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
