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
}
