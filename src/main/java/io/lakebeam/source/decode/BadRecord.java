package io.lakebeam.source.decode;

import io.lakebeam.source.Rejected;

/**
 * Why a record, or a value in it, cannot be read: an outcome of decoding on its way to {@link
 * Rejected}, so without the cost of a stack trace.
 */
public final class BadRecord extends Exception {
  /** How much of an offending value a reason quotes. */
  private static final int QUOTED = 60;

  /** How much of a library's message a reason quotes: sentences of ours are shorter. */
  private static final int SAID = 160;

  private final String place;
  private final String reason;

  private BadRecord(String place, String reason) {
    super(place.isEmpty() ? reason : "column " + place + ": " + reason, null, false, false);
    this.place = place;
    this.reason = reason;
  }

  public BadRecord(String reason) {
    this("", reason);
  }

  /** The same reason, one level further out: of a column, a field or an element. */
  public BadRecord inside(String outer) {
    if (place.isEmpty()) {
      return new BadRecord(outer, reason);
    }
    return new BadRecord(outer + (place.startsWith("[") ? "" : ".") + place, reason);
  }

  /** The same reason behind what its reader should know first; of a column, only the reason. */
  public BadRecord behind(String hint) {
    return hint.isEmpty() || !place.isEmpty() ? this : new BadRecord("", hint + ": " + reason);
  }

  /** The reason without its place. */
  public String reason() {
    return reason;
  }

  /** A value as a reason quotes it: short, on one line. */
  public static String shortened(String value) {
    return shortened(value, QUOTED);
  }

  /** What a library says of bytes that it cannot read, on one line: some repeat the bytes. */
  public static String said(String message) {
    return shortened(message, SAID);
  }

  private static String shortened(String value, int most) {
    StringBuilder text = new StringBuilder();
    int end = Math.min(value.length(), most);
    if (end < value.length() && Character.isHighSurrogate(value.charAt(end - 1))) {
      end--;
    }
    for (int i = 0; i < end; i++) {
      char c = value.charAt(i);
      text.append(Character.isISOControl(c) ? '\u00b7' : c);
    }
    return end < value.length() ? text.append("...").toString() : text.toString();
  }

  public static String quoted(String value) {
    return '"' + shortened(value) + '"';
  }
}
