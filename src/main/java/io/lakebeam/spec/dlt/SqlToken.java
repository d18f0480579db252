package io.lakebeam.spec.dlt;

import java.util.Locale;
import java.util.Set;

/**
 * A word, name, number, text or sign of a SQL file.
 *
 * @param text what it says, without quotes and with escapes undone
 * @param from where it starts, in UTF-16 units of the file's text
 * @param to where it ends
 */
record SqlToken(Kind kind, String text, int from, int to) {
  enum Kind {
    /** A keyword or a name without back-ticks. */
    WORD,
    QUOTED_NAME,
    NUMBER,
    TEXT,
    SIGN,
    /** The end of a notebook's cell, which ends a statement as a semicolon does. */
    CELL,
    /** A cell's magic command, such as {@code %python}. */
    MAGIC,
    END
  }

  boolean is(String sign) {
    return kind == Kind.SIGN && text.equals(sign);
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equalsIgnoreCase(word);
  }

  boolean isWord(Set<String> words) {
    return kind == Kind.WORD && words.contains(text.toUpperCase(Locale.ROOT));
  }

  boolean isName() {
    return kind == Kind.WORD || kind == Kind.QUOTED_NAME;
  }

  boolean endsStatement() {
    return kind == Kind.END || kind == Kind.CELL || is(";");
  }

  /** True behind the last word of an argument. */
  boolean endsValue() {
    return is(",") || is(")") || endsStatement();
  }

  /** As the user should see it in a message. */
  String shown() {
    String start = text.length() > 40 ? text.substring(0, 40) + "..." : text;
    return switch (kind) {
      case END -> "the end of the file";
      case CELL -> "the end of the cell";
      case TEXT -> "the text '" + start + "'";
      default -> start;
    };
  }
}
