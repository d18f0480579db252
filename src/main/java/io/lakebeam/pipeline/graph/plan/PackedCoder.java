package io.lakebeam.pipeline.graph.plan;

import io.lakebeam.row.Packed;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.Serializable;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.CustomCoder;

/** Writes the bytes of packed values. */
public final class PackedCoder<T extends Serializable> extends CustomCoder<Packed<T>> {
  public static <T extends Serializable> PackedCoder<T> of() {
    return new PackedCoder<>();
  }

  @Override
  public void encode(Packed<T> value, OutputStream out) throws IOException {
    ByteArrayCoder.of().encode(value.bytes(), out);
  }

  @Override
  public Packed<T> decode(InputStream in) throws IOException {
    return new Packed<>(ByteArrayCoder.of().decode(in));
  }
}
