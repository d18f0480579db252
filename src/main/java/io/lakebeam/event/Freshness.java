package io.lakebeam.event;

import io.lakebeam.spec.DurationText;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;

/**
 * How a source or a dataset stands, at one moment, to how old it may be.
 *
 * @param limit how old it may be
 * @param last when it last brought records, got rows or was brought up to date; empty for never, as
 *     far as anybody has looked
 * @param since what its age counts from: that, or the first look at it
 * @param at the moment
 */
public record Freshness(
    Kind kind, String name, Duration limit, Optional<Instant> last, Instant since, Instant at) {
  public Freshness {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(since, "since");
  }

  /** What may be late, and in which words that is told. */
  public enum Kind {
    SOURCE("source_silent", "source", "brought no record"),
    TABLE("not_fresh", "table", "got no rows"),
    VIEW("not_fresh", "view", "not been brought up to date");

    private final String type;
    private final String noun;
    private final String lacking;

    Kind(String type, String noun, String lacking) {
      this.type = type;
      this.noun = noun;
      this.lacking = lacking;
    }

    /** The type of its events. */
    public String type() {
      return type;
    }

    boolean isSource() {
      return this == SOURCE;
    }
  }

  /** How long ago that was; nothing when the clock has been put back. */
  public Duration age() {
    Duration age = Duration.between(since, at);
    return age.isNegative() ? Duration.ZERO : age;
  }

  /** The same of something that is not late, whenever it last was: more waits to be taken. */
  public Freshness sinceNow() {
    return new Freshness(kind, name, limit, last, at, at);
  }

  /** True when it is older than it may be. */
  public boolean isLate() {
    return age().compareTo(limit) > 0;
  }

  /** What is late, one sentence. */
  public String problem() {
    return kind.noun + " " + name + (kind.isSource() ? " is silent" : " is not fresh");
  }

  /** Why it is, one sentence. */
  public String cause() {
    return "it has "
        + kind.lacking
        + " for "
        + DurationText.rough(age())
        + last.map(time -> " (since " + time.truncatedTo(ChronoUnit.SECONDS) + ")").orElse("")
        + "; "
        + (kind.isSource() ? "silent_after" : "fresh_within")
        + " is "
        + DurationText.exact(limit);
  }

  /** What to do. */
  public String fix() {
    return switch (kind) {
      case SOURCE -> "look whether what writes to it still runs, and writes to the same place";
      case TABLE ->
          "look with lakebeam status whether its sources are silent, and what refuses its rows";
      case VIEW -> "look with lakebeam events why it was not brought up to date";
    };
  }

  /** That it is late no more, one sentence. */
  public String over() {
    return kind.noun + " " + name + (kind.isSource() ? " brings records again" : " is fresh again");
  }
}
