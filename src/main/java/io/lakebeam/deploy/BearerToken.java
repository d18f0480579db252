package io.lakebeam.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.spec.profile.DatabricksProfile.ServicePrincipal;
import io.lakebeam.spec.profile.DatabricksProfile.SignIn;
import io.lakebeam.spec.profile.DatabricksProfile.Token;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.spec.secret.UnsetSecretException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What signs requests in: looked up or asked for when first needed, and kept in memory only. */
final class BearerToken {
  private static final String TOKEN_PATH = "/oidc/v1/token";

  private final SignIn signIn;
  private final UnaryOperator<String> environment;
  private String token;
  private String secret = "";

  BearerToken(SignIn signIn, UnaryOperator<String> environment) {
    this.signIn = signIn;
    this.environment = environment;
  }

  /**
   * The token.
   *
   * @param asks sends a request to a path of the workspace and takes its answer
   */
  String get(Function<HttpRequest.Builder, HttpResponse<String>> asks, String host) {
    if (token == null) {
      if (signIn instanceof Token given) {
        secret = looked(given.token());
        token = secret;
      } else if (signIn instanceof ServicePrincipal principal) {
        token = asked(principal, asks, host);
      }
    }
    return token;
  }

  /** True when another token may be had than the one that was refused, which is then forgotten. */
  boolean renew() {
    boolean renews = signIn instanceof ServicePrincipal && token != null;
    token = null;
    return renews;
  }

  /** A text in which none of this stands, whatever put it there. */
  String blackedOut(String text) {
    String shown = token == null || token.isEmpty() ? text : text.replace(token, "****");
    return secret.isEmpty() ? shown : shown.replace(secret, "****");
  }

  private String asked(
      ServicePrincipal principal,
      Function<HttpRequest.Builder, HttpResponse<String>> asks,
      String host) {
    secret = looked(principal.clientSecret());
    String pair = principal.clientId() + ":" + secret;
    HttpResponse<String> answer =
        asks.apply(
            HttpRequest.newBuilder(URI.create(host + TOKEN_PATH))
                .header(
                    "Authorization",
                    "Basic "
                        + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("grant_type=client_credentials&scope=all-apis")));
    if (answer.statusCode() != 200) {
      throw new DeployException(
          ErrorCode.DEPLOY_DENIED,
          "the service principal " + principal.clientId() + " cannot sign in",
          "Databricks answers " + answer.statusCode(),
          "check client_id and client_secret, that the secret has not expired, and that the"
              + " principal is one of this workspace");
    }
    try {
      String given = new ObjectMapper().readTree(answer.body()).path("access_token").asText("");
      if (!given.isEmpty()) {
        return given;
      }
    } catch (JsonProcessingException e) {
      // Told below: what the answer holds may be a token all the same.
    }
    throw new DeployException(
        ErrorCode.DEPLOY_FAILED,
        "the service principal " + principal.clientId() + " gets no token",
        "the workspace's answer holds no access_token",
        "check that host is the address of a workspace");
  }

  private String looked(SecretText reference) {
    String value;
    try {
      value = Secrets.resolve(reference, environment).strip();
    } catch (UnsetSecretException e) {
      throw new DeployException(
          ErrorCode.SECRET_UNSET,
          reference + " is not set",
          "the profile signs in with it",
          "export it, and do not write it into the profile");
    }
    if (!value.matches("[\\x21-\\x7e]+")) {
      throw new DeployException(
          ErrorCode.DEPLOY_DENIED,
          reference + " is no token",
          value.isEmpty() ? "it is empty" : "it holds spaces or other characters no token has",
          "export it again, without quotes or line breaks around it");
    }
    return value;
  }
}
