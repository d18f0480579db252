package io.lakebeam.graph;

import java.util.Locale;

/**
 * Text that others wrote (names of files and columns, values, messages of servers), as it may be
 * printed: what a terminal obeys and what an eye does not see is shown as its escape, {@code
 * \u001b} or {@code \u202e}. Between the quotes of a JSON document such an escape means the
 * character itself, so a document that is treated as a whole still says the same.
 */
public final class VisibleText {
  private VisibleText() {}

  /** On one line: line breaks and tabs are escaped too. */
  public static String line(String text) {
    return escaped(text, false);
  }

  /** On its own lines: line breaks and tabs stay. */
  public static String lines(String text) {
    return escaped(text, true);
  }

  /**
   * As long as the text: each character that is not to be seen becomes one sign.
   *
   * @param sign for instance a middle dot
   */
  public static String ofSameLength(String text, char sign) {
    StringBuilder shown = null;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      int length = Character.charCount(c);
      if (isHidden(c) && c != '\t') {
        shown = shown == null ? new StringBuilder(text) : shown;
        for (int i = at; i < at + length; i++) {
          shown.setCharAt(i, sign);
        }
      }
      at += length;
    }
    return shown == null ? text : shown.toString();
  }

  private static String escaped(String text, boolean keepsLines) {
    StringBuilder shown = null;
    int copied = 0;
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      int length = Character.charCount(c);
      if (isHidden(c) && !(keepsLines && (c == '\n' || c == '\t'))) {
        shown = shown == null ? new StringBuilder(text.length() + 16) : shown;
        shown.append(text, copied, at);
        escape(text, at, length, shown);
        copied = at + length;
      }
      at += length;
    }
    return shown == null ? text : shown.append(text, copied, text.length()).toString();
  }

  /**
   * Controls (C0, DEL, C1), formats (marks that turn the direction of text, joiners, tags),
   * separators of lines, and halves of a character.
   */
  private static boolean isHidden(int c) {
    if (c < 0x7f) {
      return c < ' ';
    }
    return switch (Character.getType(c)) {
      case Character.CONTROL,
              Character.FORMAT,
              Character.LINE_SEPARATOR,
              Character.PARAGRAPH_SEPARATOR,
              Character.SURROGATE ->
          true;
      default -> false;
    };
  }

  private static void escape(String text, int from, int length, StringBuilder shown) {
    switch (text.charAt(from)) {
      case '\n' -> shown.append("\\n");
      case '\r' -> shown.append("\\r");
      case '\t' -> shown.append("\\t");
      default -> {
        for (int i = from; i < from + length; i++) {
          shown.append(String.format(Locale.ROOT, "\\u%04x", (int) text.charAt(i)));
        }
      }
    }
  }
}
