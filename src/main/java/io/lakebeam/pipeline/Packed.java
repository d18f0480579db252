package io.lakebeam.pipeline;

import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.CustomCoder;
import org.apache.beam.sdk.util.SerializableUtils;

/**
 * A value on its way through a GroupByKey, as bytes. A runner that keeps state in memory copies all
 * that a key has gathered through its coder each time more comes: bytes copy fast, objects do not.
 */
record Packed<T extends Serializable>(byte[] bytes) {
  static <T extends Serializable> Packed<T> of(T value) {
    return new Packed<>(SerializableUtils.serializeToByteArray(value));
  }

  @SuppressWarnings("unchecked") // whoever packed it says what it is
  T unpack() {
    return (T) SerializableUtils.deserializeFromByteArray(bytes, "packed value");
  }

  static <T extends Serializable> PackedCoder<T> coder() {
    return new PackedCoder<>();
  }

  /** Writes the bytes. */
  static final class PackedCoder<T extends Serializable> extends CustomCoder<Packed<T>> {
    @Override
    public void encode(Packed<T> value, OutputStream out) throws java.io.IOException {
      ByteArrayCoder.of().encode(value.bytes(), out);
    }

    @Override
    public Packed<T> decode(InputStream in) throws java.io.IOException {
      return new Packed<>(ByteArrayCoder.of().decode(in));
    }
  }
}
