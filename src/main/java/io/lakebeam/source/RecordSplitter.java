package io.lakebeam.source;

import io.lakebeam.spec.SourceSpec;
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
    AFTER_QUOTE,
    /** Behind an escape inside quotes: whatever comes is no sign. */
    ESCAPED,
    /** In a line that is no record: nothing in it is a sign but its end. */
    PASSED_OVER
  }

  private final InputStream in;
  private final TextEncoding encoding;
  private final boolean csv;
  private final int quote;
  private final int delimiter;
  private final int escape;
  private final int comment;
  private final int skipLines;
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
  private boolean passedOver;
  private String fault = "";

  /**
   * @param head bytes already read, behind the byte order mark
   * @param signs those of CSV; none where each line is a record
   */
  private RecordSplitter(
      InputStream in, TextEncoding encoding, byte[] head, Signs signs, int maxBytes) {
    this.in = in;
    this.encoding = encoding;
    this.csv = signs != Signs.OF_LINES;
    this.quote = signs.quote;
    this.delimiter = signs.delimiter;
    this.escape = signs.escape;
    this.comment = signs.comment;
    this.skipLines = signs.skipLines;
    this.maxBytes = maxBytes;
    this.buffer = Arrays.copyOf(head, Math.max(head.length, Math.min(FIRST_BUFFER, maxBytes)));
    this.limit = head.length;
  }

  /** Of records that are one line each. */
  static RecordSplitter lines(InputStream in, TextEncoding encoding, byte[] head, int maxBytes) {
    return new RecordSplitter(in, encoding, head, Signs.OF_LINES, maxBytes);
  }

  /** Of CSV records: a line end inside quotes belongs to the record. */
  static RecordSplitter csv(
      InputStream in, TextEncoding encoding, byte[] head, SourceSpec.Csv format, int maxBytes)
      throws CharacterCodingException {
    int separator = format.delimiter();
    if (encoding.unit() == 1) {
      byte[] bytes = encoding.unitOf(format.delimiter());
      separator = bytes[bytes.length - 1] & 0xFF;
    }
    Signs signs =
        new Signs(
            sign(format.quote()),
            separator,
            sign(format.escape()),
            sign(format.comment()),
            format.skipLines());
    return new RecordSplitter(in, encoding, head, signs, maxBytes);
  }

  private static int sign(char character) {
    return character == SourceSpec.Csv.NONE ? NONE : character;
  }

  /** Characters that mean something between records; {@link #NONE} for one that is not used. */
  private record Signs(int quote, int delimiter, int escape, int comment, int skipLines) {
    static final Signs OF_LINES = new Signs(NONE, NONE, NONE, NONE, 0);
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
    boolean found = nextLineOrRecord();
    while (found && passedOver) {
      found = nextLineOrRecord();
    }
    return found;
  }

  private boolean nextLineOrRecord() throws IOException {
    start = next;
    cursor = next;
    line = nextLine;
    dropped = 0;
    fault = "";
    passedOver = line <= skipLines;
    int unit = encoding.unit();
    State state = !csv ? State.PLAIN : passedOver ? State.PASSED_OVER : State.FIELD_START;
    while (cursor + unit <= limit || fill()) {
      int c = unit == 1 ? buffer[cursor] & 0xFF : unit(cursor);
      if (c == '\n' && afterCarriageReturn) {
        start += unit;
      } else if (c == '\n') {
        nextLine++;
        if (state == State.ESCAPED) {
          state = State.QUOTED;
        } else if (state != State.QUOTED) {
          boolean windows = !csv && cursor - unit >= start && unit(cursor - unit) == '\r';
          finish(windows ? cursor - unit : cursor, cursor + unit);
          return true;
        }
      } else if (c == '\r' && csv && state != State.QUOTED && state != State.ESCAPED) {
        nextLine++;
        finish(cursor, cursor + unit);
        afterCarriageReturn = true;
        return true;
      } else if (csv) {
        if (c == comment && cursor == start && state == State.FIELD_START) {
          state = State.PASSED_OVER;
          passedOver = true;
        }
        state = after(state, c);
      }
      afterCarriageReturn = false;
      cursor += unit;
    }
    finish(limit, limit);
    if (state == State.QUOTED || state == State.ESCAPED) {
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
      case QUOTED -> c == quote ? State.AFTER_QUOTE : c == escape ? State.ESCAPED : State.QUOTED;
      case ESCAPED -> State.QUOTED;
      case PASSED_OVER -> State.PASSED_OVER;
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
