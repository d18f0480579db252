package io.lakebeam.row;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.testing.Fuzz;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class Utf8Test {
  /** What Java's own decoder says. */
  private static int malformedAt(byte[] bytes, int offset, int length) {
    ByteBuffer in = ByteBuffer.wrap(bytes, offset, length);
    boolean isError =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .decode(in, CharBuffer.allocate(length + 1), true)
            .isError();
    return isError ? in.position() - offset : -1;
  }

  @Test
  void bytesAreUtf8WhereJavaSaysSo() {
    byte[] spices = "a\u00e9\u65e5\ud83d\ude00\u0000\u007f".getBytes(StandardCharsets.UTF_8);
    Fuzz.rounds(
        20_000,
        random -> {
          byte[] bytes = new byte[random.nextInt(40)];
          for (int i = 0; i < bytes.length; i++) {
            int from = random.nextInt(spices.length);
            bytes[i] = random.nextInt(8) == 0 ? (byte) random.nextInt() : spices[from];
            while (random.nextInt(4) > 0 && ++from < spices.length && i + 1 < bytes.length) {
              bytes[++i] = spices[from];
            }
          }
          int offset = bytes.length == 0 ? 0 : random.nextInt(bytes.length);
          int length = bytes.length - offset;
          assertEquals(malformedAt(bytes, offset, length), Utf8.malformedAt(bytes, offset, length));
          UTF8String text = UTF8String.fromBytes(bytes, offset, length);
          assertEquals(malformedAt(bytes, offset, length), Utf8.malformedAt(text));
        });
  }

  @Test
  void textsAreTheirBytesAndHalvesOfCharactersAreNone() {
    assertEquals("S\u00e3o? \ud83d\ude00", Utf8.text(Utf8.of("S\u00e3o? \ud83d\ude00")));
    assertEquals(-1, Utf8.malformedAt(Utf8.of("S\u00e3o? \ud83d\ude00")));
    assertEquals(3, Utf8.malformedAt(Utf8.of("\u00e9?\ud83d\ud83d\ude00")));
    assertEquals(0, Utf8.malformedAt(Utf8.of("\ude00")));
  }

  @Test
  void aByteIsFoundWhereItIs() {
    for (int length = 0; length < 40; length++) {
      byte[] bytes = new byte[length];
      java.util.Arrays.fill(bytes, (byte) ('?' ^ 0x80));
      assertEquals(-1, Utf8.indexOf((byte) '?', bytes, 0, length));
      for (int at = 0; at < length; at++) {
        bytes[at] = '?';
        assertEquals(at, Utf8.indexOf((byte) '?', bytes, at / 2, length));
        assertEquals(-1, Utf8.indexOf((byte) '?', bytes, 0, at));
        bytes[at] = (byte) ('?' - 1);
      }
    }
  }
}
