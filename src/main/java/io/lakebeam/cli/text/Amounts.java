package io.lakebeam.cli.text;

import java.util.Locale;
import java.util.Optional;

/** Numbers as people read them, alike on every machine. */
public final class Amounts {
  private static final String[] UNITS = {"kB", "MB", "GB", "TB", "PB", "EB"};

  private Amounts() {}

  /** {@code 1,234,567}. */
  public static String count(long number) {
    return String.format(Locale.ROOT, "%,d", number);
  }

  /** {@code unknown} for rows of files whose writer did not count. */
  public static String rows(Optional<Long> rows) {
    return rows.map(Amounts::count).orElse("unknown");
  }

  /** In powers of a thousand: {@code 999 B}, {@code 1.2 MB}. */
  public static String bytes(long bytes) {
    if (bytes < 1000) {
      return bytes + " B";
    }
    double amount = bytes;
    int unit = -1;
    // 999.95 would be printed as 1000.0.
    while (amount >= 999.95 && unit < UNITS.length - 1) {
      amount /= 1000;
      unit++;
    }
    return String.format(Locale.ROOT, "%.1f %s", amount, UNITS[unit]);
  }

  /** {@code 1 flow}, {@code 9 flows}. */
  public static String of(long number, String noun) {
    return count(number) + " " + noun + (number == 1 ? "" : "s");
  }
}
