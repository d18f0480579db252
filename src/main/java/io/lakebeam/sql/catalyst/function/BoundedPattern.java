package io.lakebeam.sql.catalyst.function;

import io.lakebeam.graph.Limits;
import java.io.Serializable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Stands for {@link Pattern} in Catalyst's expressions, and in the Java that they generate: the
 * same expressions, but the search of one that goes back and forth on a text for ever ends with an
 * error. The build exchanges the two (src/catalyst/relocation.txt).
 */
public final class BoundedPattern implements Serializable {
  private static final int SHOWN_CHARACTERS = 100;

  private final Pattern pattern;

  private BoundedPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /** As {@link Pattern#compile(String)}. */
  public static BoundedPattern compile(String regex) {
    return new BoundedPattern(Pattern.compile(regex));
  }

  /** As {@link Pattern#compile(String, int)}. */
  public static BoundedPattern compile(String regex, int flags) {
    return new BoundedPattern(Pattern.compile(regex, flags));
  }

  /** As {@link Pattern#quote}. */
  public static String quote(String text) {
    return Pattern.quote(text);
  }

  /**
   * A matcher whose searches end.
   *
   * @return one that throws an {@link IllegalArgumentException} when it has looked at the text too
   *     often
   */
  public Matcher matcher(CharSequence text) {
    return pattern.matcher(new CountedText(text.toString()));
  }

  /** As {@link Pattern#pattern}. */
  public String pattern() {
    return pattern.pattern();
  }

  @Override
  public String toString() {
    return pattern.toString();
  }

  private String shown() {
    String regex = pattern.pattern();
    return regex.length() <= SHOWN_CHARACTERS ? regex : regex.substring(0, SHOWN_CHARACTERS) + "…";
  }

  /** Counts how often the expression looks at the text. */
  private final class CountedText implements CharSequence {
    private final String text;
    private long left;

    CountedText(String text) {
      this.text = text;
      this.left = Limits.PATTERN_STEPS + Limits.PATTERN_STEPS_A_CHARACTER * text.length();
    }

    @Override
    public char charAt(int index) {
      if (--left < 0) {
        throw new IllegalArgumentException(
            "the regular expression '"
                + shown()
                + "' takes too many steps on a text of "
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
}
