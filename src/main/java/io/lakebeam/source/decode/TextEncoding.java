package io.lakebeam.source.decode;

import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * How bytes become text: strictly, so that malformed bytes are told instead of turning into
 * question marks.
 *
 * @param charset without a byte order mark
 * @param unit bytes of the smallest character: 1, 2 or 4
 * @param bigEndian the order of a unit's bytes
 */
public record TextEncoding(Charset charset, int unit, boolean bigEndian) {
  public static final TextEncoding UTF_8 = new TextEncoding(StandardCharsets.UTF_8, 1, true);

  /** Bytes of the longest unit. */
  static final int MAX_UNIT = 4;

  /** Longest byte order mark. */
  public static final int MAX_BOM = 4;

  private static final String ASCII =
      "\t\n\r !\"#$%&'()*+,-./0123456789:;<=>?@ABCXYZ[\\]^_`abcxyz{|}~";

  /** What a byte order mark says, and its length. */
  public record Bom(TextEncoding encoding, int length) {}

  /** Of a Java charset; empty for one whose ASCII characters are not single units (EBCDIC). */
  public static Optional<TextEncoding> of(Charset charset) {
    String name = charset.name();
    if (name.startsWith("UTF-16")) {
      boolean big = !name.endsWith("LE");
      Charset plain = big ? StandardCharsets.UTF_16BE : StandardCharsets.UTF_16LE;
      return Optional.of(new TextEncoding(plain, 2, big));
    }
    if (name.contains("UTF-32")) {
      boolean big = !name.contains("LE");
      return Optional.of(new TextEncoding(Charset.forName(big ? "UTF-32BE" : "UTF-32LE"), 4, big));
    }
    boolean ascii =
        charset.canEncode()
            && Arrays.equals(ASCII.getBytes(charset), ASCII.getBytes(StandardCharsets.US_ASCII));
    return ascii ? Optional.of(new TextEncoding(charset, 1, true)) : Optional.empty();
  }

  /** What a file's first bytes say about it. */
  public static Optional<Bom> bom(byte[] head, int length) {
    if (length >= 3 && is(head, 0xEF, 0xBB, 0xBF)) {
      return Optional.of(new Bom(UTF_8, 3));
    }
    if (length >= 4 && is(head, 0xFF, 0xFE, 0, 0)) {
      return Optional.of(new Bom(new TextEncoding(Charset.forName("UTF-32LE"), 4, false), 4));
    }
    if (length >= 4 && is(head, 0, 0, 0xFE, 0xFF)) {
      return Optional.of(new Bom(new TextEncoding(Charset.forName("UTF-32BE"), 4, true), 4));
    }
    if (length >= 2 && is(head, 0xFF, 0xFE)) {
      return Optional.of(new Bom(new TextEncoding(StandardCharsets.UTF_16LE, 2, false), 2));
    }
    if (length >= 2 && is(head, 0xFE, 0xFF)) {
      return Optional.of(new Bom(new TextEncoding(StandardCharsets.UTF_16BE, 2, true), 2));
    }
    return Optional.empty();
  }

  private static boolean is(byte[] head, int... bytes) {
    for (int i = 0; i < bytes.length; i++) {
      if ((head[i] & 0xFF) != bytes[i]) {
        return false;
      }
    }
    return true;
  }

  /** The text, exactly. */
  public String text(byte[] bytes, int offset, int length) throws BadRecord {
    String text = new String(bytes, offset, length, charset);
    // The replacement character: put there by Java for malformed bytes, or by the author himself.
    if (text.indexOf('\uFFFD') >= 0) {
      requireWellFormed(bytes, offset, length);
    }
    return text;
  }

  /** The text, exactly, as rows hold it: a copy of the bytes when they are UTF-8. */
  public UTF8String utf8(byte[] bytes, int offset, int length) throws BadRecord {
    return UTF8String.fromBytes(utf8(text(bytes, offset, length), bytes, offset, length));
  }

  /**
   * The text in UTF-8: a copy of the bytes when they are.
   *
   * @param text of these bytes
   */
  public byte[] utf8(String text, byte[] bytes, int offset, int length) {
    return charset == StandardCharsets.UTF_8
        ? Arrays.copyOfRange(bytes, offset, offset + length)
        : text.getBytes(StandardCharsets.UTF_8);
  }

  private void requireWellFormed(byte[] bytes, int offset, int length) throws BadRecord {
    CharsetDecoder decoder =
        charset
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    CharBuffer out = CharBuffer.allocate(length + 16);
    CoderResult result = decoder.decode(in, out, true);
    if (result.isError()) {
      throw new BadRecord("invalid " + charset.name() + " at byte " + (in.position() - offset));
    }
  }

  /** Exact text as bytes again. */
  public byte[] bytes(String text) {
    return text.getBytes(charset);
  }

  /** The bytes of one character; fails where the charset does not know it. */
  byte[] unitOf(char character) throws CharacterCodingException {
    ByteBuffer encoded = charset.newEncoder().encode(CharBuffer.wrap(new char[] {character}));
    byte[] bytes = new byte[encoded.remaining()];
    encoded.get(bytes);
    return bytes;
  }
}
