package io.lakebeam.delta.file;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.WritableByteChannel;

/**
 * A stream as a channel that hands arrays on; the JDK's own copies them in pieces of 8 KB. Closing
 * it twice is closing it once.
 */
final class OutputChannel implements WritableByteChannel {
  private final OutputStream out;
  private boolean open = true;

  OutputChannel(OutputStream out) {
    this.out = out;
  }

  @Override
  public int write(ByteBuffer source) throws IOException {
    if (!open) {
      throw new ClosedChannelException();
    }
    int length = source.remaining();
    if (source.hasArray()) {
      out.write(source.array(), source.arrayOffset() + source.position(), length);
      source.position(source.limit());
    } else {
      byte[] bytes = new byte[length];
      source.get(bytes);
      out.write(bytes);
    }
    return length;
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void close() throws IOException {
    if (open) {
      open = false;
      out.close();
    }
  }
}
