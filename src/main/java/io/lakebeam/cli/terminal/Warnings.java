package io.lakebeam.cli.terminal;

import io.lakebeam.cli.text.Amounts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Tells the warnings of a run that may go on for months in a bounded number of lines an hour. In
 * the first hour each is told, up to a bound: many are of one file, and no other run says them
 * again. After that, texts that differ only in their numbers are of one kind: the first few of a
 * kind are told, then one an hour, with how many there were. What is not told is counted, and the
 * count is told. Thread-safe.
 */
public final class Warnings implements AutoCloseable {
  static final int MOST_IN_FIRST_HOUR = 1000;
  static final int FIRST_OF_A_KIND = 5;
  static final int MOST_AN_HOUR = 60;
  private static final int KINDS = 1000;
  private static final int CHARACTERS_OF_A_KIND = 300;
  private static final Duration HOUR = Duration.ofHours(1);

  /** Those that are no part of a file's name: each file is of a kind of its own. */
  private static final Pattern NUMBER =
      Pattern.compile("(?<![\\p{L}0-9_./])[0-9]+(?![\\p{L}0-9_/]|\\.\\p{L})");

  private final Consumer<String> lines;
  private final Clock clock;
  private final Map<String, Kind> kinds = new LinkedHashMap<>(16, 0.75f, true);
  private final Instant startedAt;
  private Instant hour;
  private int inHour;
  private long untold;

  /** What there was of a kind. */
  private static final class Kind {
    private int told;
    private long untold;
    private Instant last = Instant.MIN;
  }

  /**
   * @param lines where each goes that is told
   */
  public Warnings(Consumer<String> lines, Clock clock) {
    this.lines = lines;
    this.clock = clock;
    this.startedAt = clock.instant();
    this.hour = startedAt;
  }

  public synchronized void warn(String text) {
    Instant now = clock.instant();
    if (!now.isBefore(hour.plus(HOUR))) {
      hour = now;
      inHour = 0;
    }
    boolean isFirstHour = now.isBefore(startedAt.plus(HOUR));
    Kind kind = kinds.computeIfAbsent(kind(text), each -> new Kind());
    boolean isDue =
        isFirstHour || kind.told < FIRST_OF_A_KIND || !now.isBefore(kind.last.plus(HOUR));
    if (!isDue || inHour >= (isFirstHour ? MOST_IN_FIRST_HOUR : MOST_AN_HOUR)) {
      kind.untold++;
      untold++;
      forgetOldKinds();
      return;
    }
    inHour++;
    kind.told++;
    kind.last = now;
    lines.accept(text + (isFirstHour ? "" : addition(kind)));
    untold -= kind.untold;
    kind.untold = 0;
    forgetOldKinds();
  }

  private static String addition(Kind kind) {
    if (kind.untold > 0) {
      return " (" + Amounts.count(kind.untold) + " more like it since the last one)";
    }
    return kind.told >= FIRST_OF_A_KIND ? " (from here on, one an hour is told of these)" : "";
  }

  private static String kind(String text) {
    String start = text.substring(0, Math.min(text.length(), CHARACTERS_OF_A_KIND));
    return NUMBER.matcher(start).replaceAll("#");
  }

  /** Their counts stay in the sum. */
  private void forgetOldKinds() {
    if (kinds.size() > KINDS) {
      kinds.remove(kinds.keySet().iterator().next());
    }
  }

  /** Tells how many have not been told. */
  @Override
  public synchronized void close() {
    if (untold > 0) {
      lines.accept(
          Amounts.of(untold, "more warning") + (untold == 1 ? " was" : " were") + " not shown");
      untold = 0;
      kinds.clear();
    }
  }
}
