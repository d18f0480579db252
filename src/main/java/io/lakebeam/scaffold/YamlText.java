package io.lakebeam.scaffold;

import io.lakebeam.graph.VisibleText;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Values as YAML has them: plain where that says the same to every reader, else in quotes. */
final class YamlText {
  private static final Pattern PLAIN = Pattern.compile("[A-Za-z][A-Za-z0-9_./-]*");
  private static final Pattern PATH = Pattern.compile("[A-Za-z0-9_./-][A-Za-z0-9_./*-]*");
  private static final Pattern SENTENCE =
      Pattern.compile("[\\p{L}][\\p{L}\\p{N}_./() -]*[\\p{L}\\p{N})]");
  private static final Set<String> WORDS =
      Set.of("true", "false", "yes", "no", "on", "off", "y", "n", "null");

  /** Digits that every reader of numbers keeps. */
  private static final int DIGITS = 15;

  private YamlText() {}

  /** A text as a scalar, which may stand between brackets too. */
  static String of(String text) {
    boolean isPlain =
        (PLAIN.matcher(text).matches() || SENTENCE.matcher(text).matches())
            && !text.contains("  ")
            && !WORDS.contains(text.toLowerCase(Locale.ROOT));
    return isPlain ? text : quoted(text);
  }

  /** A name as a scalar: in quotes unless it is made of letters of every keyboard. */
  static String quotedUnlessPlain(String name) {
    return PLAIN.matcher(name).matches() ? of(name) : quoted(name);
  }

  /** A path as a scalar. */
  static String quotedUnlessPath(String path) {
    return PATH.matcher(path).matches() ? path : quoted(path);
  }

  /** A text between double quotes, on one line. */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    for (int at = 0; at < text.length(); ) {
      int c = text.codePointAt(at);
      String character = Character.toString(c);
      int type = Character.getType(c);
      boolean isHidden =
          !VisibleText.line(character).equals(character)
              || type == Character.UNASSIGNED
              || type == Character.PRIVATE_USE;
      if (c == '"' || c == '\\') {
        quoted.append('\\').append(character);
      } else if (isHidden) {
        for (char unit : character.toCharArray()) {
          quoted.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
        }
      } else {
        quoted.append(character);
      }
      at += Character.charCount(c);
    }
    return quoted.append('"').toString();
  }

  /** A text in which what looks like a reference is none. */
  static String unreferenced(String text) {
    return text.replace("${", "$${");
  }

  /** A text as it may stand behind the # of a comment. */
  static String comment(String text) {
    return VisibleText.line(text);
  }

  /**
   * A value of a row; empty when a test could not give it and find it again.
   *
   * @param value as {@link io.lakebeam.row.JavaValues} has it
   */
  static Optional<String> value(@Nullable Object value) {
    if (value == null) {
      return Optional.of("null");
    }
    if (value instanceof Double || value instanceof Float) {
      double number = ((Number) value).doubleValue();
      return Double.isFinite(number) ? number(new BigDecimal(value.toString())) : Optional.empty();
    }
    if (value instanceof BigDecimal number) {
      return number(number);
    }
    if (value instanceof Number number) {
      return number(BigDecimal.valueOf(number.longValue()));
    }
    if (value instanceof Boolean || value instanceof LocalDate || value instanceof Instant) {
      return Optional.of(value.toString());
    }
    if (value instanceof byte[] bytes) {
      return Optional.of(quoted(Base64.getEncoder().encodeToString(bytes)));
    }
    if (value instanceof List<?> list) {
      List<String> items = new ArrayList<>();
      for (Object item : list) {
        Optional<String> one = value(item);
        if (one.isEmpty()) {
          return Optional.empty();
        }
        items.add(one.get());
      }
      return Optional.of("[" + String.join(", ", items) + "]");
    }
    if (value instanceof Map<?, ?> map) {
      return map(map);
    }
    return Optional.of(of(value.toString()));
  }

  private static Optional<String> map(Map<?, ?> map) {
    List<String> entries = new ArrayList<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      Optional<String> one = value(entry.getValue());
      if (one.isEmpty()) {
        return Optional.empty();
      }
      entries.add(of(String.valueOf(entry.getKey())) + ": " + one.get());
    }
    return Optional.of("{" + String.join(", ", entries) + "}");
  }

  private static Optional<String> number(BigDecimal number) {
    String plain = number.toPlainString();
    return number.precision() <= DIGITS && plain.length() <= DIGITS + 8
        ? Optional.of(plain)
        : Optional.empty();
  }
}
