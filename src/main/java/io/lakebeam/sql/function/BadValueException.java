package io.lakebeam.sql.function;

/** A value a function cannot work with; the message names it and is shown to the user. */
public final class BadValueException extends RuntimeException {
  private static final int SHOWN = 80;

  public BadValueException(String message) {
    super(message);
  }

  static String quote(Object value) {
    String text = String.valueOf(value);
    if (text.length() <= SHOWN) {
      return "'" + text + "'";
    }
    int end = Character.isHighSurrogate(text.charAt(SHOWN - 1)) ? SHOWN - 1 : SHOWN;
    return "'" + text.substring(0, end) + "…'";
  }
}
