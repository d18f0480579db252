package io.lakebeam.spec.secret;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The language of references: a dollar sign and a name in braces (with dots, as SQL files of Delta
 * Live Tables have them), the same with {@code :-default} of up to 1000 characters without braces
 * behind the name, and two dollar signs for an opening that is meant as it stands.
 */
public final class References {
  private static final Pattern REFERENCE =
      Pattern.compile(
          "(?<escape>\\$\\$\\{)|\\$\\{(?<name>[A-Za-z_][A-Za-z0-9_.]{0,199}+)(:-(?<default>[^{}]{0,1000}+))?\\}"
              + "|(?<broken>\\$\\{)");

  private References() {}

  /**
   * One reference of a text.
   *
   * @param name empty when what follows the opening brace is no name
   * @param offset in UTF-16 units
   * @param length of the reference in the text
   */
  public record Reference(
      Optional<String> name, Optional<String> otherwise, int offset, int length) {}

  /** Every reference, escaped ones left out. */
  public static List<Reference> in(String text) {
    List<Reference> references = new ArrayList<>();
    Matcher matcher = REFERENCE.matcher(text);
    while (matcher.find()) {
      if (matcher.group("escape") == null) {
        references.add(
            new Reference(
                Optional.ofNullable(matcher.group("name")),
                Optional.ofNullable(matcher.group("default")),
                matcher.start(),
                matcher.end() - matcher.start()));
      }
    }
    return references;
  }

  /** The text with every reference replaced and every escape undone. */
  public static String replace(String text, Function<Reference, String> value) {
    if (text.indexOf("${") < 0) {
      return text;
    }
    StringBuilder replaced = new StringBuilder();
    Matcher matcher = REFERENCE.matcher(text);
    int end = 0;
    while (matcher.find()) {
      replaced.append(text, end, matcher.start());
      end = matcher.end();
      if (matcher.group("escape") != null) {
        replaced.append("${");
      } else {
        replaced.append(
            value.apply(
                new Reference(
                    Optional.ofNullable(matcher.group("name")),
                    Optional.ofNullable(matcher.group("default")),
                    matcher.start(),
                    end - matcher.start())));
      }
    }
    return replaced.append(text, end, text.length()).toString();
  }
}
