package io.lakebeam.server;

import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;

/** The JDK's server at an address, with threads of its own, encrypted where there is a key. */
public final class WebServer implements AutoCloseable {
  static {
    // The JDK's server waits for a request for ever, unless it is told so before it is loaded.
    if (System.getProperty("sun.net.httpserver.maxReqTime") == null) {
      System.setProperty("sun.net.httpserver.maxReqTime", "30");
    }
  }

  private static final Set<String> OWN_NAMES = Set.of("localhost", "127.0.0.1", "[::1]");

  private final HttpServer server;
  private final boolean isEncrypted;
  private final ExecutorService threads;

  /**
   * Takes the address; nothing is answered before {@link #start}.
   *
   * @param tls keys to show who answers; empty to answer without encryption
   * @param name of its threads
   * @param most threads, and so requests at once
   * @throws IOException when nobody can listen there
   */
  public WebServer(InetSocketAddress address, Optional<SSLContext> tls, String name, int most)
      throws IOException {
    this.isEncrypted = tls.isPresent();
    if (tls.isPresent()) {
      HttpsServer https = HttpsServer.create(address, 0);
      https.setHttpsConfigurator(new HttpsConfigurator(tls.get()));
      this.server = https;
    } else {
      this.server = HttpServer.create(address, 0);
    }
    AtomicInteger number = new AtomicInteger();
    this.threads =
        Executors.newFixedThreadPool(
            most,
            work -> {
              Thread thread = new Thread(work, name + "-" + number.incrementAndGet());
              thread.setDaemon(true);
              return thread;
            });
    server.setExecutor(threads);
  }

  /** Begins to answer. */
  public void start(HttpHandler handler) {
    server.createContext("/", handler);
    server.start();
  }

  /** Does something beside requests. */
  public void execute(Runnable work) {
    threads.execute(work);
  }

  /** Where it listens. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** What whoever is on this machine puts before a path. */
  public URI address() {
    InetAddress at = server.getAddress().getAddress();
    String host = at.isAnyLocalAddress() || at.isLoopbackAddress() ? "localhost" : at.getHostName();
    return URI.create((isEncrypted ? "https://" : "http://") + host + ":" + port() + "/");
  }

  /**
   * True when a request means this server by its name. On this machine only its own names do: a
   * name that leads here by another's doing, such as a page of somebody else's that makes its own
   * name this machine's, does not. Beyond it a token says who may ask.
   *
   * @param host the header of that name; null when there is none
   * @param other name that it has as well
   */
  public boolean isMeant(String host, String other) {
    if (!server.getAddress().getAddress().isLoopbackAddress()) {
      return true;
    }
    String name = host == null ? "" : host.replaceFirst(":[0-9]+$", "").toLowerCase(Locale.ROOT);
    return OWN_NAMES.contains(name) || name.equals(other.toLowerCase(Locale.ROOT));
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
