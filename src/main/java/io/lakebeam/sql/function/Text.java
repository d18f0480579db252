package io.lakebeam.sql.function;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Strings; positions and lengths count code points, starting at 1. */
public final class Text {
  private Text() {}

  public static Integer length(Object value) {
    if (value == null) {
      return null;
    }
    return value instanceof String
        ? ((String) value).codePointCount(0, ((String) value).length())
        : Conversions.bytes(value).length;
  }

  public static String upper(String text) {
    return text == null ? null : text.toUpperCase(Locale.ROOT);
  }

  public static String lower(String text) {
    return text == null ? null : text.toLowerCase(Locale.ROOT);
  }

  /** The first letter of each word, words being parted by blanks, in upper case, others lower. */
  public static String initcap(String text) {
    if (text == null) {
      return null;
    }
    StringBuilder words = new StringBuilder(text.length());
    boolean first = true;
    for (int c : lower(text).codePoints().toArray()) {
      words.appendCodePoint(first ? Character.toTitleCase(c) : c);
      first = c == ' ';
    }
    return words.toString();
  }

  /** NULL when any part is. */
  public static String concat(Object... parts) {
    StringBuilder all = new StringBuilder();
    for (Object part : parts) {
      if (part == null) {
        return null;
      }
      all.append(part);
      Bounds.growing("CONCAT", all);
    }
    return all.toString();
  }

  /** Skips NULL parts; arrays of strings are parts one by one. */
  public static String concatWs(Object... separatorAndParts) {
    if (separatorAndParts[0] == null) {
      return null;
    }
    List<String> parts = new ArrayList<>();
    for (int i = 1; i < separatorAndParts.length; i++) {
      if (separatorAndParts[i] instanceof List) {
        for (Object element : (List<?>) separatorAndParts[i]) {
          if (element != null) {
            parts.add(Conversions.text(element));
          }
        }
      } else if (separatorAndParts[i] != null) {
        parts.add((String) separatorAndParts[i]);
      }
    }
    String separator = (String) separatorAndParts[0];
    long length = parts.stream().mapToLong(String::length).sum();
    Bounds.text("CONCAT_WS", length + (long) separator.length() * Math.max(0, parts.size() - 1));
    return String.join(separator, parts);
  }

  public static String substring(String text, Integer position) {
    return substring(text, position, Integer.MAX_VALUE);
  }

  /** A negative position counts from the end; 0 is as good as 1. */
  public static String substring(String text, Integer position, Integer length) {
    if (text == null || position == null || length == null) {
      return null;
    }
    int count = text.codePointCount(0, text.length());
    long start = position > 0 ? position - 1L : position < 0 ? (long) count + position : 0;
    long end = Math.min(start + length, count);
    start = Math.max(start, 0);
    if (end <= start) {
      return "";
    }
    int from = text.offsetByCodePoints(0, (int) start);
    return text.substring(from, text.offsetByCodePoints(from, (int) (end - start)));
  }

  public static String left(String text, Integer length) {
    return length == null ? null : substring(text, 1, Math.max(length, 0));
  }

  public static String right(String text, Integer length) {
    if (text == null || length == null) {
      return null;
    }
    return length <= 0 ? "" : substring(text, -length);
  }

  /** The position of the first occurrence, 0 when there is none. */
  public static Integer instr(String text, String part) {
    if (text == null || part == null) {
      return null;
    }
    int at = text.indexOf(part);
    return at < 0 ? 0 : text.codePointCount(0, at) + 1;
  }

  public static Integer locate(String part, String text) {
    return instr(text, part);
  }

  /** Searches from a position on; 0 when that is below 1. */
  public static Integer locate(String part, String text, Integer position) {
    if (position == null) {
      return 0;
    }
    if (text == null || part == null) {
      return null;
    }
    int count = text.codePointCount(0, text.length());
    if (position < 1 || position - 1 > count) {
      return 0;
    }
    int at = text.indexOf(part, text.offsetByCodePoints(0, position - 1));
    return at < 0 ? 0 : text.codePointCount(0, at) + 1;
  }

  public static String trim(String text) {
    return trim(" ", text);
  }

  public static String ltrim(String text) {
    return ltrim(" ", text);
  }

  public static String rtrim(String text) {
    return rtrim(" ", text);
  }

  public static String trim(String characters, String text) {
    return ltrim(characters, rtrim(characters, text));
  }

  /** Without any of the characters at its start. */
  public static String ltrim(String characters, String text) {
    if (characters == null || text == null) {
      return null;
    }
    Bounds.pairs("LTRIM", text.length(), characters.length());
    int start = 0;
    while (start < text.length() && characters.indexOf(text.codePointAt(start)) >= 0) {
      start += Character.charCount(text.codePointAt(start));
    }
    return text.substring(start);
  }

  /** Without any of the characters at its end. */
  public static String rtrim(String characters, String text) {
    if (characters == null || text == null) {
      return null;
    }
    Bounds.pairs("RTRIM", text.length(), characters.length());
    int end = text.length();
    while (end > 0 && characters.indexOf(text.codePointBefore(end)) >= 0) {
      end -= Character.charCount(text.codePointBefore(end));
    }
    return text.substring(0, end);
  }

  public static String btrim(String text) {
    return trim(text);
  }

  public static String btrim(String text, String characters) {
    return trim(characters, text);
  }

  public static String lpad(String text, Integer length) {
    return lpad(text, length, " ");
  }

  public static String rpad(String text, Integer length) {
    return rpad(text, length, " ");
  }

  /** Cut to the length when longer; never padded with nothing. */
  public static String lpad(String text, Integer length, String pad) {
    String padding = padding("LPAD", text, length, pad);
    return padding == null ? null : padding + left(text, length);
  }

  public static String rpad(String text, Integer length, String pad) {
    String padding = padding("RPAD", text, length, pad);
    return padding == null ? null : left(text, length) + padding;
  }

  private static String padding(String function, String text, Integer length, String pad) {
    if (text == null || length == null || pad == null) {
      return null;
    }
    int missing = Math.max(length, 0) - length(text);
    int step = length(pad);
    if (missing > 0 && step > 0) {
      Bounds.text(function, (long) missing / step * pad.length() + text.length());
    }
    return missing <= 0 || step == 0 ? "" : pad.repeat(missing / step) + left(pad, missing % step);
  }

  public static String repeat(String text, Integer times) {
    if (text == null || times == null) {
      return null;
    }
    Bounds.text("REPEAT", (long) text.length() * Math.max(times, 0));
    return text.repeat(Math.max(times, 0));
  }

  public static String space(Integer times) {
    return repeat(" ", times);
  }

  public static String reverse(String text) {
    return text == null ? null : new StringBuilder(text).reverse().toString();
  }

  public static String replace(String text, String part) {
    return replace(text, part, "");
  }

  public static String replace(String text, String part, String by) {
    if (text == null || part == null || by == null) {
      return null;
    }
    if (part.isEmpty()) {
      return text;
    }
    if (by.length() > part.length()) {
      Bounds.text("REPLACE", replacedLength(text, part, by));
    }
    return text.replace(part, by);
  }

  private static long replacedLength(String text, String part, String by) {
    long length = text.length();
    for (int at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length())) {
      length += by.length() - part.length();
    }
    return length;
  }

  /** Characters of the second string by those of the third at the same place, or by nothing. */
  public static String translate(String text, String from, String to) {
    if (text == null || from == null || to == null) {
      return null;
    }
    StringBuilder result = new StringBuilder(text.length());
    Bounds.pairs("TRANSLATE", text.length(), from.length());
    int[] replacements = to.codePoints().toArray();
    int[] originals = from.codePoints().toArray();
    text.codePoints()
        .forEach(
            c -> {
              int at = 0;
              while (at < originals.length && originals[at] != c) {
                at++;
              }
              if (at == originals.length) {
                result.appendCodePoint(c);
              } else if (at < replacements.length) {
                result.appendCodePoint(replacements[at]);
              }
            });
    return result.toString();
  }

  public static Boolean startsWith(String text, String part) {
    return (text == null || part == null) ? null : (Boolean) text.startsWith(part);
  }

  public static Boolean endsWith(String text, String part) {
    return (text == null || part == null) ? null : (Boolean) text.endsWith(part);
  }

  public static Boolean contains(String text, String part) {
    return (text == null || part == null) ? null : (Boolean) text.contains(part);
  }

  /**
   * The n-th part between delimiters, from 1, or from the end when negative; empty when there is no
   * such part.
   *
   * @throws BadValueException when n is 0, as in Spark
   */
  public static String splitPart(String text, String delimiter, Integer n) {
    if (text == null || delimiter == null || n == null) {
      return null;
    }
    if (n == 0) {
      throw new BadValueException("SPLIT_PART: parts are counted from 1 or, backwards, from -1");
    }
    List<String> parts = delimiter.isEmpty() ? List.of(text) : parts(text, delimiter);
    int at = n > 0 ? n - 1 : parts.size() + n;
    return at < 0 || at >= parts.size() ? "" : parts.get(at);
  }

  /** Up to the n-th delimiter; from the n-th last one on when n is negative. */
  public static String substringIndex(String text, String delimiter, Integer n) {
    if (text == null || delimiter == null || n == null) {
      return null;
    }
    if (n == 0 || delimiter.isEmpty()) {
      return "";
    }
    int at = n > 0 ? -1 : text.length();
    for (int i = Math.abs(n); i > 0; i--) {
      at = n > 0 ? text.indexOf(delimiter, at + 1) : text.lastIndexOf(delimiter, at - 1);
      if (at < 0) {
        return text;
      }
    }
    return n > 0 ? text.substring(0, at) : text.substring(at + delimiter.length());
  }

  private static List<String> parts(String text, String delimiter) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int at; (at = text.indexOf(delimiter, start)) >= 0; start = at + delimiter.length()) {
      parts.add(text.substring(start, at));
      Bounds.elements("SPLIT_PART", parts.size());
    }
    parts.add(text.substring(start));
    return parts;
  }

  /** The code point of the first character; 0 for an empty string. */
  public static Integer ascii(String text) {
    return text == null ? null : (Integer) (text.isEmpty() ? 0 : text.codePointAt(0));
  }

  public static String chr(Long code) {
    if (code == null) {
      return null;
    }
    return code < 0 ? "" : String.valueOf((char) (code & 0xFF));
  }

  public static Integer levenshtein(String left, String right) {
    if (left == null || right == null) {
      return null;
    }
    Bounds.pairs("LEVENSHTEIN", left.length(), right.length());
    int[] a = left.codePoints().toArray();
    int[] b = right.codePoints().toArray();
    int[] row = new int[b.length + 1];
    for (int j = 0; j <= b.length; j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length; i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length; j++) {
        int above = row[j];
        int change = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
        row[j] = Math.min(change, Math.min(above, row[j - 1]) + 1);
        diagonal = above;
      }
    }
    return row[b.length];
  }
}
