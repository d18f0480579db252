package io.lakebeam.pipeline.graph.plan;

import java.util.Locale;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * Epochs as Beam sees them: event time is the epoch's number in milliseconds since 1970, and each
 * epoch is a window of its own. Whoever needs the number takes it from the window, because a runner
 * may move an element's timestamp within it.
 */
public final class Epochs {
  private Epochs() {}

  public static FixedWindows windows() {
    return FixedWindows.of(Duration.millis(1));
  }

  public static Instant timestamp(long epoch) {
    return new Instant(epoch);
  }

  public static long of(BoundedWindow window) {
    return ((IntervalWindow) window).start().getMillis();
  }

  /** What the names of an epoch's files begin with. */
  public static String stem(long epoch) {
    return String.format(Locale.ROOT, "%08d", epoch);
  }
}
