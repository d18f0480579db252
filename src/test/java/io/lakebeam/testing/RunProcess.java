package io.lakebeam.testing;

import io.lakebeam.cli.Lakebeam;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A command in a JVM of its own, to be watched and killed. */
public final class RunProcess implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 600;
  private static final long LOOK_MILLIS = 20;
  private static final Path HOME = Path.of("").toAbsolutePath();
  private static final Path JAR = Path.of("target", "lakebeam.jar").toAbsolutePath();
  private static final Path ARCHIVE = Path.of("target", "lakebeam.jsa").toAbsolutePath();

  private final Process process;
  private final Path output;

  private RunProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
  }

  /**
   * Lakebeam's own command line: as the launcher starts it, from the jar and the archive of classes
   * that the build has made. With Spark, which that jar comes without, on this JVM's classpath.
   */
  public static RunProcess lakebeam(Path folder, Map<String, String> environment, String... args)
      throws IOException {
    List<String> command = new ArrayList<>(List.of("-Xmx1g", "-Dlakebeam.home=" + HOME));
    if (Files.isRegularFile(JAR) && !List.of(args).contains("spark")) {
      if (Files.isRegularFile(ARCHIVE)) {
        command.add("-XX:SharedArchiveFile=" + ARCHIVE);
      }
      command.addAll(List.of("-cp", JAR.toString()));
    } else {
      command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    }
    command.add(Lakebeam.class.getName());
    command.addAll(List.of(args));
    return java(folder, environment, command);
  }

  /** Any Java program, with the openings that Spark and Arrow ask of Java 17. */
  public static RunProcess java(Path folder, Map<String, String> environment, List<String> args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("--add-opens"))
        .forEach(command::add);
    // Processes that live for seconds: the second compiler would take more than it gives.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Duser.timezone=UTC"));
    command.addAll(args);
    Path output = Files.createTempFile(folder, "output", ".txt");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile());
    builder.environment().putAll(environment);
    return new RunProcess(builder.start(), output);
  }

  public ProcessHandle handle() {
    return process.toHandle();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  /** What it has printed so far. */
  public String printed() throws IOException {
    return Files.readString(output, StandardCharsets.UTF_8);
  }

  /** As kill -STOP: it stands still wherever it is, and goes on after {@link #wake}. */
  public void suspend() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** As kill -CONT. */
  public void wake() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
            .inheritIO()
            .start()
            .waitFor();
    if (code != 0) {
      throw new AssertionError("kill -" + name + " " + process.pid() + " gave " + code);
    }
  }

  /**
   * Lets it live for a while.
   *
   * @return false when it has ended within that time
   */
  public boolean lives(long millis) throws InterruptedException {
    return !process.waitFor(millis, TimeUnit.MILLISECONDS);
  }

  /**
   * Waits until something is so.
   *
   * @return false when it has ended before
   */
  public boolean await(String what, Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (!condition.call()) {
      if (!lives(LOOK_MILLIS)) {
        return condition.call();
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("no " + what + ": " + printed());
      }
    }
    return true;
  }

  /** As kill -9, with everything it has started. */
  public void kill() throws InterruptedException {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("not killed: " + process.pid());
    }
  }

  /** Waits for its end. */
  public int exitCode() throws IOException, InterruptedException {
    if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      String said = printed();
      kill();
      throw new AssertionError("no end after " + PATIENCE_SECONDS + " s: " + said);
    }
    return process.exitValue();
  }

  /**
   * Waits until an epoch is planned, from when on it is under way.
   *
   * @return false when the process has ended before
   */
  public boolean awaitPlan(Path lake, String pipeline, long number) throws Exception {
    String plan = String.format(Locale.ROOT, "_lakebeam/%s/epochs/%012d.json", pipeline, number);
    return await("epoch " + number, () -> Files.exists(lake.resolve(plan)));
  }

  /** Waits until it has printed a text. */
  public void awaitPrinted(String text) throws IOException, InterruptedException {
    awaitPrinted(text, 1);
  }

  /** Waits until it has printed a text so many times. */
  public void awaitPrinted(String text, int times) throws IOException, InterruptedException {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
    while (printed(text) < times) {
      boolean hasEnded = !lives(LOOK_MILLIS);
      if ((hasEnded && printed(text) < times) || System.nanoTime() > end) {
        throw new AssertionError("no \"" + text + "\": " + printed());
      }
    }
  }

  private int printed(String text) throws IOException {
    return printed().split(Pattern.quote(text), -1).length - 1;
  }

  @Override
  public void close() throws InterruptedException {
    kill();
  }
}
