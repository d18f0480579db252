package io.lakebeam.spec.secret;

import io.lakebeam.spec.source.KafkaReader;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Tells secrets that are written out from references to them, and blacks them out. */
public final class LiteralSecrets {
  /**
   * Settings whose value is a secret as a whole, or holds one. As they begin nowhere in particular,
   * what stands before these words does not matter, and is not looked at: every pattern here takes
   * a text in a single pass.
   */
  private static final String NAMES =
      "(?:(?:password|passwd|secret|credential|connection_string|jaas)[\\w.-]*+|[\\w-]\\.key"
          + "|account_key|access_key|api_key|\\bsas|session[_.]token"
          + "|fs\\.azure\\.account\\.key(?:\\.[\\w.-]*+)?"
          + "|fs\\.azure\\.sas\\.fixed\\.token[\\w.-]*+)";

  private static final Pattern WHOLE_SECRET =
      Pattern.compile(
          "(?is).*(password|passwd|secret|credential(?!s?\\.provider)).*|.+\\.key"
              + "|account_key|access_key|api_key|sas|session_token|fs\\.azure\\.account\\.key(\\..*)?"
              + "|fs\\.azure\\.sas\\.fixed\\.token.*|fs\\.s3a\\..*session\\.token");

  /** Secrets inside a text: {@code SharedAccessKey=...}, {@code password="..."}. */
  private static final Pattern SECRET_INSIDE =
      Pattern.compile(
          "(?i)((?:SharedAccessKey|AccountKey|SharedAccessSignature|password|secret)"
              + "\\s*+=\\s*+)(\"[^\"]*+\"?|'[^']*+'?|[^\\s;\"']++)");

  /** A line of a YAML file whose key holds a secret. */
  private static final Pattern SECRET_LINE =
      Pattern.compile("(?i)(" + NAMES + "[\"']?\\s*+:\\s*+)(\\S.*+)");

  /** A line of a YAML file behind which a secret stands on lines of its own. */
  private static final Pattern SECRET_OPENING = Pattern.compile("(?i)" + NAMES + "[\"']?\\s*+:");

  private static final Pattern YAML_SIGNS = Pattern.compile("[\"'}\\],\\s]");

  private LiteralSecrets() {}

  /** True when a setting holds a secret that is written out instead of being referenced. */
  public static boolean isLiteral(String key, String value) {
    if (value.isBlank()) {
      return false;
    }
    if (holdsLiteral(value)) {
      return true;
    }
    if (WHOLE_SECRET.matcher(key).matches()) {
      return !isReferenceOnly(value);
    }
    boolean refers = References.in(value).stream().anyMatch(r -> r.name().isPresent());
    return key.equals(KafkaReader.CONNECTION_STRING) && (!refers || hasDefault(value));
  }

  /** True when the lines that are indented below this one belong to a secret. */
  public static boolean opensSecret(String line) {
    return SECRET_OPENING.matcher(line).find();
  }

  private static boolean holdsLiteral(String value) {
    Matcher matcher = SECRET_INSIDE.matcher(value);
    while (matcher.find()) {
      String secret = YAML_SIGNS.matcher(matcher.group(2)).replaceAll("");
      if (!secret.isEmpty() && !secret.startsWith("${")) {
        return true;
      }
    }
    return References.in(value).stream()
        .flatMap(reference -> reference.otherwise().stream())
        .anyMatch(LiteralSecrets::holdsLiteral);
  }

  private static boolean hasDefault(String value) {
    return References.in(value).stream()
        .anyMatch(reference -> !reference.otherwise().orElse("").isBlank());
  }

  /**
   * The text with every secret that is written out replaced by stars; for lines of a user's file
   * and values that a message repeats. References stay readable.
   */
  public static String masked(String text) {
    return mask(SECRET_LINE, mask(SECRET_INSIDE, text));
  }

  private static String mask(Pattern pattern, String text) {
    return pattern
        .matcher(text)
        .replaceAll(
            found -> {
              String value = found.group(2);
              String shown = isReferenceOnly(value) ? value : "****";
              return Matcher.quoteReplacement(found.group(1) + shown);
            });
  }

  private static boolean isReferenceOnly(String value) {
    String written = References.replace(value, reference -> "");
    return !hasDefault(value) && YAML_SIGNS.matcher(written).replaceAll("").isEmpty();
  }
}
