package io.lakebeam.source.file;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * A file's bytes as they lie there, remembering what storage said: libraries wrap it as they like.
 */
public final class StoredBytes extends FilterInputStream {
  private @Nullable IOException failure;

  public StoredBytes(InputStream in) {
    super(in);
  }

  /** Throws what storage has said; does nothing when it has given every byte asked for. */
  public void tellFailure() throws IOException {
    if (failure != null) {
      throw failure;
    }
  }

  @Override
  public int read() throws IOException {
    try {
      return super.read();
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }

  @Override
  public int read(byte[] into, int offset, int length) throws IOException {
    try {
      return super.read(into, offset, length);
    } catch (IOException e) {
      failure = e;
      throw e;
    }
  }
}
