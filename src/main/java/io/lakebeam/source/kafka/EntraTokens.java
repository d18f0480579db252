package io.lakebeam.source.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.http.Answers;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The process's access tokens: asked for once and handed out until shortly before they expire, so
 * that many consumers ask Entra ID no more often than one. Thread-safe; who waits for a token waits
 * for those who have asked with the same request, and for nobody else.
 */
final class EntraTokens {
  private static final EntraTokens OF_THIS_PROCESS =
      new EntraTokens(Clock.systemUTC(), Duration.ofSeconds(1));

  /** One request and its repetitions. */
  private static final int ATTEMPTS = 3;

  private static final int LONGEST_REASON = 300;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Clock clock;
  private final Duration firstPause;
  // The metadata service must not be asked through a proxy; for others the JVM's settings count.
  private final HttpClient direct = client().proxy(HttpClient.Builder.NO_PROXY).build();
  private final HttpClient ordinary = client().build();
  private final Map<EntraTokenRequest, Kept> tokens = new ConcurrentHashMap<>();

  /** The token of one request; its lock is held while one is asked for. */
  private static final class Kept {
    private EntraToken token;
  }

  /**
   * @param firstPause before the first repetition; doubled for the next, as Microsoft asks
   */
  EntraTokens(Clock clock, Duration firstPause) {
    this.clock = clock;
    this.firstPause = firstPause;
  }

  static EntraTokens ofThisProcess() {
    return OF_THIS_PROCESS;
  }

  private static HttpClient.Builder client() {
    // Redirects are not followed: the secret goes to the endpoint that was named, nowhere else.
    return HttpClient.newBuilder()
        .connectTimeout(Duration.ofSeconds(5))
        .followRedirects(HttpClient.Redirect.NEVER);
  }

  /** A token that is good for at least a quarter of its life. */
  EntraToken token(EntraTokenRequest request) throws EntraException {
    Kept kept = tokens.computeIfAbsent(request, asked -> new Kept());
    synchronized (kept) {
      if (kept.token == null || clock.millis() >= kept.token.freshUntil()) {
        kept.token = ask(request);
      }
      return kept.token;
    }
  }

  private EntraToken ask(EntraTokenRequest request) throws EntraException {
    Duration pause = firstPause;
    for (int attempt = 1; ; attempt++) {
      try {
        return askOnce(request);
      } catch (EntraException e) {
        if (!e.isBusy() || attempt == ATTEMPTS) {
          throw e;
        }
      }
      try {
        Thread.sleep(pause.toMillis());
      } catch (InterruptedException e) {
        throw interrupted(request);
      }
      pause = pause.multipliedBy(2);
    }
  }

  private EntraToken askOnce(EntraTokenRequest request) throws EntraException {
    HttpResponse<String> answer;
    long askedAt = clock.millis();
    try {
      HttpClient client = request.secret().isPresent() ? ordinary : direct;
      answer = Answers.take(client, request.http());
    } catch (IOException e) {
      throw EntraException.away(
          Problem.of(
              ErrorCode.SOURCE_UNREACHABLE,
              "no token for " + request.who(),
              "no answer from " + request.endpoint() + ": " + reason(e),
              request.secret().isPresent()
                  ? "See whether this machine reaches that address; auth has authority for another"
                  : "Managed identities exist on machines in Azure only; elsewhere use"
                      + " client_credentials"));
    } catch (InterruptedException e) {
      throw interrupted(request);
    }
    JsonNode json = json(answer.body());
    if (answer.statusCode() != 200) {
      throw refused(request, answer.statusCode(), json);
    }
    String value = json.path("access_token").asText();
    // A number from Entra ID, a string from the metadata service.
    long seconds = json.path("expires_in").asLong();
    if (value.isEmpty() || seconds <= 0) {
      throw EntraException.permanent(
          Problem.of(
              ErrorCode.SOURCE_INVALID,
              "no token for " + request.who(),
              request.endpoint() + " answers, but with no access_token and expires_in",
              "See whether the address is that of a token endpoint"));
    }
    return new EntraToken(
        value, Set.of(request.scope()), askedAt + seconds * 1000, request.who(), askedAt);
  }

  private static EntraException refused(EntraTokenRequest request, int status, JsonNode json) {
    String error = json.path("error").asText("");
    String said = error + ": " + json.path("error_description").asText("");
    String safe = request.secret().map(secret -> said.replace(secret, "***")).orElse(said);
    String first = safe.lines().findFirst().orElse("").strip();
    String reason =
        "HTTP "
            + status
            + " from "
            + request.endpoint()
            + (error.isEmpty()
                ? ""
                : ", " + first.substring(0, Math.min(first.length(), LONGEST_REASON)));
    String problem = "no token for " + request.who();
    boolean isMetadata = request.secret().isEmpty();
    // 404 and 410 are the metadata service's way to say that it is being updated.
    boolean passes =
        status == 429 || status >= 500 || (isMetadata && (status == 404 || status == 410));
    return passes
        ? EntraException.busy(
            Problem.of(
                ErrorCode.SOURCE_UNREACHABLE, problem, reason, "Try again; it passes by itself"))
        : EntraException.permanent(
            Problem.of(ErrorCode.SOURCE_DENIED, problem, reason, fix(error, isMetadata)));
  }

  private static String fix(String error, boolean isMetadata) {
    if (isMetadata) {
      return "Assign the identity to this machine, or correct its client_id";
    }
    return switch (error) {
      case "invalid_client" ->
          "Correct the client_id, or make a new client_secret if it has expired";
      case "unauthorized_client" -> "Correct the client_id: the tenant does not know it";
      case "invalid_scope", "invalid_resource" -> "Correct the namespace, or scope";
      default -> "Correct tenant, client_id and client_secret of the source";
    };
  }

  /** An answer that is no JSON tells nothing; it is a proxy's page, perhaps. */
  private static JsonNode json(String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException e) {
      return JSON.createObjectNode();
    }
  }

  private static String reason(IOException e) {
    String message = e.getMessage();
    return e.getClass().getSimpleName() + (message == null ? "" : ": " + message);
  }

  private static EntraException interrupted(EntraTokenRequest request) {
    Thread.currentThread().interrupt();
    return EntraException.away(
        Problem.of(
            ErrorCode.SOURCE_UNREACHABLE,
            "no token for " + request.who(),
            "it was stopped while waiting for one",
            "Run again"));
  }
}
