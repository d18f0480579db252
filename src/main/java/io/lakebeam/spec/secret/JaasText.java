package io.lakebeam.spec.secret;

import io.lakebeam.spec.secret.References.Reference;
import java.util.function.Function;

/**
 * A {@code sasl.jaas.config} whose references are resolved one by one: inside of quotes, a value
 * gets the escapes that keep it one value, whatever it holds.
 */
public final class JaasText {
  private JaasText() {}

  /**
   * The text with its secrets.
   *
   * @param resolve the value of a text with one reference
   */
  public static String resolve(SecretText jaas, Function<SecretText, String> resolve) {
    String text = jaas.reference();
    StringBuilder resolved = new StringBuilder();
    int end = 0;
    for (Reference reference : References.in(text)) {
      resolved.append(plain(text.substring(end, reference.offset())));
      end = reference.offset() + reference.length();
      String value = resolve.apply(new SecretText(text.substring(reference.offset(), end)));
      if (isQuoted(resolved)) {
        resolved.append(escaped(value));
      } else if (isWholeValue(resolved, text, end)) {
        resolved.append('"').append(escaped(value)).append('"');
      } else {
        resolved.append(value);
      }
    }
    return resolved.append(plain(text.substring(end))).toString();
  }

  private static String plain(String text) {
    return text.replace("$${", "${");
  }

  /** True when what comes next stands inside of quotes. */
  private static boolean isQuoted(CharSequence before) {
    char quote = 0;
    for (int i = 0; i < before.length(); i++) {
      char c = before.charAt(i);
      if (quote != 0 && c == '\\') {
        i++;
      } else if (c == quote) {
        quote = 0;
      } else if (quote == 0 && (c == '"' || c == '\'')) {
        quote = c;
      }
    }
    return quote != 0;
  }

  private static boolean isWholeValue(CharSequence before, String text, int end) {
    boolean follows = before.length() > 0 && before.charAt(before.length() - 1) == '=';
    boolean ends = end == text.length() || ";\n\t ".indexOf(text.charAt(end)) >= 0;
    return follows && ends;
  }

  /** A value between quotes, as Java's tokenizer, which Kafka reads JAAS with, undoes it. */
  public static String escaped(String value) {
    return value
        .replace("\\", "\\\\")
        .replace("\"", "\\\"")
        .replace("'", "\\'")
        .replace("\n", "\\n")
        .replace("\r", "\\r");
  }
}
