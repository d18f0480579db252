package io.lakebeam.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A Spark standalone cluster of processes on this machine: a master and workers with one core each,
 * from the libraries that the build lays out as SPARK_HOME. Nothing listens beyond the loopback.
 */
public final class TestingCluster implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Path HOME = Path.of("target/spark").toAbsolutePath();

  private final Path folder;
  private final Map<String, String> environment = new HashMap<>();
  private final int port = freePort();
  private final List<RunProcess> processes = new ArrayList<>();

  /**
   * Starts the cluster.
   *
   * @param folder for work and logs
   * @param environment of workers and executors
   */
  public TestingCluster(Path folder, int workers, Map<String, String> environment)
      throws IOException, InterruptedException {
    this.folder = Files.createDirectories(folder);
    this.environment.putAll(environment);
    this.environment.put("SPARK_HOME", HOME.toString());
    this.environment.put("SPARK_SCALA_VERSION", "2.12");
    this.environment.put("SPARK_LOCAL_IP", LOOPBACK);
    this.environment.put("JAVA_HOME", System.getProperty("java.home"));
    start(
        "org.apache.spark.deploy.master.Master",
        "--host",
        LOOPBACK,
        "--port",
        Integer.toString(port),
        "--webui-port",
        Integer.toString(freePort()));
    for (int i = 0; i < workers; i++) {
      start(
          "org.apache.spark.deploy.worker.Worker",
          "--host",
          LOOPBACK,
          "--cores",
          "1",
          "--memory",
          "1g",
          "--webui-port",
          Integer.toString(freePort()),
          "--work-dir",
          folder.resolve("work" + i).toString(),
          master());
    }
    for (RunProcess worker : processes.subList(1, processes.size())) {
      worker.awaitPrinted("Successfully registered with master");
    }
  }

  private void start(String main, String... args) throws IOException {
    processes.add(java("-Xmx256m", environment, main, List.of(args)));
  }

  private RunProcess java(
      String heap, Map<String, String> environment, String main, List<String> args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(heap, "-cp", HOME + "/jars/*", main));
    command.addAll(args);
    return RunProcess.java(folder, environment, command);
  }

  public String master() {
    return "spark://" + LOOPBACK + ":" + port;
  }

  /**
   * What spark-submit does.
   *
   * @param conf more settings
   * @param driver more variables of the driver's environment
   * @param jar the application
   * @param args its arguments
   */
  public RunProcess submit(
      Map<String, String> conf,
      Map<String, String> driver,
      Path jar,
      String main,
      List<String> args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("--master", master(), "--class", main));
    Map<String, String> settings = new HashMap<>(conf);
    settings.put("spark.driver.host", LOOPBACK);
    settings.put("spark.driver.bindAddress", LOOPBACK);
    settings.put("spark.ui.enabled", "false");
    settings.forEach((key, value) -> command.addAll(List.of("--conf", key + "=" + value)));
    command.add(jar.toAbsolutePath().toString());
    command.addAll(args);
    Map<String, String> drivers = new HashMap<>(environment);
    drivers.putAll(driver);
    return java("-Xmx1g", drivers, "org.apache.spark.deploy.SparkSubmit", command);
  }

  /** The executors that are alive. */
  public List<ProcessHandle> executors() {
    return processes.stream()
        .flatMap(process -> process.handle().descendants())
        .filter(
            handle ->
                handle
                    .info()
                    .commandLine()
                    .map(line -> line.contains("CoarseGrainedExecutorBackend"))
                    .orElse(false))
        .toList();
  }

  /** What executors have logged that contains a text: the lines, and a few after each. */
  public List<String> executorLogsWith(String text) throws IOException {
    List<String> found = new ArrayList<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path log : files.filter(file -> file.endsWith("stderr")).toList()) {
        List<String> lines = Files.readAllLines(log);
        for (int i = 0; i < lines.size(); i++) {
          if (lines.get(i).contains(text)) {
            found.addAll(lines.subList(i, Math.min(i + 3, lines.size())));
          }
        }
      }
    }
    return found;
  }

  @Override
  public void close() throws InterruptedException {
    for (RunProcess process : processes) {
      process.close();
    }
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
