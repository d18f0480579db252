package io.lakebeam.pipeline;

/** Texts of other people, short enough for a message. */
final class Shortened {
  private Shortened() {}

  /** The text's beginning, cut between characters, and an ellipsis where it goes on. */
  static String of(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end) + "…";
  }
}
