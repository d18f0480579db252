package io.lakebeam.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Stands between a client and a server of this machine, and ends their connection after so many
 * parts that one of them has sent.
 */
public final class TestingProxy implements AutoCloseable {
  private final ServerSocket door;
  private final int port;
  private volatile int most = Integer.MAX_VALUE;
  private volatile boolean areOfClient;
  private volatile AtomicInteger parts = new AtomicInteger();

  /**
   * @param port the server's
   */
  public TestingProxy(int port) throws IOException {
    this.port = port;
    this.door = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
    daemon(this::accept);
  }

  public int port() {
    return door.getLocalPort();
  }

  /**
   * Ends the next connection.
   *
   * @param after so many parts have passed; the one after them does not arrive
   * @param ofClient whose parts are counted
   */
  public void cut(int after, boolean ofClient) {
    most = after;
    areOfClient = ofClient;
    parts = new AtomicInteger();
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = door.accept();
        Socket server = new Socket(InetAddress.getLoopbackAddress(), port);
        client.setTcpNoDelay(true);
        server.setTcpNoDelay(true);
        daemon(() -> pass(client, server, true));
        daemon(() -> pass(server, client, false));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void pass(Socket from, Socket to, boolean isClient) {
    byte[] buffer = new byte[1 << 16];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      int read = in.read(buffer);
      while (read >= 0) {
        if (isClient == areOfClient && parts.incrementAndGet() > most) {
          return;
        }
        out.write(buffer, 0, read);
        read = in.read(buffer);
      }
    } catch (IOException e) {
      // The other direction has ended both.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
  }
}
