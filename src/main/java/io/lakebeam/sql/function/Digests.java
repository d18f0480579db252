package io.lakebeam.sql.function;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Locale;
import java.util.zip.CRC32;

/** Digests and encodings; texts are taken as UTF-8. */
public final class Digests {
  private static final HexFormat LOWER = HexFormat.of();
  private static final HexFormat UPPER = HexFormat.of().withUpperCase();

  private Digests() {}

  public static String md5(byte[] bytes) {
    return digest("MD5", bytes);
  }

  public static String sha1(byte[] bytes) {
    return digest("SHA-1", bytes);
  }

  /** Lengths 224, 256, 384, 512, and 0 for 256; NULL for any other. */
  public static String sha2(byte[] bytes, Integer length) {
    if (length == null) {
      return null;
    }
    switch (length) {
      case 0, 256:
        return digest("SHA-256", bytes);
      case 224, 384, 512:
        return digest("SHA-" + length, bytes);
      default:
        return null;
    }
  }

  private static String digest(String algorithm, byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    try {
      return LOWER.formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has " + algorithm, e);
    }
  }

  public static Long crc32(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    CRC32 crc = new CRC32();
    crc.update(bytes);
    return crc.getValue();
  }

  /** Of a number its two's complement without leading zeros; of texts and bytes every byte. */
  public static String hex(Object value) {
    if (value == null) {
      return null;
    }
    if (value instanceof Number) {
      return Long.toHexString(((Number) value).longValue()).toUpperCase(Locale.ROOT);
    }
    byte[] bytes = Conversions.bytes(value);
    Bounds.text("HEX", 2L * bytes.length);
    return UPPER.formatHex(bytes);
  }

  /** NULL for anything but hexadecimal digits; an odd first digit stands alone. */
  public static byte[] unhex(String text) {
    if (text == null || !text.chars().allMatch(HexFormat::isHexDigit)) {
      return null;
    }
    return HexFormat.of().parseHex(text.length() % 2 == 0 ? text : "0" + text);
  }

  public static String base64(byte[] bytes) {
    if (bytes == null) {
      return null;
    }
    Bounds.text("BASE64", bytes.length / 3L * 4);
    return Base64.getMimeEncoder(76, new byte[] {'\r', '\n'}).encodeToString(bytes);
  }

  /**
   * The bytes behind a Base64 text.
   *
   * @throws BadValueException when the text is none
   */
  public static byte[] unbase64(String text) {
    if (text == null) {
      return null;
    }
    try {
      return Base64.getMimeDecoder().decode(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException e) {
      throw new BadValueException("UNBASE64: " + BadValueException.quote(text) + " is no Base64");
    }
  }
}
