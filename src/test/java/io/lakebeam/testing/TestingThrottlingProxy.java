package io.lakebeam.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands before a server that speaks HTTP and answers the first requests with 503, as Azure does
 * when an account is asked too often; what comes after them goes through.
 */
public final class TestingThrottlingProxy {
  private static final byte[] BUSY =
      ("HTTP/1.1 503 The server is busy.\r\nx-ms-error-code: ServerBusy\r\n"
              + "Content-Length: 0\r\nConnection: close\r\n\r\n")
          .getBytes(StandardCharsets.US_ASCII);

  private final ServerSocket server;
  private final int target;
  private final AtomicInteger toRefuse = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();

  TestingThrottlingProxy(int target) throws IOException {
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    this.target = target;
    daemon(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Refuses the next requests. */
  public void refuse(int requests) {
    toRefuse.set(requests);
  }

  /** How many requests were refused so far. */
  public int refused() {
    return refused.get();
  }

  private void accept() throws IOException {
    while (true) {
      Socket client = server.accept();
      daemon(() -> serve(client));
    }
  }

  /** One request each connection, so that none slips by on a connection that is kept open. */
  private void serve(Socket client) throws IOException {
    try (client;
        Socket upstream = new Socket(InetAddress.getLoopbackAddress(), target)) {
      byte[] head = head(client.getInputStream());
      if (head.length == 0) {
        return;
      }
      if (toRefuse.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
        refused.incrementAndGet();
        client.getOutputStream().write(BUSY);
        client.getOutputStream().flush();
        client.shutdownOutput();
        client.getInputStream().transferTo(java.io.OutputStream.nullOutputStream());
        return;
      }
      String closing =
          new String(head, StandardCharsets.ISO_8859_1)
              .replaceFirst("(?i)\r\nConnection: [^\r]*", "")
              .replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n");
      upstream.getOutputStream().write(closing.getBytes(StandardCharsets.ISO_8859_1));
      daemon(() -> client.getInputStream().transferTo(upstream.getOutputStream()));
      upstream.getInputStream().transferTo(client.getOutputStream());
    }
  }

  private static byte[] head(InputStream in) throws IOException {
    ByteArrayOutputStream head = new ByteArrayOutputStream();
    int end = 0;
    while (end < 4) {
      int next = in.read();
      if (next < 0) {
        return new byte[0];
      }
      head.write(next);
      end = next == (end % 2 == 0 ? '\r' : '\n') ? end + 1 : next == '\r' ? 1 : 0;
    }
    return head.toByteArray();
  }

  private interface Work {
    void run() throws IOException;
  }

  private static void daemon(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException e) {
                // A connection that is cut: its client sees it too.
              }
            },
            "throttling-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
