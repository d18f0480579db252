package io.lakebeam.source.kafka;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.source.SourceException;
import io.lakebeam.spec.EntraSignIn;
import io.lakebeam.spec.secret.SecretText;
import io.lakebeam.testing.TestingClock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class EntraTokensTest {
  private final TestingClock clock = new TestingClock(Instant.parse("2026-01-02T03:04:05Z"));
  private TestingTokenServer server;
  private EntraTokens tokens;

  @BeforeEach
  void start() throws Exception {
    server = new TestingTokenServer();
    tokens = new EntraTokens(clock, Duration.ZERO);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void clientCredentialsAreSentAsDocumented() throws Exception {
    EntraToken token = tokens.token(application(TestingTokenServer.SECRET));
    assertEquals(1, server.asked.size());
    assertEquals("/contoso.example/oauth2/v2.0/token", server.asked.get(0).path());
    assertEquals(
        Map.of(
            "grant_type", "client_credentials",
            "client_id", TestingTokenServer.CLIENT,
            "client_secret", TestingTokenServer.SECRET,
            "scope", TestingTokenServer.SCOPE),
        server.asked.get(0).form());
    assertEquals(clock.millis() + 3_599_000, token.lifetimeMs());
    assertEquals(clock.millis(), token.startTimeMs());
    assertFalse(token.toString().contains(token.value()));
  }

  @Test
  void aManagedIdentityAsksTheMetadataService() throws Exception {
    EntraToken token = tokens.token(identity(""));
    assertEquals(
        "/metadata/identity/oauth2/token?api-version=2018-02-01"
            + "&resource=https%3A%2F%2Fcontoso.servicebus.windows.net",
        server.asked.get(0).path());
    assertEquals(clock.millis() + 3_599_000, token.lifetimeMs());
    tokens.token(identity(TestingTokenServer.CLIENT));
    assertEquals(TestingTokenServer.CLIENT, server.asked.get(1).form().get("client_id"));
  }

  @Test
  void aTokenIsHandedOutUntilKafkaWantsAnotherOne() throws Exception {
    EntraTokenRequest request = application(TestingTokenServer.SECRET);
    EntraToken first = tokens.token(request);
    clock.step(Duration.ofMinutes(44));
    assertSame(first, tokens.token(request));
    clock.step(Duration.ofMinutes(1));
    EntraToken second = tokens.token(request);
    assertNotEquals(first.value(), second.value());
    assertEquals(2, server.asked.size());
    tokens.token(identity(""));
    assertEquals(3, server.asked.size());
  }

  @Test
  void aWrongSecretIsExplainedAndNotRepeated() {
    EntraException refused =
        assertThrows(EntraException.class, () -> tokens.token(application("hunter2-expired")));
    SourceException told = refused.forSource("flights");
    assertFalse(told.isRetryable());
    assertEquals(
        "source flights: no token for the application "
            + TestingTokenServer.CLIENT
            + ": HTTP 401 from "
            + server.authority()
            + "/contoso.example/oauth2/v2.0/token, invalid_client: AADSTS7000215: Invalid client"
            + " secret provided: ***.. Correct the client_id, or make a new client_secret if it has"
            + " expired.",
        told.getMessage());
    assertEquals(1, server.asked.size());
  }

  @Test
  void anUnknownIdentityIsExplained() {
    EntraException refused =
        assertThrows(EntraException.class, () -> tokens.token(identity("somebody-else")));
    assertFalse(refused.isRetryable());
    assertTrue(
        refused.getMessage().endsWith("invalid_request: Identity not found"), refused.getMessage());
  }

  @ParameterizedTest
  @ValueSource(ints = {404, 410, 429, 500, 503})
  void whatPassesIsAskedAgain(int status) throws Exception {
    server.next(status, "");
    server.next(status, "<html>busy</html>");
    assertFalse(tokens.token(identity("")).value().isEmpty());
    assertEquals(3, server.asked.size());
    for (int i = 0; i < 3; i++) {
      server.next(status, "");
    }
    clock.step(Duration.ofHours(2));
    EntraException still = assertThrows(EntraException.class, () -> tokens.token(identity("")));
    assertTrue(still.isRetryable(), still.getMessage());
    assertEquals(6, server.asked.size());
  }

  @Test
  void anAnswerWithoutATokenIsNone() {
    server.next(200, "<html>please sign in</html>");
    EntraException none = assertThrows(EntraException.class, () -> tokens.token(identity("")));
    assertTrue(none.getMessage().contains("no access_token"), none.getMessage());
    server.next(302, "");
    assertThrows(EntraException.class, () -> tokens.token(identity("")));
  }

  @Test
  void aServerThatIsAwayIsToldInTime() {
    server.close();
    EntraException away =
        assertThrows(
            EntraException.class, () -> tokens.token(application(TestingTokenServer.SECRET)));
    assertTrue(away.isRetryable());
    assertTrue(away.getMessage().startsWith("no answer from http://localhost:"));
    assertFalse(away.getMessage().contains("hunter2"));
  }

  @Test
  void aServerThatStallsHoldsUpNobodyElse() throws Exception {
    CountDownLatch over = new CountDownLatch(1);
    server.hold(over);
    EntraTokenRequest slow = application(TestingTokenServer.SECRET);
    CompletableFuture<Void> stalled =
        CompletableFuture.runAsync(
            () -> {
              try {
                tokens.token(slow);
              } catch (EntraException e) {
                throw new IllegalStateException(e);
              }
            });
    while (server.asked.isEmpty()) {
      Thread.onSpinWait();
    }
    assertFalse(tokens.token(identity("")).value().isEmpty());
    assertFalse(stalled.isDone());
    over.countDown();
    stalled.get();
    tokens.token(slow);
    assertEquals(2, server.asked.size());
  }

  @Test
  void theRequestPassesThroughKafkasOptions() {
    for (EntraTokenRequest each : new EntraTokenRequest[] {application("s"), identity("c")}) {
      assertEquals(each, EntraTokenRequest.ofOptions(each.options()));
      assertFalse(each.toString().contains("secret"), each.toString());
    }
  }

  private EntraTokenRequest application(String secret) {
    return EntraTokenRequest.of(
        new EntraSignIn.ClientCredentials(
            server.authority(),
            TestingTokenServer.TENANT,
            TestingTokenServer.CLIENT,
            new SecretText("${S}"),
            TestingTokenServer.SCOPE),
        reference -> secret);
  }

  private EntraTokenRequest identity(String client) {
    return EntraTokenRequest.of(
        new EntraSignIn.ManagedIdentity(server.metadata(), client, TestingTokenServer.SCOPE),
        SecretText::reference);
  }
}
