package io.lakebeam.sql.function;

import io.lakebeam.graph.Limits;
import java.util.regex.Pattern;

/**
 * A text that counts how often a regular expression looks at it, and ends the search of one that
 * goes back and forth for ever. For one search.
 */
final class CountedText implements CharSequence {
  private final String text;
  private final Pattern pattern;
  private long left;

  CountedText(String text, Pattern pattern) {
    this.text = text;
    this.pattern = pattern;
    this.left = Limits.PATTERN_STEPS + Limits.PATTERN_STEPS_A_CHARACTER * text.length();
  }

  /**
   * @throws BadValueException when the expression has looked often enough
   */
  @Override
  public char charAt(int index) {
    if (--left < 0) {
      throw new BadValueException(
          "the regular expression "
              + BadValueException.quote(pattern.pattern())
              + " takes too many steps on a text of "
              + text.length()
              + " characters: let its repetitions not overlap, or make them possessive (a*+)");
    }
    return text.charAt(index);
  }

  @Override
  public int length() {
    return text.length();
  }

  /** Not counted: what was found is copied at once. */
  @Override
  public CharSequence subSequence(int start, int end) {
    return text.substring(start, end);
  }

  @Override
  public String toString() {
    return text;
  }
}
