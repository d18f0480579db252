package io.lakebeam.source.decode;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * A file's bytes into records, each with its exact bytes and its first line. Lines are counted as
 * editors count them. Memory is bounded: of a record longer than the bound only the first bytes are
 * kept and {@link #fault} says so.
 */
public abstract class Records {
  private static final int FIRST_BUFFER = 1 << 16;
  private static final int KEPT = 1 << 16;

  public final TextEncoding encoding;
  public final int maxBytes;
  byte[] buffer;
  int limit;
  public int start;
  public int length;
  int cursor;
  public int next;
  public long line = 1;
  long nextLine = 1;
  public String fault = "";
  private final InputStream in;
  private long dropped;
  private long moved;
  private boolean ended;

  /**
   * @param head bytes already read, behind the byte order mark
   */
  public Records(InputStream in, TextEncoding encoding, byte[] head, int maxBytes) {
    this.in = in;
    this.encoding = encoding;
    this.maxBytes = maxBytes;
    this.buffer = Arrays.copyOf(head, Math.max(head.length, Math.min(FIRST_BUFFER, maxBytes)));
    this.limit = head.length;
  }

  /** Goes to the next record; false at the end of the file. */
  public abstract boolean next() throws IOException;

  public byte[] bytes() {
    return buffer;
  }

  public int offset() {
    return start;
  }

  /** Without the line end; 0 for an empty line. */
  public int length() {
    return length;
  }

  /** Where the record starts, 1-based. */
  public long line() {
    return line;
  }

  /** Bytes of the stream before the record, those of a byte order mark not counted. */
  public final long at() {
    return moved - dropped + start;
  }

  /** Why this is no record; empty when it is one. Its bytes are then the first ones of it. */
  public String fault() {
    return fault;
  }

  public TextEncoding encoding() {
    return encoding;
  }

  /**
   * Begins in the middle of a file.
   *
   * @param firstLine what the next line is called, 1-based
   */
  public final void beginAt(long firstLine) {
    nextLine = firstLine;
  }

  /** What is behind the last record starts the next one. */
  public final void begin() {
    start = next;
    cursor = next;
    line = nextLine;
    dropped = 0;
    fault = "";
  }

  /**
   * The record is whole.
   *
   * @param next where the next one starts
   */
  public final void finish(int end, int next) {
    this.next = next;
    if (dropped == 0) {
      length = end - start;
    } else {
      length = kept();
      fault = "longer than " + maxBytes + " bytes; only its first " + length + " are kept";
    }
  }

  /** How much of an overlong record is kept. */
  private int kept() {
    return Math.min(KEPT, maxBytes / 2) & -TextEncoding.MAX_UNIT;
  }

  /** The smallest character that starts at a place of {@link #bytes}. */
  public final int unit(int at) {
    if (encoding.unit() == 1) {
      return buffer[at] & 0xFF;
    }
    int value = 0;
    for (int i = 0; i < encoding.unit(); i++) {
      int shift = encoding.bigEndian() ? encoding.unit() - 1 - i : i;
      value |= (buffer[at + i] & 0xFF) << (8 * shift);
    }
    return value;
  }

  /** Reads on until a unit is there, making room first; false at the end of the file. */
  public final boolean fill() throws IOException {
    while (cursor + encoding.unit() > limit) {
      if (ended) {
        return false;
      }
      if (limit == buffer.length) {
        makeRoom();
      }
      int read = in.read(buffer, limit, buffer.length - limit);
      ended = read < 0;
      limit += Math.max(read, 0);
    }
    return true;
  }

  private void makeRoom() {
    if (start > 0) {
      move(start, 0);
      start = 0;
    } else if (buffer.length < maxBytes) {
      buffer = Arrays.copyOf(buffer, Math.min(2 * buffer.length, maxBytes));
    } else {
      dropped += cursor - kept();
      move(cursor, kept());
    }
  }

  private void move(int from, int to) {
    System.arraycopy(buffer, from, buffer, to, limit - from);
    limit -= from - to;
    cursor -= from - to;
    moved += from - to;
  }
}
