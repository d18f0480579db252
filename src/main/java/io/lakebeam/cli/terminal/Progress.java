package io.lakebeam.cli.terminal;

import io.lakebeam.cli.text.Amounts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Tells how far work is that takes long: what it is, how much of it is done, how fast it goes and
 * how long it will take. On a terminal in one line that is written anew, elsewhere in a line now
 * and then. Work that is soon done is not told. Thread-safe.
 *
 * <pre>{@code
 * try (Progress progress = Progress.of(console, clock)) {
 *   progress.begin(() -> new Progress.State("reading", "row", done(), whole, share()));
 *   ...
 *   progress.end();
 * }
 * }</pre>
 */
public final class Progress implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(500);

  /** Work that takes no longer is not told. */
  static final Duration SOON = Duration.ofSeconds(2);

  /** How long a look must be back before it says how much is left. */
  static final Duration LEAST_FOR_ESTIMATE = Duration.ofSeconds(4);

  /** What a rate is taken over. */
  static final Duration WINDOW = Duration.ofSeconds(10);

  /** Between lines where there is no terminal, in the first hour and after that. */
  static final Duration BETWEEN_LINES = Duration.ofSeconds(10);

  static final Duration BETWEEN_LATER_LINES = Duration.ofMinutes(1);
  private static final Duration HOUR = Duration.ofHours(1);

  private final Console console;
  private final Clock clock;
  private final Instant startedAt;
  private final @Nullable ScheduledExecutorService timer;
  private final Deque<Sample> samples = new ArrayDeque<>();
  private Optional<Supplier<State>> work = Optional.empty();
  private Instant begunAt = Instant.MIN;
  private Instant lastLine = Instant.MIN;

  /**
   * How far work is.
   *
   * @param what it is, such as {@code reading}
   * @param noun what is counted, in the singular
   * @param done so many
   * @param whole so many there are; 0 when nobody knows
   * @param share how much of the work is done, from 0 to 1; negative when nobody knows
   */
  public record State(String what, String noun, long done, long whole, double share) {}

  private record Sample(Instant at, State state) {}

  Progress(Console console, Clock clock, @Nullable ScheduledExecutorService timer) {
    this.console = console;
    this.clock = clock;
    this.startedAt = clock.instant();
    this.timer = timer;
    if (timer != null) {
      timer.scheduleAtFixedRate(
          this::tick, LOOK.toMillis(), LOOK.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** One that looks by itself twice a second. */
  public static Progress of(Console console, Clock clock) {
    return new Progress(
        console,
        clock,
        Executors.newSingleThreadScheduledExecutor(
            task -> {
              Thread thread = new Thread(task, "progress");
              thread.setDaemon(true);
              return thread;
            }));
  }

  /**
   * Work begins.
   *
   * @param state is asked now and then, by another thread
   */
  public synchronized void begin(Supplier<State> state) {
    end();
    work = Optional.of(state);
    begunAt = clock.instant();
    // The first line is no news before somebody might wonder.
    lastLine = begunAt;
  }

  /** Work has ended. */
  public synchronized void end() {
    work = Optional.empty();
    samples.clear();
    console.clearStatus();
  }

  /** Looks how far the work is, and tells it when it is time. */
  synchronized void tick() {
    if (work.isEmpty()) {
      return;
    }
    Instant now = clock.instant();
    State state = work.get().get();
    samples.addLast(new Sample(now, state));
    while (samples.size() > 2 && samples.getFirst().at.plus(WINDOW).isBefore(now)) {
      samples.removeFirst();
    }
    if (now.isBefore(begunAt.plus(SOON))) {
      return;
    }
    if (console.hasStatus()) {
      console.status(text(state, now));
    } else if (!now.isBefore(lastLine.plus(betweenLines(now)))) {
      lastLine = now;
      console.say(text(state, now));
    }
  }

  private Duration betweenLines(Instant now) {
    return now.isBefore(startedAt.plus(HOUR)) ? BETWEEN_LINES : BETWEEN_LATER_LINES;
  }

  private String text(State state, Instant now) {
    if (state.whole == 0 && state.done == 0) {
      return state.what + " is under way";
    }
    StringBuilder text = new StringBuilder(state.what).append(": ");
    if (state.whole > 0) {
      text.append(Amounts.count(state.done)).append(" of ");
    }
    text.append(Amounts.of(state.whole > 0 ? state.whole : state.done, state.noun));
    if (state.whole == 0 && state.share >= 0) {
      text.append(", about ").append((int) Math.floor(state.share * 100)).append(" percent");
    }
    Sample first = samples.getFirst();
    double seconds = Duration.between(first.at, now).toNanos() / 1e9;
    long rate = seconds > 0 ? Math.round((state.done - first.state.done) / seconds) : 0;
    if (rate > 0) {
      text.append(", ").append(Amounts.of(rate, state.noun)).append("/s");
    }
    double done = state.share - first.state.share;
    if (first.state.share >= 0
        && done > 0
        && seconds >= LEAST_FOR_ESTIMATE.toSeconds()
        && state.share < 1) {
      text.append(", ").append(time((1 - state.share) * seconds / done)).append(" left");
    }
    return text.toString();
  }

  /** Coarse, as estimates are. */
  private static String time(double seconds) {
    long whole = Math.max(1, Math.round(seconds));
    if (whole < 120) {
      return whole + " s";
    }
    long minutes = Math.round(seconds / 60);
    if (minutes < 120) {
      return minutes + " min";
    }
    long hours = Math.round(seconds / 3600);
    return hours < 48 ? hours + " h" : Math.round(seconds / 86_400) + " days";
  }

  @Override
  public void close() {
    if (timer != null) {
      timer.shutdownNow();
    }
    end();
  }
}
