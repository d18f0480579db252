package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.graph.ExplainedException;
import java.util.concurrent.CancellationException;

/** Says at what a bundle stopped whose failure nobody has foreseen; that failure is the cause. */
public final class StoppedAtException extends RuntimeException {
  private final String place;

  private StoppedAtException(String place, Throwable cause) {
    super("stopped at " + place + ": " + cause, cause);
    this.place = place;
  }

  /**
   * The failure with its place, unless it says its place itself, or is a stop that was asked for.
   *
   * @param place as in "table flights, record events:0:42"
   */
  public static RuntimeException of(String place, Throwable cause) {
    for (Throwable t = cause; t != null; t = t.getCause()) {
      if (cause instanceof RuntimeException known
          && (t instanceof StoppedAtException
              || t instanceof ExplainedException
              || t instanceof CancellationException)) {
        return known;
      }
    }
    return new StoppedAtException(place, cause);
  }

  /** Table, view or source, and the record or file. */
  public String place() {
    return place;
  }
}
