package io.lakebeam.pipeline.graph.flow;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;

/**
 * What a bundle keeps open, one for each epoch it meets: rows of several windows may share a
 * bundle.
 *
 * @param <W> closed without finishing when the bundle fails
 */
public final class BundleWriters<W extends AutoCloseable> {
  private final Map<BoundedWindow, W> open = new LinkedHashMap<>();
  private BoundedWindow lastWindow;
  private W last;

  public W of(BoundedWindow window, Function<BoundedWindow, W> maker) {
    if (!window.equals(lastWindow)) {
      last = open.computeIfAbsent(window, maker);
      lastWindow = window;
    }
    return last;
  }

  public void finish(BiConsumer<BoundedWindow, W> finisher) {
    open.forEach(finisher);
    open.clear();
    lastWindow = null;
    last = null;
  }

  /** Throws away what a failed bundle has left. */
  public void abort() {
    open.values().forEach(BundleWriters::close);
    open.clear();
    lastWindow = null;
    last = null;
  }

  private static void close(AutoCloseable writer) {
    try {
      writer.close();
    } catch (Exception e) {
      // The files of a failed bundle belong to nobody; vacuum finds what could not be deleted.
      System.getLogger(BundleWriters.class.getName())
          .log(System.Logger.Level.DEBUG, "not cleaned up", e);
    }
  }
}
