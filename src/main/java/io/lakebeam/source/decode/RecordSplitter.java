package io.lakebeam.source.decode;

import io.lakebeam.spec.SourceSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;

/**
 * Records that are lines, or CSV records, which may hold line ends in quotes. What is behind a
 * quote that is never closed is no record, and {@link #fault} says so.
 */
public final class RecordSplitter extends Records {
  private static final int NONE = -1;

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

  private final boolean csv;
  private final int quote;
  private final int delimiter;
  private final int escape;
  private final int comment;
  private final int skipLines;
  private boolean afterCarriageReturn;
  private boolean passedOver;

  /**
   * @param head bytes already read, behind the byte order mark
   * @param signs those of CSV; none where each line is a record
   */
  private RecordSplitter(
      InputStream in, TextEncoding encoding, byte[] head, Signs signs, int maxBytes) {
    super(in, encoding, head, maxBytes);
    this.csv = signs != Signs.OF_LINES;
    this.quote = signs.quote;
    this.delimiter = signs.delimiter;
    this.escape = signs.escape;
    this.comment = signs.comment;
    this.skipLines = signs.skipLines;
  }

  /** Of records that are one line each. */
  public static RecordSplitter lines(
      InputStream in, TextEncoding encoding, byte[] head, int maxBytes) {
    return new RecordSplitter(in, encoding, head, Signs.OF_LINES, maxBytes);
  }

  /** Of CSV records: a line end inside quotes belongs to the record. */
  public static RecordSplitter csv(
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

  @Override
  public boolean next() throws IOException {
    boolean found = nextLineOrRecord();
    while (found && passedOver) {
      found = nextLineOrRecord();
    }
    return found;
  }

  private boolean nextLineOrRecord() throws IOException {
    begin();
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
}
