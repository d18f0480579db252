package io.lakebeam.source.kafka;

import java.util.Set;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;

/**
 * An access token as Kafka's login takes it; its printed form leaves the token out. Times are
 * milliseconds since 1970.
 *
 * @param startTimeMs when it was got, by this machine's clock
 * @param lifetimeMs when it expires, by this machine's clock
 */
record EntraToken(
    String value, Set<String> scope, long lifetimeMs, String principalName, Long startTimeMs)
    implements OAuthBearerToken {
  EntraToken {
    scope = Set.copyOf(scope);
  }

  /**
   * Until when it is handed out again. Kafka asks for a new one after at least four fifths of a
   * token's life (sasl.login.refresh.window.factor) and must not get the old one then.
   */
  long freshUntil() {
    return startTimeMs + (lifetimeMs - startTimeMs) * 3 / 4;
  }

  @Override
  public String toString() {
    return "token of " + principalName;
  }
}
