package io.lakebeam.share;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * What a server of a share signs with: tokens of recipients and links to files, each until it
 * expires. Nothing is kept of what it has signed, so a token is taken back by another key only.
 * Thread-safe.
 */
public final class ShareKey {
  /** Characters of a key that somebody sets, at least. */
  public static final int LEAST_CHARACTERS = 32;

  private static final String ALGORITHM = "HmacSHA256";
  private static final int KEY_BYTES = 32;
  private static final String TOKEN = "token";

  private final SecretKeySpec key;

  private ShareKey(byte[] key) {
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /**
   * A key that is known: what it has signed is good in every process that has it.
   *
   * @throws IllegalArgumentException when it is shorter than {@link #LEAST_CHARACTERS}
   */
  public static ShareKey of(String text) {
    if (text.length() < LEAST_CHARACTERS) {
      throw new IllegalArgumentException("a key of " + text.length() + " characters");
    }
    return new ShareKey(text.getBytes(UTF_8));
  }

  /** A key that nobody guesses, and that ends with this process. */
  public static ShareKey random() {
    byte[] bytes = new byte[KEY_BYTES];
    new SecureRandom().nextBytes(bytes);
    return new ShareKey(bytes);
  }

  /**
   * A token for recipients of a share.
   *
   * @param expires whole seconds of it count
   */
  public String token(String share, Instant expires) {
    String until = Long.toString(expires.getEpochSecond());
    return until + "." + sign(TOKEN, share, until);
  }

  /** Until when a token is good; empty for one that this key has not signed, or not for a share. */
  Optional<Instant> expiry(String share, String token) {
    int dot = token.indexOf('.');
    String until = dot < 0 ? "" : token.substring(0, dot);
    return isSigned(token.substring(dot + 1), TOKEN, share, until)
        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(until)))
        : Optional.empty();
  }

  /** The signature of some words, in characters that may stand in a URL. */
  String sign(String... words) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      for (String word : words) {
        byte[] bytes = word.getBytes(UTF_8);
        // With its length before it no word runs into the next.
        mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
        mac.update(bytes);
      }
      return Base64.getUrlEncoder().withoutPadding().encodeToString(mac.doFinal());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  /** Takes the same time for each signature that is wrong. */
  boolean isSigned(String signature, String... words) {
    return MessageDigest.isEqual(sign(words).getBytes(UTF_8), signature.getBytes(UTF_8));
  }
}
