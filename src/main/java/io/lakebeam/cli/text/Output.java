package io.lakebeam.cli.text;

import java.util.Locale;

/** How data is printed. */
public enum Output {
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
