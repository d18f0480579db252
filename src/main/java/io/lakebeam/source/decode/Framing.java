package io.lakebeam.source.decode;

import io.lakebeam.spec.SourceSpec;
import java.nio.ByteBuffer;

/**
 * The five bytes that serializers of a schema registry put before a message: a zero, and the number
 * of its schema in the registry.
 */
final class Framing {
  /** How long they are. */
  static final int BYTES = 5;

  private Framing() {}

  /** True when the message starts like that. */
  static boolean isThere(byte[] bytes, int offset, int length) {
    return length >= BYTES && bytes[offset] == 0;
  }

  /** Why a message that starts like that is not read, and what to declare. */
  static BadRecord told(byte[] bytes, int offset) {
    long id = Integer.toUnsignedLong(ByteBuffer.wrap(bytes, offset + 1, Integer.BYTES).getInt());
    return new BadRecord(
        "the message starts with a zero byte and the number "
            + id
            + ", as serializers of a schema registry write it: declare framing: confluent in the"
            + " source's format to pass over them");
  }

  /** Fails unless the message starts like that. */
  static void require(byte[] bytes, int offset, int length) throws BadRecord {
    if (!isThere(bytes, offset, length)) {
      throw new BadRecord(
          "the message does not start with a zero byte and a schema's number, although the source"
              + " declares framing: confluent");
    }
  }

  /**
   * A decoder of what is behind them, or one that says that they are there.
   *
   * @param plain of messages that never start with a zero byte
   */
  static RecordDecoder of(SourceSpec.Framing framing, RecordDecoder plain) {
    return switch (framing) {
      case NONE -> plain;
      case UNSAID ->
          (bytes, offset, length, values) -> {
            if (isThere(bytes, offset, length)) {
              throw told(bytes, offset);
            }
            plain.decode(bytes, offset, length, values);
          };
      case CONFLUENT ->
          (bytes, offset, length, values) -> {
            require(bytes, offset, length);
            plain.decode(bytes, offset + BYTES, length - BYTES, values);
          };
    };
  }
}
