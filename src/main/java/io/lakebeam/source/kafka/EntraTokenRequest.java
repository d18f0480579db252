package io.lakebeam.source.kafka;

import io.lakebeam.spec.EntraSignIn;
import io.lakebeam.spec.secret.SecretText;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a token is asked for with, secret included: never printed, never leaves the process but for
 * the token endpoint.
 *
 * @param endpoint URL of the token endpoint
 * @param clientId empty for a system-assigned identity
 * @param secret empty for a managed identity
 * @param scope what the token is for, ending with {@code /.default}
 */
record EntraTokenRequest(String endpoint, String clientId, Optional<String> secret, String scope) {
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(10);

  /** The version that Microsoft documents for virtual machines. */
  private static final String METADATA_VERSION = "2018-02-01";

  static EntraTokenRequest of(EntraSignIn signIn, Function<SecretText, String> resolve) {
    if (signIn instanceof EntraSignIn.ClientCredentials credentials) {
      return new EntraTokenRequest(
          credentials.authority() + "/" + credentials.tenant() + "/oauth2/v2.0/token",
          credentials.clientId(),
          Optional.of(resolve.apply(credentials.clientSecret())),
          credentials.scope());
    }
    EntraSignIn.ManagedIdentity identity = (EntraSignIn.ManagedIdentity) signIn;
    return new EntraTokenRequest(
        identity.endpoint(), identity.clientId(), Optional.empty(), identity.scope());
  }

  /** Its way through Kafka's JAAS configuration, to {@link #ofOptions}. */
  Map<String, String> options() {
    Map<String, String> options = new LinkedHashMap<>();
    options.put("tokenEndpoint", endpoint);
    options.put("clientId", clientId);
    secret.ifPresent(text -> options.put("clientSecret", text));
    options.put("scope", scope);
    return options;
  }

  static EntraTokenRequest ofOptions(Map<String, ?> options) {
    return new EntraTokenRequest(
        String.valueOf(options.get("tokenEndpoint")),
        String.valueOf(options.get("clientId")),
        Optional.ofNullable((String) options.get("clientSecret")),
        String.valueOf(options.get("scope")));
  }

  /** Who asks, for people. */
  String who() {
    return secret.isPresent()
        ? "the application " + clientId
        : clientId.isEmpty()
            ? "this machine's managed identity"
            : "the managed identity " + clientId;
  }

  /**
   * As Microsoft documents it: "Microsoft identity platform and the OAuth 2.0 client credentials
   * flow" and "How to use managed identities for Azure resources on an Azure VM to acquire an
   * access token".
   */
  HttpRequest http() {
    if (secret.isPresent()) {
      String form =
          "grant_type=client_credentials"
              + ("&client_id=" + encoded(clientId))
              + ("&client_secret=" + encoded(secret.get()))
              + ("&scope=" + encoded(scope));
      return HttpRequest.newBuilder(URI.create(endpoint))
          .timeout(ANSWER_WITHIN)
          .header("Content-Type", "application/x-www-form-urlencoded")
          .POST(HttpRequest.BodyPublishers.ofString(form))
          .build();
    }
    String resource = scope.endsWith("/.default") ? scope.replaceAll("/\\.default$", "") : scope;
    String query =
        "?api-version="
            + METADATA_VERSION
            + ("&resource=" + encoded(resource))
            + (clientId.isEmpty() ? "" : "&client_id=" + encoded(clientId));
    return HttpRequest.newBuilder(URI.create(endpoint + query))
        .timeout(ANSWER_WITHIN)
        .header("Metadata", "true")
        .GET()
        .build();
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  @Override
  public String toString() {
    return "token for " + who();
  }
}
