package io.lakebeam.sink;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.http.Answers;
import io.lakebeam.spec.SinkSpec;
import io.lakebeam.spec.secret.KnownSecrets;
import io.lakebeam.spec.secret.SecretText;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Clock;
import java.time.Duration;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Sends POST requests that are signed and named as "Standard Webhooks" (standardwebhooks.com,
 * specification 1.0.0) says: one that is sent again has the same {@code webhook-id}.
 */
public final class WebhookClient {
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);
  private static final String SECRET_PREFIX = "whsec_";

  /** Of what the same request may be taken later: too slow, too early, too often. */
  private static final Set<Integer> LATER = Set.of(408, 425, 429);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(10))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final String name;
  private final SecretText url;
  private final Optional<SecretText> secret;
  private final Function<SecretText, String> resolve;
  private final Clock clock;

  /**
   * @param name of the sink or notification, for what is told
   * @param secret that requests are signed with; empty for none
   * @param resolve the value of a setting
   */
  public WebhookClient(
      String name,
      SecretText url,
      Optional<SecretText> secret,
      Function<SecretText, String> resolve,
      Clock clock) {
    this.name = name;
    this.url = url;
    this.secret = secret;
    this.resolve = resolve;
    this.clock = clock;
  }

  /**
   * Sends a request; when this returns, it has arrived.
   *
   * @param id the same when the request is sent again
   * @param body JSON in UTF-8
   * @throws SinkException when it has not arrived, as far as is known
   */
  public void post(String id, byte[] body) {
    long now = clock.instant().getEpochSecond();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(address())
            .timeout(ANSWERS_WITHIN)
            .header("Content-Type", "application/json")
            .header("User-Agent", "lakebeam")
            .header("webhook-id", id)
            .header("webhook-timestamp", Long.toString(now))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    secret.ifPresent(key -> request.header("webhook-signature", signature(key, id, now, body)));
    HttpResponse<String> answer;
    try {
      answer = Answers.take(client, request.build());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable("the run is being stopped");
    } catch (IOException e) {
      throw unreachable(
          e.getMessage() == null
              ? "no connection (" + e.getClass().getSimpleName() + ")"
              : e.getMessage());
    }
    require(answer.statusCode());
  }

  private URI address() {
    String address = resolve.apply(url);
    if (!address.equals(url.reference())) {
      KnownSecrets.remember(address, url.reference());
    }
    try {
      if (SinkSpec.isSafe(address)) {
        return URI.create(address);
      }
    } catch (IllegalArgumentException e) {
      System.getLogger(WebhookClient.class.getName()).log(System.Logger.Level.DEBUG, "no URL", e);
    }
    throw SinkException.permanent(
        name,
        Problem.of(
            ErrorCode.SINK_FAILED,
            url + " is no https URL",
            "what is sent, and its signature, travel over it; http is for this machine only",
            "set it to the URL of the webhook"));
  }

  private void require(int status) {
    if (status >= 200 && status < 300) {
      return;
    }
    String said = "it answers with HTTP status " + status;
    if (status >= 500 || LATER.contains(status)) {
      throw unreachable(said);
    }
    boolean isDenied = status == 401 || status == 403;
    throw SinkException.permanent(
        name,
        Problem.of(
            isDenied ? ErrorCode.SINK_DENIED : ErrorCode.SINK_FAILED,
            url + (isDenied ? " refuses the sender" : " does not take what is sent"),
            said + (status < 400 ? ", and redirects are not followed" : ""),
            isDenied
                ? "see whether the URL and the secret are the webhook's"
                : "see whether the URL is the webhook's, and what the server says of it"));
  }

  private SinkException unreachable(String said) {
    return SinkException.retryable(
        name,
        Problem.of(
            ErrorCode.SINK_UNREACHABLE,
            url + " does not take anything now",
            said,
            "see whether the server is up"));
  }

  private String signature(SecretText reference, String id, long timestamp, byte[] body) {
    String secretText = resolve.apply(reference);
    try {
      byte[] key =
          secretText.startsWith(SECRET_PREFIX)
              ? Base64.getDecoder().decode(secretText.substring(SECRET_PREFIX.length()))
              : secretText.getBytes(StandardCharsets.UTF_8);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (IllegalArgumentException e) {
      throw SinkException.permanent(
          name,
          Problem.of(
              ErrorCode.SINK_FAILED,
              reference + " is no secret that requests can be signed with",
              "it is empty, or what follows " + SECRET_PREFIX + " is no Base64",
              "set it to the secret of the webhook"));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
