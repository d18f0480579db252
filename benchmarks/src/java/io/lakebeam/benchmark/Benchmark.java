package io.lakebeam.benchmark;

import io.lakebeam.demo.FlightGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs the engines one after the other over one topic, checks what they wrote, and compares. */
@Command(
    name = "benchmarks/run.sh",
    sortOptions = false,
    mixinStandardHelpOptions = true,
    description = {
      "Measures a triggered update of benchmarks/pipelines/flights_benchmark on the direct runner or"
          + " on Spark, and Spark Structured Streaming with delta-spark at the same work.",
      ""
    })
final class Benchmark implements Callable<Integer> {
  private static final long SEED = 7;

  /** Where Lakebeam runs. */
  private enum Runner {
    direct,
    spark
  }

  /** Who is measured beside Lakebeam. */
  private enum Peer {
    spark,
    none
  }

  @Option(names = "--events", paramLabel = "N", description = "In the broker (${DEFAULT-VALUE}).")
  private long events = 2_000_000;

  @Option(
      names = "--runner",
      paramLabel = "RUNNER",
      description = "Lakebeam's: ${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private Runner runner = Runner.direct;

  @Option(
      names = "--cores",
      paramLabel = "N",
      description = "Of Lakebeam on Spark: local[N] (${DEFAULT-VALUE}).")
  private int cores = 2;

  @Option(
      names = "--peer",
      paramLabel = "WHO",
      description = "${COMPLETION-CANDIDATES} (${DEFAULT-VALUE}).")
  private Peer peer = Peer.spark;

  @Option(
      names = "--max-rows-per-epoch",
      paramLabel = "N",
      description = "Rows of an epoch, and of a batch of the peer's (${DEFAULT-VALUE}).")
  private long maxRowsPerEpoch = 500_000;

  @Option(
      names = "--soak",
      description =
          "Lakebeam's update is continuous until all events are read, and tells every 100 epochs"
              + " what it holds of memory and files. With few rows an epoch, and --peer none.")
  private boolean soak;

  @Option(
      names = "--profile-out",
      paramLabel = "FILE",
      description =
          "Record Lakebeam's run with JFR into this file and print where the time goes. It costs"
              + " some percent, so do not compare with a peer then.")
  private Path profileOut;

  @Option(
      names = "--peer-conf",
      paramLabel = "KEY=VALUE",
      description = "A setting of Spark's, for those who know a faster one; may be repeated.")
  private Map<String, String> peerConf = new LinkedHashMap<>();

  @Option(names = "--heap", paramLabel = "SIZE", description = "Of each engine (${DEFAULT-VALUE}).")
  private String heap = "4g";

  @Option(
      names = "--work",
      paramLabel = "DIR",
      description = "Emptied first; the lakes stay in it (benchmarks/target/work).")
  private Path work;

  @Option(names = "--home", hidden = true, required = true)
  private Path home;

  private Benchmark() {}

  public static void main(String[] arguments) {
    System.exit(new CommandLine(new Benchmark()).execute(arguments));
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path folder = (work == null ? home.resolve("benchmarks/target/work") : work).toAbsolutePath();
    empty(folder);
    ChildJvm jvm = new ChildJvm(home, folder, heap);
    Report report = new Report(System.out);
    LakeCheck check = new LakeCheck(new FlightGenerator(SEED), events);
    boolean exact;
    try (BrokerChild broker =
        BrokerChild.start(jvm, folder.resolve("broker"), events, SEED, key())) {
      report.published(events, broker.nanos());
      Figures ours = lakebeam(jvm, folder, broker.topic());
      exact = report.run(ours, check.contents(folder.resolve("lakebeam")));
      if (profileOut != null) {
        report.profile(Profile.of(profileOut), ours);
      }
      if (peer == Peer.spark) {
        Figures theirs = spark(jvm, folder, broker.topic());
        exact &= report.run(theirs, check.contents(folder.resolve("spark")));
        report.ratio(ours, theirs);
      }
    }
    empty(folder.resolve("broker"));
    return exact ? 0 : 1;
  }

  private Figures lakebeam(ChildJvm jvm, Path folder, Topic topic)
      throws IOException, InterruptedException {
    Path figures = folder.resolve("lakebeam.json");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                home.resolve("benchmarks/pipelines/flights_benchmark/pipeline.yaml").toString(),
                folder.resolve("lakebeam").toString(),
                Long.toString(maxRowsPerEpoch),
                figures.toString(),
                runner == Runner.spark ? "local[" + cores + "]" : runner.name(),
                Long.toString(soak ? events : 0)));
    Optional.ofNullable(profileOut)
        .ifPresent(file -> arguments.add(file.toAbsolutePath().toString()));
    String classPath =
        runner == Runner.spark ? jvm.lakebeamOnSparkClassPath() : jvm.lakebeamClassPath();
    jvm.run("lakebeam", LakebeamProcess.class, classPath, arguments, topic);
    return Figures.read(figures);
  }

  private Figures spark(ChildJvm jvm, Path folder, Topic topic)
      throws IOException, InterruptedException {
    Path figures = folder.resolve("spark.json");
    List<String> arguments =
        new ArrayList<>(
            List.of(
                folder.resolve("spark").toString(),
                home.resolve("pipelines/airlines/reference").toString(),
                Long.toString(maxRowsPerEpoch),
                figures.toString()));
    peerConf.forEach((key, value) -> arguments.add(key + "=" + value));
    jvm.run("spark", SparkProcess.class, jvm.sparkClassPath(), arguments, topic);
    return Figures.read(figures);
  }

  private static String key() {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    return "Endpoint=sb://localhost/;SharedAccessKeyName=benchmark;SharedAccessKey="
        + Base64.getEncoder().encodeToString(key);
  }

  private static void empty(Path folder) throws IOException {
    if (Files.exists(folder)) {
      List<Path> paths;
      try (Stream<Path> all = Files.walk(folder)) {
        paths = all.sorted(Comparator.reverseOrder()).toList();
      }
      for (Path path : paths) {
        Files.delete(path);
      }
    }
    Files.createDirectories(folder);
  }
}
