package io.lakebeam.sql.function;

import io.lakebeam.graph.Limits;

/** What a function may make of one row's values: one record must not take all memory or time. */
final class Bounds {
  private static final int SHORT = 100;

  private Bounds() {}

  /**
   * Before a text is made.
   *
   * @throws BadValueException when it would be too long
   */
  static void text(String function, long characters) {
    if (characters > Limits.TEXT_CHARACTERS) {
      throw new BadValueException(
          function
              + ": the text would have "
              + characters
              + " characters, "
              + Limits.TEXT_CHARACTERS
              + " is the limit");
    }
  }

  /**
   * While a text is made.
   *
   * @throws BadValueException when it is too long already
   */
  static void growing(String function, StringBuilder text) {
    if (text.length() > Limits.TEXT_CHARACTERS) {
      throw new BadValueException(
          function + ": the text gets longer than " + Limits.TEXT_CHARACTERS + " characters");
    }
  }

  /**
   * While an array is made.
   *
   * @throws BadValueException when it has too many elements already
   */
  static void elements(String function, int elements) {
    if (elements > Limits.ARRAY_ELEMENTS) {
      throw new BadValueException(
          function + ": the array gets longer than " + Limits.ARRAY_ELEMENTS + " elements");
    }
  }

  /**
   * Before each character of a text is compared with each of another; a short one is never too
   * much.
   *
   * @throws BadValueException when that would take too long
   */
  static void pairs(String function, long left, long right) {
    if (Math.min(left, right) > SHORT && left * right > Limits.COMPARED_PAIRS) {
      throw new BadValueException(
          function
              + ": "
              + left
              + " by "
              + right
              + " characters are too many to compare; "
              + Limits.COMPARED_PAIRS
              + " pairs are the limit");
    }
  }
}
