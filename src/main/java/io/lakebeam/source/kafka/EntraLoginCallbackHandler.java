package io.lakebeam.source.kafka;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.auth.SaslExtensionsCallback;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerTokenCallback;

/**
 * Gives Kafka's OAUTHBEARER login its tokens. Kafka makes it by its name ({@code
 * sasl.login.callback.handler.class}), hence public; it is no API. What it asks with are the
 * options of {@code sasl.jaas.config}.
 */
public final class EntraLoginCallbackHandler implements AuthenticateCallbackHandler {
  private EntraTokenRequest request;

  /** Made by Kafka. */
  public EntraLoginCallbackHandler() {}

  @Override
  public void configure(
      Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
    if (!OAuthBearerLoginModule.OAUTHBEARER_MECHANISM.equals(mechanism) || entries.size() != 1) {
      throw new IllegalArgumentException("one OAUTHBEARER login, not " + mechanism);
    }
    request = EntraTokenRequest.ofOptions(entries.get(0).getOptions());
  }

  @Override
  public void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
    for (Callback callback : callbacks) {
      if (callback instanceof OAuthBearerTokenCallback wanted) {
        try {
          wanted.token(EntraTokens.ofThisProcess().token(request));
        } catch (EntraException e) {
          throw new IOException(e.getMessage());
        }
      } else if (!(callback instanceof SaslExtensionsCallback)) {
        // Event Hubs knows no SASL extensions: there are none to give.
        throw new UnsupportedCallbackException(callback);
      }
    }
  }

  @Override
  public void close() {}
}
