package io.lakebeam.source;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;

/**
 * A file's bytes into records, each with its exact bytes and its first line. Lines are counted as
 * editors count them. Memory is bounded: of a record longer than the bound, and of the rest of a
 * file behind a quote that is never closed, only the first bytes are kept and {@link #fault} says
 * so.
 */
final class RecordSplitter {
  /** No record anybody writes on purpose is longer. */
  static final int MAX_RECORD_BYTES = 8 << 20;

  private static final int NONE = -1;
  private static final int FIRST_BUFFER = 1 << 16;
  private static final int KEPT = 1 << 16;

  private enum State {
    FIELD_START,
    PLAIN,
    QUOTED,
    /** Behind a quote inside quotes: the end of the field or half of a doubled quote. */
    AFTER_QUOTE
  }

  private final InputStream in;
  private final TextEncoding encoding;
  private final int quote;
  private final int delimiter;
  private final int maxBytes;
  private byte[] buffer;
  private int limit;
  private int start;
  private int length;
  private int cursor;
  private int next;
  private long line = 1;
  private long nextLine = 1;
  private long dropped;
  private boolean afterCarriageReturn;
  private boolean ended;
  private String fault = "";

  /**
   * @param head bytes already read, behind the byte order mark
   * @param quote that may hide line ends, or {@link #NONE}
   */
  private RecordSplitter(
      InputStream in, TextEncoding encoding, byte[] head, int quote, int delimiter, int maxBytes) {
    this.in = in;
    this.encoding = encoding;
    this.quote = quote;
    this.delimiter = delimiter;
    this.maxBytes = maxBytes;
    this.buffer = Arrays.copyOf(head, Math.max(head.length, Math.min(FIRST_BUFFER, maxBytes)));
    this.limit = head.length;
  }

  /** Of records that are one line each. */
  static RecordSplitter lines(InputStream in, TextEncoding encoding, byte[] head, int maxBytes) {
    return new RecordSplitter(in, encoding, head, NONE, NONE, maxBytes);
  }

  /** Of CSV records: a line end inside quotes belongs to the record. */
  static RecordSplitter csv(
      InputStream in, TextEncoding encoding, byte[] head, char delimiter, char quote, int maxBytes)
      throws CharacterCodingException {
    int separator = delimiter;
    if (encoding.unit() == 1) {
      byte[] bytes = encoding.unitOf(delimiter);
      separator = bytes[bytes.length - 1] & 0xFF;
    }
    return new RecordSplitter(in, encoding, head, quote, separator, maxBytes);
  }

  byte[] bytes() {
    return buffer;
  }

  int offset() {
    return start;
  }

  /** Without the line end; 0 for an empty line. */
  int length() {
    return length;
  }

  /** Where the record starts, 1-based. */
  long line() {
    return line;
  }

  /** Why this is no record; empty when it is one. Its bytes are then the first ones of it. */
  String fault() {
    return fault;
  }

  TextEncoding encoding() {
    return encoding;
  }

  /** Goes to the next record; false at the end of the file. */
  boolean next() throws IOException {
    start = next;
    cursor = next;
    line = nextLine;
    dropped = 0;
    fault = "";
    boolean csv = quote != NONE;
    int unit = encoding.unit();
    State state = csv ? State.FIELD_START : State.PLAIN;
    while (cursor + unit <= limit || fill()) {
      int c = unit == 1 ? buffer[cursor] & 0xFF : unit(cursor);
      if (c == '\n' && afterCarriageReturn) {
        start += unit;
      } else if (c == '\n') {
        nextLine++;
        if (state != State.QUOTED) {
          boolean windows = !csv && cursor - unit >= start && unit(cursor - unit) == '\r';
          finish(windows ? cursor - unit : cursor, cursor + unit);
          return true;
        }
      } else if (c == '\r' && csv && state != State.QUOTED) {
        nextLine++;
        finish(cursor, cursor + unit);
        afterCarriageReturn = true;
        return true;
      } else if (csv) {
        state = after(state, c);
      }
      afterCarriageReturn = false;
      cursor += unit;
    }
    finish(limit, limit);
    if (state == State.QUOTED) {
      fault =
          "a quote opened in this record is never closed: nothing from line "
              + line
              + " to the end of the file is read as a record";
    }
    return length > 0;
  }

  private State after(State state, int c) {
    return switch (state) {
      case FIELD_START -> c == quote ? State.QUOTED : plain(c);
      case PLAIN -> plain(c);
      case QUOTED -> c == quote ? State.AFTER_QUOTE : State.QUOTED;
      case AFTER_QUOTE -> c == quote ? State.QUOTED : plain(c);
    };
  }

  private State plain(int c) {
    return c == delimiter ? State.FIELD_START : State.PLAIN;
  }

  private void finish(int end, int next) {
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
  int unit(int at) {
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
  private boolean fill() throws IOException {
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
  }
}
