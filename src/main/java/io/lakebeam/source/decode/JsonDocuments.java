package io.lakebeam.source.decode;

import java.io.IOException;
import java.io.InputStream;
import java.util.BitSet;

/**
 * Records that are JSON values, over as many lines as they like: the elements of an array, or
 * values one after the other. Only their ends are looked for here, by brackets and quotes; whether
 * a value is sound is its decoder's business. Where brackets or quotes do not fit, nobody can tell
 * where the next value starts: the rest of the file is one record that is none, and {@link #fault}
 * says so.
 */
public final class JsonDocuments extends Records {
  private static final int MAX_DEPTH = 1 << 20;

  private enum Place {
    /** Outside of an array. */
    OUTSIDE,
    /** Behind an array's bracket. */
    FIRST,
    /** Behind a comma. */
    BEHIND_COMMA,
    /** Behind an element. */
    BEHIND_ELEMENT
  }

  private final BitSet isArray = new BitSet();
  private Place place = Place.OUTSIDE;
  private long arrayLine;
  private boolean isOver;

  public JsonDocuments(InputStream in, TextEncoding encoding, byte[] head, int maxBytes) {
    super(in, encoding, head, maxBytes);
  }

  @Override
  public boolean next() throws IOException {
    if (isOver) {
      return false;
    }
    begin();
    while (fill()) {
      int c = unit(cursor);
      boolean isBlank = c == ' ' || c == '\t' || c == '\r' || c == '\n';
      if (!isBlank && !isBetweenValues(c)) {
        return value(c);
      }
      nextLine += c == '\n' ? 1 : 0;
      cursor += encoding.unit();
      start = cursor;
      line = nextLine;
    }
    return end();
  }

  /** Takes signs that stand between values. */
  private boolean isBetweenValues(int c) {
    if (c == '[' && place == Place.OUTSIDE) {
      place = Place.FIRST;
      arrayLine = nextLine;
    } else if (c == ',' && place == Place.BEHIND_ELEMENT) {
      place = Place.BEHIND_COMMA;
    } else if (c == ']' && (place == Place.FIRST || place == Place.BEHIND_ELEMENT)) {
      place = Place.OUTSIDE;
    } else {
      return false;
    }
    return true;
  }

  private boolean end() {
    isOver = true;
    finish(limit, limit);
    if (length > 0) {
      fault = "the file ends within a character";
    } else if (place != Place.OUTSIDE) {
      fault =
          "the array that starts in line "
              + arrayLine
              + " is never closed: the file may be cut off; what is read of it is in the table";
    }
    return !fault.isEmpty();
  }

  private boolean value(int first) throws IOException {
    if (place == Place.BEHIND_ELEMENT) {
      return rest("a comma or ] is expected behind an element");
    }
    boolean isElement = place != Place.OUTSIDE;
    String problem;
    if (first == '{' || first == '[') {
      problem = container();
    } else if (first == '"') {
      problem = string();
    } else if (first == '-' || (first >= '0' && first <= '9') || isLetter(first)) {
      problem = word();
    } else {
      problem = "there is no JSON value here";
    }
    if (!problem.isEmpty()) {
      return rest(problem);
    }
    place = isElement ? Place.BEHIND_ELEMENT : Place.OUTSIDE;
    finish(cursor, cursor);
    return true;
  }

  /** To behind the bracket that closes the one here; answers what is wrong. */
  private String container() throws IOException {
    int depth = 0;
    while (fill()) {
      int c = unit(cursor);
      if (c == '"') {
        String problem = string();
        if (!problem.isEmpty()) {
          return problem;
        }
        continue;
      }
      nextLine += c == '\n' ? 1 : 0;
      cursor += encoding.unit();
      if (c == '{' || c == '[') {
        if (depth == MAX_DEPTH) {
          return "brackets are nested too deep";
        }
        isArray.set(depth++, c == '[');
      } else if (c == '}' || c == ']') {
        if (isArray.get(--depth) != (c == ']')) {
          return "the bracket " + (char) c + " in line " + nextLine + " closes none";
        }
        if (depth == 0) {
          return "";
        }
      }
    }
    return "the file ends before the value does";
  }

  /** To behind the quote that closes the one here; answers what is wrong. */
  private String string() throws IOException {
    boolean isEscaped = true; // the quote that opens
    while (fill()) {
      int c = unit(cursor);
      if (c == '\n') {
        return "a string does not end in line " + nextLine;
      }
      cursor += encoding.unit();
      if (c == '"' && !isEscaped) {
        return "";
      }
      isEscaped = c == '\\' && !isEscaped;
    }
    return "the file ends before the value does";
  }

  /** To behind a number, true, false or null, or what stands in place of one. */
  private String word() throws IOException {
    while (fill()) {
      int c = unit(cursor);
      if (!isLetter(c) && "+-.0123456789".indexOf(c) < 0) {
        break;
      }
      cursor += encoding.unit();
    }
    return "";
  }

  private static boolean isLetter(int c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  }

  private boolean rest(String problem) throws IOException {
    isOver = true;
    while (fill()) {
      cursor += encoding.unit();
    }
    finish(limit, limit);
    String cut = fault.isEmpty() ? "" : "; the rest is " + fault;
    fault =
        problem
            + ": nothing from line "
            + line
            + " to the end of the file is read as a record"
            + cut;
    return true;
  }
}
