package io.lakebeam.sql.catalyst.group;

import java.io.Serializable;

/**
 * Windows of time, in microseconds: from their start, inclusive, to their end, exclusive.
 *
 * @param length of a window
 * @param slide from one end to the next
 * @param anchor an end; all others are so many slides away
 */
public record WindowGrid(long length, long slide, long anchor) implements Serializable {
  public WindowGrid {
    if (slide < 1 || length < slide) {
      throw new IllegalArgumentException("windows of " + length + " every " + slide);
    }
  }

  /** The first end behind a time. */
  public long firstEndAfter(long time) {
    return lastEndUpTo(time) + slide;
  }

  /** The last end that is not behind a time. */
  public long lastEndUpTo(long time) {
    return time - Math.floorMod(time - anchor, slide);
  }
}
