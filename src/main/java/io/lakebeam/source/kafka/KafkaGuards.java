package io.lakebeam.source.kafka;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * What Kafka's clients are kept from in this JVM, whatever settings they are given: system
 * properties of their own, each set unless the user has set it.
 */
final class KafkaGuards {
  private static final String PROVIDERS = "org.apache.kafka.automatic.config.providers";
  private static final String LOGIN_MODULES = "org.apache.kafka.disallowed.login.modules";
  private static final String TOKEN_URLS = "org.apache.kafka.sasl.oauthbearer.allowed.urls";

  /** The settings whose values must be among the allowed URLs. */
  private static final List<String> URLS =
      List.of("sasl.oauthbearer.token.endpoint.url", "sasl.oauthbearer.jwks.endpoint.url");

  private static final Set<String> ALLOWED = new LinkedHashSet<>();
  private static boolean isOurs;

  private KafkaGuards() {}

  /** Makes sure of them; doing it again changes nothing. */
  static synchronized void raise() {
    // No setting is looked up in a file, the environment or by a class that a setting names.
    setUnlessSaid(PROVIDERS, "none");
    setUnlessSaid(
        LOGIN_MODULES,
        "com.sun.security.auth.module.JndiLoginModule,"
            + "com.sun.security.auth.module.LdapLoginModule");
    isOurs |= setUnlessSaid(TOKEN_URLS, "");
  }

  /** Lets clients ask for tokens where a pipeline says that is trusted as a program would be. */
  static synchronized void allow(String setting, String value) {
    if (isOurs && URLS.contains(setting) && ALLOWED.add(value)) {
      System.setProperty(TOKEN_URLS, String.join(",", ALLOWED));
    }
  }

  private static boolean setUnlessSaid(String property, String value) {
    boolean isUnsaid = System.getProperty(property) == null;
    if (isUnsaid) {
      System.setProperty(property, value);
    }
    return isUnsaid;
  }
}
