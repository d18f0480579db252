package io.lakebeam.benchmark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts JVMs that differ in nothing but their class path and their main class. */
record ChildJvm(Path home, Path folder, String heap) {

  /** The jar and the libraries that users run. */
  String lakebeamClassPath() {
    return home.resolve("target/lakebeam.jar") + File.pathSeparator + ours();
  }

  /** What the launcher runs for runner spark. */
  String lakebeamOnSparkClassPath() {
    return String.join(
        File.pathSeparator,
        home.resolve("target/lakebeam-spark.jar").toString(),
        ours(),
        home.resolve("target/spark/jars/*").toString());
  }

  /** Spark's own, with nothing of Lakebeam's but the benchmark. */
  String sparkClassPath() throws IOException {
    Path file = home.resolve("benchmarks/target/spark.classpath");
    return Files.readString(file).strip() + File.pathSeparator + ours();
  }

  private String ours() {
    return home.resolve("benchmarks/target/classes").toString();
  }

  /**
   * A JVM of a main class, not yet started; what it says on its standard error goes to a log.
   *
   * @param name of the log
   */
  ProcessBuilder jvm(
      String name, String heapSize, Class<?> main, String classPath, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Xmx" + heapSize);
    // What the launcher starts Lakebeam with; the fastest collector for Spark's work, too.
    command.add("-XX:+UseParallelGC");
    command.addAll(List.of(System.getProperty("benchmark.jvm.flags").strip().split("\\s+")));
    command.addAll(archive(classPath));
    command.addAll(List.of("-cp", classPath, main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command).redirectError(log(name).toFile());
  }

  /** Lakebeam's classes as the build has made them ready, which the launcher takes as well. */
  private List<String> archive(String classPath) {
    Path archive = home.resolve("target/lakebeam.jsa");
    return classPath.startsWith(lakebeamClassPath()) && Files.exists(archive)
        ? List.of(
            "-XX:SharedArchiveFile=" + archive,
            "-Xshare:auto",
            "-Xlog:cds=off",
            "-Xlog:cds+dynamic=off")
        : List.of();
  }

  /**
   * Runs a main class to its end.
   *
   * @throws IOException when it fails, with the end of its log
   */
  void run(String name, Class<?> main, String classPath, List<String> arguments, Topic topic)
      throws IOException, InterruptedException {
    ProcessBuilder builder = jvm(name, heap, main, classPath, arguments);
    builder.environment().putAll(topic.environment());
    Process process = builder.redirectOutput(ProcessBuilder.Redirect.INHERIT).start();
    // A benchmark that is interrupted leaves no engine behind.
    Thread killer = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(killer);
    int code = process.waitFor();
    Runtime.getRuntime().removeShutdownHook(killer);
    if (code != 0) {
      throw failure(name, code);
    }
  }

  IOException failure(String name, int code) throws IOException {
    List<String> lines = Files.readAllLines(log(name));
    return new IOException(
        name
            + " ended with exit code "
            + code
            + "; "
            + log(name)
            + " ends with\n"
            + String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size())));
  }

  private Path log(String name) {
    return folder.resolve(name + ".log");
  }
}
