package io.lakebeam.spec;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Durations as pipeline files write them: {@code 500ms}, {@code 10s}, {@code 5m}, {@code 2h},
 * {@code 90d}; where days make no sense, the shape check refuses them.
 */
public final class DurationText {
  private static final Pattern DURATION = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");

  private DurationText() {}

  /** Empty for a text that is none, which the shape check refuses. */
  public static Optional<Duration> parse(String text) {
    Matcher matcher = DURATION.matcher(text);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    long amount = Long.parseLong(matcher.group(1));
    return Optional.of(
        switch (matcher.group(2)) {
          case "ms" -> Duration.ofMillis(amount);
          case "s" -> Duration.ofSeconds(amount);
          case "m" -> Duration.ofMinutes(amount);
          case "d" -> Duration.ofDays(amount);
          default -> Duration.ofHours(amount);
        });
  }

  /** As it is said to people: {@code 500 ms}, {@code 90 s}, {@code 30 min}, {@code 36 h}. */
  public static String exact(Duration duration) {
    long millis = duration.toMillis();
    if (millis % 1000 != 0) {
      return millis + " ms";
    }
    if (duration.toSeconds() % 60 != 0) {
      return duration.toSeconds() + " s";
    }
    if (duration.toMinutes() % 60 != 0) {
      return duration.toMinutes() + " min";
    }
    return duration.toHours() % 24 != 0 ? duration.toHours() + " h" : duration.toDays() + " d";
  }

  /**
   * An age at a glance: {@code 3 s}, {@code 5 min}, {@code 7 h}, {@code 4 d}.
   *
   * @param age none when it is negative
   */
  public static String rough(Duration age) {
    if (age.toSeconds() < 120) {
      return Math.max(0, age.toSeconds()) + " s";
    }
    if (age.toMinutes() < 120) {
      return age.toMinutes() + " min";
    }
    return age.toHours() < 48 ? age.toHours() + " h" : age.toDays() + " d";
  }
}
