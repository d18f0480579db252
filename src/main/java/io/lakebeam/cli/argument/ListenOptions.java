package io.lakebeam.cli.argument;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.lake.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.checkerframework.checker.nullness.qual.Nullable;
import picocli.CommandLine.Option;

/** Where a command's server listens, and how what it says is encrypted. */
public final class ListenOptions {
  private static final int MOST_PORT = 65_535;

  @Option(
      names = "--host",
      paramLabel = "HOST",
      description =
          "Where to listen. Default: this machine only; 0.0.0.0 is every network, and needs"
              + " --key-store.")
  private String host = "localhost";

  @Option(
      names = "--key-store",
      paramLabel = "FILE",
      description = "Answer as https, with the key of this PKCS#12 file.")
  private @Nullable String keyStore;

  @Option(
      names = "--behind-proxy",
      description = "Answer beyond this machine without encryption: something before it encrypts.")
  private boolean isBehindProxy;

  /**
   * Where to listen.
   *
   * @throws UsageException when that is nowhere
   */
  public InetSocketAddress at(int port) {
    if (port < 0 || port > MOST_PORT) {
      throw new UsageException("--port is 0 to 65535, not " + port);
    }
    try {
      return new InetSocketAddress(
          host.equals("localhost") ? InetAddress.getLoopbackAddress() : InetAddress.getByName(host),
          port);
    } catch (UnknownHostException e) {
      throw new UsageException("--host: nobody knows the host " + host);
    }
  }

  /** True when something before the server encrypts. */
  public boolean isBehindProxy() {
    return isBehindProxy;
  }

  /**
   * Refuses to let tokens go over a network as they are.
   *
   * @throws UsageException when they would
   */
  public void requireEncryption(InetSocketAddress at) {
    if (!at.getAddress().isLoopbackAddress() && keyStore == null && !isBehindProxy) {
      throw new UsageException(
          "beyond this machine tokens would go unencrypted: give --key-store, or --behind-proxy"
              + " where something before it encrypts");
    }
  }

  /**
   * What to encrypt with; empty for nothing.
   *
   * @param password the variable with the key store's password
   * @throws UsageException when the key store cannot be used
   */
  public Optional<SSLContext> tls(Console console, String password) {
    return keyStore == null
        ? Optional.empty()
        : Optional.of(tls(console.resolve(keyStore), password, console));
  }

  private SSLContext tls(Path file, String variable, Console console) {
    char[] password =
        Optional.ofNullable(console.environment().apply(variable)).orElse("").toCharArray();
    try (InputStream in = Files.newInputStream(file)) {
      KeyStore keys = KeyStore.getInstance("PKCS12");
      keys.load(in, password);
      KeyManagerFactory factory =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      factory.init(keys, password);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(factory.getKeyManagers(), null, null);
      return context;
    } catch (NoSuchFileException e) {
      throw new UsageException("--key-store: there is no file " + keyStore);
    } catch (GeneralSecurityException e) {
      throw new UsageException("--key-store: " + keyStore + " has no key that can be used");
    } catch (IOException e) {
      if (e.getCause() instanceof GeneralSecurityException) {
        throw new UsageException("--key-store: the password in " + variable + " does not open it");
      }
      throw new UsageException("--key-store: " + keyStore + " is no PKCS#12 file that can be read");
    }
  }
}
