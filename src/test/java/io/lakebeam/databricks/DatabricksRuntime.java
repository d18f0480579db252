package io.lakebeam.databricks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The libraries that a Databricks runtime loads before any jar of a job, as far as its release
 * notes list them and they can be had: the build copies them to {@code target/databricks}. What
 * Spark needs besides comes from this build's own Spark, without what only Lakebeam brings.
 */
enum DatabricksRuntime {
  /** The newest runtime whose whole list could be read; 16.4 is on the same line of Spark. */
  V15_3("15.3"),

  /** The oldest that is supported. */
  V14_3("14.3");

  /** What Spark core, SQL and streaming do not bring, so a cluster need not have it. */
  private static final Pattern ONLY_OURS =
      Pattern.compile(
          "kafka.*|parquet-.*|byte-buddy|opentelemetry-.*|classgraph|args4j|hamcrest|argparse4j"
              + "|jopt-simple|jose4j|commons-csv|commons-validator|commons-digester"
              + "|commons-beanutils|slf4j-jdk14|protobuf-java-util|pcollections|itu|shapeless_.*"
              + "|conscrypt-.*|scala-logging_.*|scala-java8-compat_.*|hadoop-azure|auto-value-.*");

  private static final Pattern JAR = Pattern.compile("(.+?)-([0-9][^/]*)\\.jar");
  private static final Path BUILT = Path.of("target/databricks").toAbsolutePath();
  private static final Path SPARK = Path.of("target/spark/jars").toAbsolutePath();

  private final String version;

  DatabricksRuntime(String version) {
    this.version = version;
  }

  /** The listed libraries, by the name of their artifact. */
  Map<String, Path> libraries() throws IOException {
    Map<String, Path> libraries = jars(BUILT.resolve(V15_3.version));
    if (this != V15_3) {
      libraries.putAll(jars(BUILT.resolve(version)));
    }
    return libraries;
  }

  /** The listed libraries and what Spark needs besides: all that is there before a job's jar. */
  List<Path> classPath() throws IOException {
    Map<String, Path> all = jars(SPARK);
    all.keySet().removeIf(name -> ONLY_OURS.matcher(name).matches());
    all.putAll(libraries());
    return List.copyOf(all.values());
  }

  /**
   * A folder laid out as SPARK_HOME, for executors that are processes of their own.
   *
   * @param folder a new one
   */
  Path sparkHome(Path folder) throws IOException {
    Path jars = Files.createDirectories(folder.resolve("jars"));
    for (Path library : classPath()) {
      Files.createSymbolicLink(jars.resolve(library.getFileName()), library);
    }
    return folder;
  }

  private static Map<String, Path> jars(Path folder) throws IOException {
    Map<String, Path> jars = new TreeMap<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        Matcher name = JAR.matcher(file.getFileName().toString());
        if (!name.matches()) {
          throw new IOException(file + " has no version in its name");
        }
        // Natives of Netty are jars of the same name with the platform after the version.
        String key = name.group(1) + platform(name.group(2));
        // LZ4 lives under two groups, and two lines of Dropwizard's metrics under one name.
        Path other = jars.put(key, file);
        if (other != null && folder.startsWith(BUILT)) {
          throw new IOException(other + " and " + file + ": delete " + BUILT + " and build again");
        }
      }
    }
    return jars;
  }

  private static String platform(String version) {
    int end =
        version.indexOf("-linux-") >= 0 ? version.indexOf("-linux-") : version.indexOf("-osx-");
    return end < 0 ? "" : version.substring(end);
  }

  @Override
  public String toString() {
    return version;
  }
}
