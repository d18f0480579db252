package io.lakebeam.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.deploy.Call.Repeat;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.http.Answers;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.Set;
import javax.net.ssl.SSLException;

/**
 * Sends requests to a workspace and says in a sentence what keeps them from being answered.
 *
 * <p>Sent again, up to {@link #ATTEMPTS} times: what was answered with 429 or 503, or reached
 * nobody at all, because then nothing was done; and, of requests that may be repeated, what was
 * answered with 500, 502 or 504 or not at all. The time between is that of {@code Retry-After}, or
 * else doubles from a second on.
 */
final class RestClient {
  static final int ATTEMPTS = 6;
  private static final Duration LONGEST_PAUSE = Duration.ofMinutes(2);
  private static final Set<Integer> NOT_DONE = Set.of(429, 503);
  private static final Set<Integer> UNKNOWN = Set.of(500, 502, 504);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final URI host;
  private final BearerToken token;
  private final Pause pause;
  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(Duration.ofSeconds(10))
          // A workspace that redirects is asking a person to sign in.
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();

  RestClient(URI host, BearerToken token, Pause pause) {
    this.host = host;
    this.token = token;
    this.pause = pause;
  }

  /** An answer that is no failure. */
  record Answer(int status, HttpResponse<String> response) {
    boolean isFound() {
      return status != 404;
    }
  }

  /**
   * The answer's JSON.
   *
   * @throws DeployException when there is none
   */
  JsonNode json(Call call) {
    Answer answer = send(call);
    if (!answer.isFound()) {
      throw refused(call, answer.response());
    }
    String body = answer.response().body();
    try {
      JsonNode json = JSON.readTree(body);
      if (json != null && json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      // Told below, without the parser's words.
    }
    throw new DeployException(
        ErrorCode.DEPLOY_FAILED,
        "cannot " + call.doing(),
        host + " answers with something that is not Databricks' JSON",
        "check that host is the address of a workspace, and what proxies lie between");
  }

  /**
   * The answer, 404 included.
   *
   * @throws DeployException for every other answer that is none of success
   */
  Answer send(Call call) {
    HttpResponse<String> response = response(call);
    if (response.statusCode() == 401 && token.renew()) {
      response = response(call);
    }
    int status = response.statusCode();
    if (status / 100 != 2 && status != 404) {
      throw refused(call, response);
    }
    return new Answer(status, response);
  }

  private HttpResponse<String> response(Call call) {
    String bearer =
        token.get(
            builder ->
                persistently(builder.timeout(call.timeout()).build(), "sign in", Repeat.SAFE),
            host.toString());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(host + call.path()))
            .timeout(call.timeout())
            .header("Authorization", "Bearer " + bearer)
            .header("User-Agent", "lakebeam")
            .method(call.method(), call.body());
    if (!call.contentType().isEmpty()) {
      request.header("Content-Type", call.contentType());
    }
    return persistently(request.build(), call.doing(), call.repeat());
  }

  private HttpResponse<String> persistently(HttpRequest request, String doing, Repeat repeat) {
    for (int attempt = 1; ; attempt++) {
      Duration wait = Duration.ofSeconds(1L << (attempt - 1));
      try {
        HttpResponse<String> response = Answers.take(http, request);
        int status = response.statusCode();
        boolean again =
            NOT_DONE.contains(status) || (UNKNOWN.contains(status) && repeat == Repeat.SAFE);
        if (!again || attempt == ATTEMPTS) {
          return response;
        }
        wait = retryAfter(response, wait);
      } catch (IOException e) {
        boolean again = reachedNobody(e) || (repeat == Repeat.SAFE && !(e instanceof SSLException));
        if (!again || attempt == ATTEMPTS || isUnknownHost(e)) {
          throw unreachable(doing, e, repeat);
        }
      } catch (InterruptedException e) {
        throw interrupted(doing);
      }
      rest(wait, doing);
    }
  }

  /** Waits. */
  void rest(Duration time, String doing) {
    try {
      pause.pause(time);
    } catch (InterruptedException e) {
      throw interrupted(doing);
    }
  }

  private static DeployException interrupted(String doing) {
    Thread.currentThread().interrupt();
    return new DeployException(
        ErrorCode.DEPLOY_FAILED, "interrupted while trying to " + doing, "", "start it again");
  }

  private static Duration retryAfter(HttpResponse<String> response, Duration otherwise) {
    Duration asked =
        response
            .headers()
            .firstValue("Retry-After")
            .filter(text -> text.matches("\\d{1,9}"))
            .map(text -> Duration.ofSeconds(Long.parseLong(text)))
            .orElse(otherwise);
    return asked.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : asked;
  }

  private static boolean reachedNobody(IOException e) {
    return e instanceof ConnectException || e instanceof HttpConnectTimeoutException;
  }

  private static boolean isUnknownHost(Throwable e) {
    return e instanceof UnresolvedAddressException
        || (e.getCause() != null && isUnknownHost(e.getCause()));
  }

  private DeployException unreachable(String doing, IOException e, Repeat repeat) {
    if (isUnknownHost(e)) {
      return new DeployException(
          ErrorCode.DEPLOY_UNREACHABLE,
          "cannot " + doing,
          "there is no host " + host.getHost(),
          "check host in the profile, and that this machine can look names up");
    }
    String said = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    boolean mayBeDone = repeat == Repeat.UNSAFE && !reachedNobody(e);
    return new DeployException(
        ErrorCode.DEPLOY_UNREACHABLE,
        "cannot " + doing,
        host + " cannot be reached: " + token.blackedOut(said),
        mayBeDone
            ? "it may have been done all the same: deploy again, which finds what is there"
            : "check host in the profile, the network and proxies, then deploy again");
  }

  private DeployException refused(Call call, HttpResponse<String> response) {
    int status = response.statusCode();
    String said = said(response);
    String reason = "Databricks answers " + status + (said.isEmpty() ? "" : ": " + said);
    return new DeployException(
        status == 401 || status == 403 ? ErrorCode.DEPLOY_DENIED : ErrorCode.DEPLOY_FAILED,
        "cannot " + call.doing(),
        token.blackedOut(reason),
        fix(call, status));
  }

  private String fix(Call call, int status) {
    return switch (status) {
      case 401 ->
          "make a new token in the workspace "
              + host
              + ", which is the only one it signs in to, and export it";
      case 403, 404 ->
          call.fix().isEmpty()
              ? "ask for that right, or check the names in the profile"
              : call.fix();
      case 400 -> "change in the profile what it names, then deploy again";
      case 429, 503 -> "the workspace is busy: deploy again later";
      default ->
          status / 100 == 3
              ? "check that host is the address of a workspace, without a path"
              : "deploy again; if it stays, the workspace's administrator can see more";
    };
  }

  /** What the answer says for people; at most two thousand characters, of an error's JSON only. */
  private static String said(HttpResponse<String> response) {
    try {
      JsonNode json = JSON.readTree(String.valueOf(response.body()));
      if (json != null && json.isObject()) {
        String code = json.path("error_code").asText("");
        String message = json.path("message").asText("").strip();
        String text = code.isEmpty() || message.isEmpty() ? code + message : code + ", " + message;
        return text.length() <= 2000 ? text : text.substring(0, 2000) + "…";
      }
    } catch (JsonProcessingException e) {
      // A page for browsers: it says nothing that the status does not.
    }
    return "";
  }
}
