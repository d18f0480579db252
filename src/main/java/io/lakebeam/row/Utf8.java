package io.lakebeam.row;

import io.lakebeam.shaded.spark.unsafe.Platform;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Texts of rows, which are the bytes of UTF-8. */
public final class Utf8 {
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.nativeOrder());
  private static final long LOW_BITS = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private Utf8() {}

  /**
   * The text's bytes. Half of a surrogate pair, which is no character, becomes bytes that are no
   * UTF-8, so that whoever stores the text can tell.
   */
  public static UTF8String of(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    // What Java puts in place of a half.
    boolean mayHaveHalves = indexOf((byte) '?', bytes, 0, bytes.length) >= 0;
    return UTF8String.fromBytes(mayHaveHalves && hasHalves(text) ? withHalves(text) : bytes);
  }

  private static boolean hasHalves(String text) {
    return text.codePoints()
        .anyMatch(point -> point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE);
  }

  /** The text as Java's. */
  public static String text(UTF8String text) {
    return bytes(
        text, (bytes, offset, length) -> new String(bytes, offset, length, StandardCharsets.UTF_8));
  }

  /** The first place of a byte of ASCII from there on; -1 when there is none. */
  static int indexOf(byte wanted, byte[] bytes, int from, int end) {
    long pattern = wanted * LOW_BITS;
    int at = from;
    for (; at + Long.BYTES <= end; at += Long.BYTES) {
      // A byte that is the wanted one becomes zero, and borrows from its highest bit.
      long difference = (long) LONGS.get(bytes, at) ^ pattern;
      if ((difference - LOW_BITS & ~difference & HIGH_BITS) != 0) {
        break;
      }
    }
    for (; at < end; at++) {
      if (bytes[at] == wanted) {
        return at;
      }
    }
    return -1;
  }

  private static byte[] withHalves(String text) {
    byte[] bytes = new byte[text.length() * 3];
    int length = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      if (point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE) {
        bytes[length++] = (byte) (0xE0 | point >> 12);
        bytes[length++] = (byte) (0x80 | point >> 6 & 0x3F);
        bytes[length++] = (byte) (0x80 | point & 0x3F);
      } else {
        byte[] whole = Character.toString(point).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(whole, 0, bytes, length, whole.length);
        length += whole.length;
      }
      i += Character.charCount(point);
    }
    return java.util.Arrays.copyOf(bytes, length);
  }

  /** Takes bytes where they lie. */
  public interface BytesAt<T> {
    T take(byte[] bytes, int offset, int length);
  }

  /** The text's bytes, not copied where they lie in an array. */
  public static <T> T bytes(UTF8String text, BytesAt<T> taker) {
    if (text.getBaseObject() instanceof byte[] bytes) {
      int offset = (int) (text.getBaseOffset() - Platform.BYTE_ARRAY_OFFSET);
      return taker.take(bytes, offset, text.numBytes());
    }
    byte[] bytes = text.getBytes();
    return taker.take(bytes, 0, bytes.length);
  }

  /** The first byte that begins no character of UTF-8, counted from 0; -1 when all do. */
  public static int malformedAt(UTF8String text) {
    return bytes(text, Utf8::malformedAt);
  }

  /** The first byte that begins no character of UTF-8, counted from the offset; -1 when all do. */
  public static int malformedAt(byte[] bytes, int offset, int length) {
    int end = offset + length;
    int at = offset;
    while (at < end) {
      at = behindAscii(bytes, at, end);
      if (at < end) {
        int size = sizeOf(bytes, at, end);
        if (size == 0) {
          return at - offset;
        }
        at += size;
      }
    }
    return -1;
  }

  /** The first byte that is not of ASCII, or the end. */
  private static int behindAscii(byte[] bytes, int from, int end) {
    int at = from;
    while (at + Long.BYTES <= end && ((long) LONGS.get(bytes, at) & HIGH_BITS) == 0) {
      at += Long.BYTES;
    }
    while (at < end && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  /** Bytes of the character there, which is none of ASCII; 0 when it is none. */
  private static int sizeOf(byte[] bytes, int at, int end) {
    int first = bytes[at] & 0xFF;
    int second = at + 1 < end ? bytes[at + 1] & 0xFF : 0;
    if (first >= 0xC2 && first <= 0xDF) {
      return isNext(second) ? 2 : 0;
    }
    boolean third = at + 2 < end && isNext(bytes[at + 2] & 0xFF);
    if (first >= 0xE0 && first <= 0xEF) {
      // Neither a longer form of a shorter character nor half of a surrogate pair.
      int least = first == 0xE0 ? 0xA0 : 0x80;
      int most = first == 0xED ? 0x9F : 0xBF;
      return second >= least && second <= most && third ? 3 : 0;
    }
    if (first >= 0xF0 && first <= 0xF4) {
      int least = first == 0xF0 ? 0x90 : 0x80;
      int most = first == 0xF4 ? 0x8F : 0xBF;
      boolean fourth = at + 3 < end && isNext(bytes[at + 3] & 0xFF);
      return second >= least && second <= most && third && fourth ? 4 : 0;
    }
    return 0;
  }

  private static boolean isNext(int b) {
    return (b & 0xC0) == 0x80;
  }
}
