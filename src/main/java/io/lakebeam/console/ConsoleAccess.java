package io.lakebeam.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Locale;
import java.util.Optional;

/**
 * Who may do what in the console. Whoever has a token sends it with each request, as {@code
 * Authorization: Bearer}; no cookie is ever set, so no other page can act in somebody's name.
 *
 * @param viewer token of those who may look; empty when there is none
 * @param operator token of those who may also decide about refused rows; empty when nobody may
 * @param anyoneLooks true when looking needs no token
 */
public record ConsoleAccess(
    Optional<String> viewer, Optional<String> operator, boolean anyoneLooks) {
  private static final String BEARER = "Bearer ";

  /** Characters of a token, at least. */
  public static final int LEAST_TOKEN = 16;

  private static final int TOKEN_BYTES = 24;

  /** A token that nobody guesses. */
  public static String newToken() {
    byte[] bytes = new byte[TOKEN_BYTES];
    new SecureRandom().nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  /** What somebody may do. */
  public enum Role {
    /** Looks. */
    VIEWER,
    /** Looks, and decides about refused rows. */
    OPERATOR;

    /** As browsers get it. */
    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * What whoever sends a request may do; empty for nothing.
   *
   * @param authorization the header of that name; null when there is none
   */
  Optional<Role> roleOf(String authorization) {
    if (authorization != null && authorization.startsWith(BEARER)) {
      String token = authorization.substring(BEARER.length()).strip();
      if (operator.filter(each -> isSame(each, token)).isPresent()) {
        return Optional.of(Role.OPERATOR);
      }
      if (viewer.filter(each -> isSame(each, token)).isPresent()) {
        return Optional.of(Role.VIEWER);
      }
      return Optional.empty();
    }
    return anyoneLooks ? Optional.of(Role.VIEWER) : Optional.empty();
  }

  /** Takes as long whatever is wrong. */
  private static boolean isSame(String expected, String given) {
    return MessageDigest.isEqual(
        expected.getBytes(StandardCharsets.UTF_8), given.getBytes(StandardCharsets.UTF_8));
  }

  /** Without the tokens. */
  @Override
  public String toString() {
    return "ConsoleAccess[viewer="
        + viewer.isPresent()
        + ", operator="
        + operator.isPresent()
        + ", anyoneLooks="
        + anyoneLooks
        + "]";
  }
}
