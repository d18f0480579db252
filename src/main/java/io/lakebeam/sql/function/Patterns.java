package io.lakebeam.sql.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** Regular expressions, in Java's syntax; each pattern is compiled once a process. */
public final class Patterns {
  // Patterns are nearly always literals; the bound only stops a column of patterns from piling up.
  private static final int CACHED = 1000;
  private static final Map<String, Pattern> PATTERNS = new ConcurrentHashMap<>();

  private Patterns() {}

  private static Pattern pattern(String regex) {
    Pattern pattern = PATTERNS.get(regex);
    if (pattern == null) {
      try {
        pattern = Pattern.compile(regex);
      } catch (PatternSyntaxException e) {
        throw new BadValueException(
            BadValueException.quote(regex) + " is no regular expression: " + e.getDescription());
      }
      if (PATTERNS.size() >= CACHED) {
        PATTERNS.clear();
      }
      PATTERNS.put(regex, pattern);
    }
    return pattern;
  }

  /** Of a search that ends, whatever text and expression are. */
  private static Matcher matcher(String text, String regex) {
    Pattern pattern = pattern(regex);
    return pattern.matcher(new CountedText(text, pattern));
  }

  /** True when the expression is found anywhere in the text. */
  public static Boolean like(String text, String regex) {
    return (text == null || regex == null) ? null : (Boolean) matcher(text, regex).find();
  }

  public static String replace(String text, String regex, String replacement) {
    return replace(text, regex, replacement, 1);
  }

  /** All matches from the position on; {@code $1} is the first group. */
  public static String replace(String text, String regex, String replacement, Integer position) {
    if (text == null || regex == null || replacement == null || position == null) {
      return null;
    }
    if (position < 1) {
      throw new BadValueException("REGEXP_REPLACE: the position is counted from 1");
    }
    if (position - 1 >= text.length() && position != 1) {
      return text;
    }
    Matcher matcher = matcher(text, regex);
    matcher.region(position - 1, text.length());
    StringBuilder result = new StringBuilder();
    try {
      while (matcher.find()) {
        matcher.appendReplacement(result, replacement);
        Bounds.growing("REGEXP_REPLACE", result);
      }
    } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
      throw new BadValueException(
          "REGEXP_REPLACE: " + BadValueException.quote(replacement) + ": " + e.getMessage());
    }
    return matcher.appendTail(result).toString();
  }

  public static String extract(String text, String regex) {
    return extract(text, regex, 1);
  }

  /** A group of the first match; empty when nothing matches or the group takes no part. */
  public static String extract(String text, String regex, Integer group) {
    if (text == null || regex == null || group == null) {
      return null;
    }
    Matcher matcher = matcher(text, regex);
    if (!matcher.find()) {
      return "";
    }
    checkGroup("REGEXP_EXTRACT", matcher, group);
    String found = matcher.group(group);
    return found == null ? "" : found;
  }

  public static List<String> extractAll(String text, String regex) {
    return extractAll(text, regex, 1);
  }

  public static List<String> extractAll(String text, String regex, Integer group) {
    if (text == null || regex == null || group == null) {
      return null;
    }
    Matcher matcher = matcher(text, regex);
    List<String> all = new ArrayList<>();
    while (matcher.find()) {
      checkGroup("REGEXP_EXTRACT_ALL", matcher, group);
      String found = matcher.group(group);
      all.add(found == null ? "" : found);
      Bounds.elements("REGEXP_EXTRACT_ALL", all.size());
    }
    return all;
  }

  /**
   * Looks for a group in a pattern.
   *
   * @throws BadValueException when the pattern has no such group
   */
  public static void checkGroup(String function, String regex, int group) {
    checkGroup(function, pattern(regex).matcher(""), group);
  }

  private static void checkGroup(String function, Matcher matcher, int group) {
    if (group < 0 || group > matcher.groupCount()) {
      throw new BadValueException(
          function
              + ": group "
              + group
              + " asked for, but "
              + BadValueException.quote(matcher.pattern().pattern())
              + " has "
              + matcher.groupCount());
    }
  }

  public static Integer count(String text, String regex) {
    if (text == null || regex == null) {
      return null;
    }
    Matcher matcher = matcher(text, regex);
    int count = 0;
    while (matcher.find()) {
      count++;
    }
    return count;
  }

  /** The first match; NULL when there is none. */
  public static String substring(String text, String regex) {
    if (text == null || regex == null) {
      return null;
    }
    Matcher matcher = matcher(text, regex);
    return matcher.find() ? matcher.group() : null;
  }

  /** The position of the first match, 0 when there is none. */
  public static Integer position(String text, String regex) {
    if (text == null || regex == null) {
      return null;
    }
    Matcher matcher = matcher(text, regex);
    return matcher.find() ? matcher.start() + 1 : 0;
  }

  public static List<String> split(String text, String regex) {
    return split(text, regex, -1);
  }

  /** At most that many parts, all of them when the limit is not positive. */
  public static List<String> split(String text, String regex, Integer limit) {
    if (text == null || regex == null || limit == null) {
      return null;
    }
    if (regex.isEmpty()) {
      return characters(text, limit);
    }
    Matcher matcher = matcher(text, regex);
    List<String> parts = new ArrayList<>();
    int start = 0;
    while ((limit <= 0 || parts.size() < limit - 1) && matcher.find()) {
      // As Java has it: nothing before the text is no part, when nothing is found there.
      if (matcher.end() > 0) {
        parts.add(text.substring(start, matcher.start()));
        start = matcher.end();
        Bounds.elements("SPLIT", parts.size());
      }
    }
    parts.add(text.substring(start));
    return parts;
  }

  private static List<String> characters(String text, int limit) {
    Bounds.elements("SPLIT", text.codePointCount(0, text.length()));
    List<String> all = new ArrayList<>();
    text.codePoints().forEach(c -> all.add(Character.toString(c)));
    if (all.isEmpty()) {
      all.add("");
    }
    return limit > 0 && limit < all.size() ? all.subList(0, limit) : all;
  }
}
