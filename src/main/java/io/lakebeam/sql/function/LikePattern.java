package io.lakebeam.sql.function;

import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Spark's LIKE: {@code %} stands for any text, {@code _} for one character. Calcite makes a regular
 * expression of it, which takes time without bound for a text that nearly fits; this goes back to
 * the last {@code %} only, so that it compares each character with each at most.
 */
public final class LikePattern {
  private LikePattern() {}

  /**
   * True when the whole text fits; null when something is.
   *
   * @param escape one character before which {@code %}, {@code _} and itself mean themselves; empty
   *     for none
   * @throws BadValueException when the pattern makes no sense, or it would take too long
   */
  public static @Nullable Boolean matches(
      @Nullable String text, @Nullable String pattern, @Nullable String escape) {
    if (text == null || pattern == null || escape == null) {
      return null;
    }
    Bounds.pairs("LIKE", text.length(), pattern.length());
    Parsed parsed = parsed(pattern, escape);
    return matches(text, parsed.codes(), parsed.length());
  }

  public static @Nullable Boolean matches(@Nullable String text, @Nullable String pattern) {
    return matches(text, pattern, "");
  }

  private static boolean matches(String text, int[] pattern, int length) {
    int at = 0;
    int part = 0;
    int behindAny = -1;
    int retryAt = 0;
    while (at < text.length()) {
      if (part < length && pattern[part] == ANY) {
        behindAny = ++part;
        retryAt = at;
        continue;
      }
      int c = text.codePointAt(at);
      if (part < length && (pattern[part] == ONE || pattern[part] == c)) {
        at += Character.charCount(c);
        part++;
      } else if (behindAny >= 0) {
        retryAt += Character.charCount(text.codePointAt(retryAt));
        at = retryAt;
        part = behindAny;
      } else {
        return false;
      }
    }
    while (part < length && pattern[part] == ANY) {
      part++;
    }
    return part == length;
  }

  private static final int ANY = -1;
  private static final int ONE = -2;
  private static final int NONE = -3;

  /** A pattern's characters, and its signs as numbers that no character has. */
  private record Parsed(int[] codes, int length) {}

  private static Parsed parsed(String pattern, String escape) {
    if (escape.codePointCount(0, escape.length()) > 1) {
      throw new BadValueException("ESCAPE takes one character, not '" + escape + "'");
    }
    int mark = escape.isEmpty() ? Integer.MIN_VALUE : escape.codePointAt(0);
    int[] codes = new int[pattern.length()];
    int length = 0;
    for (int i = 0; i < pattern.length(); ) {
      int c = pattern.codePointAt(i);
      i += Character.charCount(c);
      if (c == mark) {
        int next = i < pattern.length() ? pattern.codePointAt(i) : NONE;
        if (next != '%' && next != '_' && next != mark) {
          throw new BadValueException(
              "in '" + pattern + "' " + escape + " stands neither before _ nor % nor itself");
        }
        codes[length++] = next;
        i += Character.charCount(next);
      } else {
        codes[length++] = c == '%' ? ANY : c == '_' ? ONE : c;
      }
    }
    return new Parsed(codes, length);
  }
}
