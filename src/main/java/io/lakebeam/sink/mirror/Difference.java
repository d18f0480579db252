package io.lakebeam.sink.mirror;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.Map;

/**
 * Rows that have gone, against which rows that have come are held: what is in both, as often, has
 * only moved to another file. Bounded: of the rows that do not fit in, none is held.
 */
final class Difference {
  /** What an entry costs beside its bytes, about. */
  private static final int ENTRY = 150;

  private final long mostBytes;
  private final Map<ByteBuffer, Integer> gone = new HashMap<>();
  private long bytes;

  Difference(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  /** Holds a row that has gone; false when there is no room for it. */
  boolean hold(byte[] line) {
    ByteBuffer key = ByteBuffer.wrap(line);
    Integer before = gone.get(key);
    if (before == null && bytes + line.length + ENTRY > mostBytes) {
      return false;
    }
    if (before == null) {
      bytes += line.length + ENTRY;
    }
    gone.put(key, before == null ? 1 : before + 1);
    return true;
  }

  /** True when a row that has come is one that has gone; each such row once. */
  boolean cancels(byte[] line) {
    ByteBuffer key = ByteBuffer.wrap(line);
    Integer before = gone.get(key);
    if (before == null) {
      return false;
    }
    if (before == 1) {
      gone.remove(key);
    } else {
      gone.put(key, before - 1);
    }
    return true;
  }

  /** The rows that have gone and not come again, and how often. */
  Map<ByteBuffer, Integer> left() {
    return gone;
  }
}
