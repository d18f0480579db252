package io.lakebeam.spec.secret;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The secrets that this JVM has resolved, to be taken out of all that it says, whoever says it: a
 * library's log, a broker's error, a stack trace. Texts that were told before a secret was resolved
 * cannot hold it. Thread-safe.
 *
 * <p>What is shorter than four characters, a short number, true or false is no secret that can be
 * told from other text, and stays.
 */
public final class KnownSecrets {
  private static final int SHORTEST = 4;
  private static final int SHORTEST_NUMBER = 8;

  /** A line of a key that stands on many. */
  private static final int SHORTEST_LINE = 20;

  private static final Map<String, String> SHOWN = new ConcurrentHashMap<>();
  private static volatile List<Map.Entry<String, String>> longestFirst = List.of();

  private KnownSecrets() {}

  /**
   * Knows a secret from now on, also as it stands in URLs, Base64, JSON and JAAS.
   *
   * @param shown in its place, such as the reference that it was written as
   */
  public static void remember(String secret, String shown) {
    if (!isOne(secret) || SHOWN.containsKey(secret)) {
      return;
    }
    byte[] bytes = secret.getBytes(StandardCharsets.UTF_8);
    SHOWN.putIfAbsent(URLEncoder.encode(secret, StandardCharsets.UTF_8), shown);
    SHOWN.putIfAbsent(Base64.getEncoder().withoutPadding().encodeToString(bytes), shown);
    SHOWN.putIfAbsent(secret.replace("\\", "\\\\").replace("\"", "\\\""), shown);
    SHOWN.putIfAbsent(secret.strip(), shown);
    if (secret.indexOf('\n') >= 0) {
      secret
          .lines()
          .map(String::strip)
          .filter(line -> line.length() >= SHORTEST_LINE && !line.startsWith("-----"))
          .forEach(line -> SHOWN.putIfAbsent(line, shown));
    }
    SHOWN.put(secret, shown);
    longestFirst =
        SHOWN.entrySet().stream()
            .sorted(Comparator.comparingInt(entry -> -entry.getKey().length()))
            .toList();
  }

  private static boolean isOne(String text) {
    boolean isNumber = text.chars().allMatch(c -> c >= '0' && c <= '9');
    return text.strip().length() >= (isNumber ? SHORTEST_NUMBER : SHORTEST)
        && !text.equalsIgnoreCase("true")
        && !text.equalsIgnoreCase("false");
  }

  /** A text with what is shown in place of each secret in it; null stays null. */
  public static String masked(String text) {
    if (text == null) {
      return null;
    }
    String masked = text;
    for (Map.Entry<String, String> secret : longestFirst) {
      masked = masked.replace(secret.getKey(), secret.getValue());
    }
    return masked;
  }
}
