package io.lakebeam.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileSystem;
import org.junit.jupiter.api.Assumptions;

/**
 * Azure storage on this machine: Microsoft's emulator Azurite, its blob service only, as a process
 * of its own. npm fetches it once into {@code target/azurite}. Without node and npm, tests that ask
 * for it are skipped, and say so in one line.
 *
 * <p>One serves the whole JVM and ends with it. Its accounts are {@code lakes} and {@code landing},
 * with keys in the variables {@code LAKES_KEY} and {@code LANDING_KEY}, and {@code landing} has a
 * shared access signature in {@code LANDING_SAS}; the account {@code flaky} is reached through a
 * proxy of the test's.
 */
public final class TestingAzurite {
  private static final String VERSION = "3.35.0";
  private static final Path FOLDER = Path.of("target", "azurite").toAbsolutePath();
  private static final Path PROGRAM = FOLDER.resolve("node_modules/azurite/dist/src/blob/main.js");
  private static final List<String> ACCOUNTS = List.of("lakes", "landing", "flaky", "locked");
  private static final String SAS_VERSION = "2020-08-04";

  private static TestingAzurite running;
  private static boolean hasTold;

  private final int port;
  private final TestingThrottlingProxy flaky;
  private final String landingSas = sas("landing");

  private TestingAzurite(int port) throws IOException {
    this.port = port;
    this.flaky = new TestingThrottlingProxy(port);
  }

  /** The emulator; skips the test that asks where it cannot be had. */
  public static synchronized TestingAzurite get() {
    if (running == null) {
      for (String program : List.of("node", "npm")) {
        if (onPath(program).isEmpty()) {
          String why = "SKIPPED, nothing on Azure storage is tested: " + program + " is missing";
          if (!hasTold) {
            System.err.println(why + "; install Node.js 18 or newer");
            hasTold = true;
          }
          Assumptions.abort(why);
        }
      }
      try {
        install();
        running = start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
    }
    return running;
  }

  /** What stands before the account {@code flaky}. */
  public TestingThrottlingProxy flaky() {
    return flaky;
  }

  /** Of an account, as Azure writes it. */
  public static String key(String account) {
    return Base64.getEncoder().encodeToString((account + "-key-").repeat(6).getBytes(UTF_8));
  }

  /** The URI of a container, which is made when it is absent. */
  public String container(String account, String name) {
    String uri = uri(account, name);
    Configuration admin = new Configuration(Storage.PLAIN.configuration());
    String host = host(account);
    admin.set("fs.azure.abfs.endpoint." + host, "127.0.0.1:" + port);
    admin.set("fs.azure.account.auth.type." + host, "SharedKey");
    admin.set("fs.azure.account.key." + host, key(account));
    admin.set("fs.azure.fns.account.service.type", "BLOB");
    admin.set("fs.azure.account.hns.enabled", "false");
    admin.set("fs.azure.always.use.https", "false");
    admin.set("fs.azure.createRemoteFileSystemDuringInitialization", "true");
    try (FileSystem made = FileSystem.newInstance(URI.create(uri), admin)) {
      made.listStatus(new org.apache.hadoop.fs.Path("/"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return uri;
  }

  /** The URI of a container, there or not. */
  public static String uri(String account, String container) {
    return "abfs://" + container + "@" + host(account);
  }

  private static String host(String account) {
    return account + ".dfs.core.windows.net";
  }

  /** {@code storage:} of a pipeline file that reaches every account; ends with a line break. */
  public String yaml() {
    ACCOUNTS.forEach(account -> Secrets.provide(variable(account, "KEY"), key(account)));
    Secrets.provide(variable("landing", "SAS"), landingSas);
    Secrets.provide(variable("locked", "KEY"), key("another"));
    return """
        storage:
          azure:
            lakes: {account_key: "${LAKES_KEY}"}
            landing: {sas: "${LANDING_SAS}"}
            flaky: {account_key: "${FLAKY_KEY}"}
            locked: {account_key: "${LOCKED_KEY}"}
          properties:
            fs.azure.abfs.endpoint: 127.0.0.1:%d
            fs.azure.abfs.endpoint.flaky.dfs.core.windows.net: 127.0.0.1:%d
            fs.azure.io.retry.min.backoff.interval: 20
            fs.azure.io.retry.max.backoff.interval: 200
            fs.azure.io.retry.backoff.interval: 20
            fs.azure.fns.account.service.type: BLOB
            fs.azure.account.hns.enabled: false
            fs.azure.always.use.https: false
        """
        .formatted(port, flaky.port());
  }

  private static String variable(String account, String what) {
    return account.toUpperCase(Locale.ROOT) + "_" + what;
  }

  /** Reads, writes, lists and deletes blobs of an account for a day. */
  private static String sas(String account) {
    String from =
        Instant.now().minus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS).toString();
    String to = Instant.now().plus(1, ChronoUnit.DAYS).truncatedTo(ChronoUnit.SECONDS).toString();
    String toSign =
        String.join(
            "\n", account, "rwdlacup", "b", "sco", from, to, "", "https,http", SAS_VERSION, "");
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(key(account)), "HmacSHA256"));
      String signature = Base64.getEncoder().encodeToString(mac.doFinal(toSign.getBytes(UTF_8)));
      return "sv="
          + SAS_VERSION
          + "&ss=b&srt=sco&sp=rwdlacup&st="
          + encoded(from)
          + "&se="
          + encoded(to)
          + "&spr=https,http&sig="
          + encoded(signature);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, UTF_8);
  }

  private static Optional<Path> onPath(String program) {
    return Stream.of(System.getenv("PATH").split(java.io.File.pathSeparator, -1))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** One at a time, as several builds may share a folder. */
  private static void install() throws IOException, InterruptedException {
    Files.createDirectories(FOLDER);
    try (FileChannel channel =
            FileChannel.open(
                FOLDER.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = channel.lock()) {
      if (!lock.isValid() || Files.exists(PROGRAM)) {
        return;
      }
      Files.writeString(FOLDER.resolve("package.json"), "{\"private\": true}");
      Path log = FOLDER.resolve("npm.txt");
      Process npm =
          new ProcessBuilder("npm", "install", "--no-audit", "--no-fund", "azurite@" + VERSION)
              .directory(FOLDER.toFile())
              .redirectErrorStream(true)
              .redirectOutput(log.toFile())
              .start();
      if (npm.waitFor() != 0) {
        throw new IOException("npm cannot install azurite: " + Files.readString(log));
      }
    }
  }

  private static TestingAzurite start() throws IOException, InterruptedException {
    int port = freePort();
    Path log = Files.createTempFile("azurite", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(
                "node",
                PROGRAM.toString(),
                "--blobHost",
                "127.0.0.1",
                "--blobPort",
                Integer.toString(port),
                "--inMemoryPersistence",
                "--disableTelemetry",
                "--silent")
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder
        .environment()
        .put(
            "AZURITE_ACCOUNTS",
            String.join(";", ACCOUNTS.stream().map(name -> name + ":" + key(name)).toList()));
    Process process = builder.start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
    while (!answers(port)) {
      if (process.waitFor(50, TimeUnit.MILLISECONDS)) {
        throw new IOException("azurite ended: " + Files.readString(log));
      }
    }
    return new TestingAzurite(port);
  }

  private static boolean answers(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
