package io.lakebeam.sink;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import io.lakebeam.delta.file.CloseableIterator;
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
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A server that takes rows in POST requests, signed and named as "Standard Webhooks"
 * (standardwebhooks.com, specification 1.0.0) says: a request that is sent again has the same
 * {@code webhook-id}.
 */
final class WebhookTarget implements Target {
  private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(30);
  private static final String SECRET_PREFIX = "whsec_";

  /** Of what the same request may be taken later: too early, too often, too slow. */
  private static final Set<Integer> LATER = Set.of(408, 425, 429);

  private final HttpClient client =
      HttpClient.newBuilder()
          .connectTimeout(Duration.ofSeconds(10))
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final String pipeline;
  private final SinkSpec sink;
  private final SinkSpec.Webhook webhook;
  private final Function<SecretText, String> resolve;
  private final Clock clock;

  WebhookTarget(
      String pipeline,
      SinkSpec sink,
      SinkSpec.Webhook webhook,
      Function<SecretText, String> resolve,
      Clock clock) {
    this.pipeline = pipeline;
    this.sink = sink;
    this.webhook = webhook;
    this.resolve = resolve;
    this.clock = clock;
  }

  @Override
  public long rowsAtOnce() {
    return 1;
  }

  @Override
  public void deliver(List<PostedFile> files) {
    for (PostedFile file : files) {
      try (CloseableIterator<Message> rows = file.rows()) {
        for (long first = 0; rows.hasNext(); first += webhook.rows()) {
          send(file.id(first), body(file, rows));
        }
      }
    }
  }

  private byte[] body(PostedFile file, CloseableIterator<Message> rows) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    ArrayNode some = json.arrayNode();
    while (rows.hasNext() && some.size() < webhook.rows()) {
      Message row = rows.next();
      ObjectNode each = some.addObject().put("id", row.id());
      each.putRawValue("row", new RawValue(new String(row.json(), StandardCharsets.UTF_8)));
    }
    ObjectNode body = json.objectNode();
    body.put("type", "lakebeam.rows").put("timestamp", file.writtenAt().toString());
    body.putObject("data")
        .put("pipeline", pipeline)
        .put("dataset", sink.dataset())
        .set("rows", some);
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void send(String id, byte[] body) {
    String url = resolve.apply(webhook.url());
    if (!isSafe(url)) {
      throw SinkException.permanent(
          sink.name(),
          Problem.of(
              ErrorCode.SINK_FAILED,
              webhook.url() + " is no https URL",
              "rows and their signature travel over it; http is for this machine only",
              "set it to the URL of the webhook"));
    }
    if (!url.equals(webhook.url().reference())) {
      KnownSecrets.remember(url, webhook.url().reference());
    }
    long now = clock.instant().getEpochSecond();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(url))
            .timeout(ANSWERS_WITHIN)
            .header("Content-Type", "application/json")
            .header("User-Agent", "lakebeam")
            .header("webhook-id", id)
            .header("webhook-timestamp", Long.toString(now))
            .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    webhook
        .secret()
        .ifPresent(secret -> request.header("webhook-signature", signature(secret, id, now, body)));
    HttpResponse<String> answer;
    try {
      answer = Answers.take(client, request.build());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable("the run is being stopped");
    } catch (IOException e) {
      String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      throw unreachable(said);
    }
    require(answer.statusCode());
  }

  private static boolean isSafe(String url) {
    return url.matches("https://[^\\s/?#@]+(/\\S*)?")
        || url.matches("http://(localhost|127\\.0\\.0\\.1)(:[0-9]+)?(/\\S*)?");
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
        sink.name(),
        Problem.of(
            isDenied ? ErrorCode.SINK_DENIED : ErrorCode.SINK_FAILED,
            webhook.url() + (isDenied ? " refuses the sender" : " does not take the rows"),
            said + (status < 400 ? ", and redirects are not followed" : ""),
            isDenied
                ? "see whether the URL and the secret are the webhook's"
                : "see whether the URL is the webhook's, and what the server says of it"));
  }

  private SinkException unreachable(String said) {
    return SinkException.retryable(
        sink.name(),
        Problem.of(
            ErrorCode.SINK_UNREACHABLE,
            webhook.url() + " does not take the rows now",
            said,
            "it is tried again; what is not delivered stays in the table"));
  }

  private String signature(SecretText reference, String id, long timestamp, byte[] body) {
    String secret = resolve.apply(reference);
    byte[] key =
        secret.startsWith(SECRET_PREFIX)
            ? Base64.getDecoder().decode(secret.substring(SECRET_PREFIX.length()))
            : secret.getBytes(StandardCharsets.UTF_8);
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
      return "v1," + Base64.getEncoder().encodeToString(mac.doFinal(body));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has HmacSHA256", e);
    }
  }
}
