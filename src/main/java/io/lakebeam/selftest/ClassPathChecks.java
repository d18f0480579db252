package io.lakebeam.selftest;

import io.lakebeam.doctor.Checks;
import io.lakebeam.doctor.Outcome;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.runner.HeartbeatSetting;
import io.lakebeam.runner.Workers;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Properties;
import java.util.TimeZone;
import java.util.stream.Collectors;

/** The JVMs: what is loaded in them, and from where. */
final class ClassPathChecks {
  /** What Lakebeam and Beam's runner are built for. */
  private static final String SPARK = "3.5.";

  private static final String SCALA = "2.12.";

  private final Workers workers;

  ClassPathChecks(Workers workers) {
    this.workers = workers;
  }

  void run(Checks checks) {
    checks.aside("java", () -> new Outcome.Ok("Java " + Runtime.version()));
    if (workers.sparkVersion().isPresent()) {
      checks.aside("spark", () -> spark(workers.sparkVersion().get(), scala()));
    }
    ClassLoader loader = ClassPathChecks.class.getClassLoader();
    checks.aside("libraries", () -> new Libraries(loader).origins());
    checks.aside("functions", () -> WorkerVisit.answer(new WorkerVisit().call(0)));
    if (workers.sparkVersion().isPresent()) {
      checks.aside(
          "heartbeats",
          () -> heartbeats(workers.sparkSetting(HeartbeatSetting.NAME).orElse("true")));
    }
    checks.aside("executors", this::executors);
  }

  static Outcome spark(String spark, String scala) {
    String found = "Spark " + spark + ", Scala " + (scala.isEmpty() ? "unknown" : scala);
    boolean isScala = scala.isEmpty() || scala.startsWith(SCALA);
    if (!spark.startsWith("3.") || !isScala) {
      return new Outcome.Failed(
          ErrorCode.MACHINE_UNFIT,
          found,
          "Lakebeam is built for Spark 3.5 with Scala 2.12",
          "On Databricks, set spark_version of the profile to 16.4.x-scala2.12");
    }
    return spark.startsWith(SPARK)
        ? new Outcome.Ok(found)
        : new Outcome.Warning(
            ErrorCode.MACHINE_UNFIT,
            found,
            "Lakebeam is built for Spark 3.5, and other versions were not tried",
            "On Databricks, set spark_version of the profile to 16.4.x-scala2.12");
  }

  /** As its library says; empty when it does not. */
  private static String scala() throws IOException {
    try (InputStream in = ClassPathChecks.class.getResourceAsStream("/library.properties")) {
      Properties properties = new Properties();
      if (in != null) {
        properties.load(in);
      }
      return properties.getProperty("version.number", "");
    }
  }

  static Outcome heartbeats(String keepsZeros) {
    return keepsZeros.equals("false")
        ? new Outcome.Ok("not ended by an accumulator that is still being read")
        : new Outcome.Warning(
            ErrorCode.MACHINE_UNFIT,
            HeartbeatSetting.NAME + " is not false",
            "a heartbeat that meets the start of a task may be an executor's last one, and two"
                + " minutes later Spark gives the executor up",
            "Add " + HeartbeatSetting.NAME + ": false to spark_conf of the profile");
  }

  private Outcome executors() throws Exception {
    List<WorkerVisit.Said> said;
    try {
      said = workers.call(Math.max(2, workers.atOnce()), new WorkerVisit());
    } catch (Exception e) {
      return unseen(e);
    }
    for (WorkerVisit.Said each : said) {
      if (WorkerVisit.answer(each) instanceof Outcome.Failed failed) {
        return new Outcome.Failed(
            failed.told().code(),
            failed.told().problem() + " at " + each.process(),
            failed.told().cause(),
            failed.told().fix());
      }
    }
    List<String> processes = said.stream().map(WorkerVisit.Said::process).distinct().toList();
    List<String> zones =
        said.stream()
            .filter(each -> !each.isUtc())
            .map(each -> each.process() + " has " + each.zone())
            .distinct()
            .toList();
    if (workers.sparkVersion().isPresent() && !(zones.isEmpty() && isUtc())) {
      return new Outcome.Warning(
          ErrorCode.MACHINE_UNFIT,
          "not every machine's time zone is UTC",
          zones.isEmpty() ? "the driver has " + TimeZone.getDefault().getID() : zones.get(0),
          "Add -Duser.timezone=UTC to spark.driver.extraJavaOptions and"
              + " spark.executor.extraJavaOptions in spark_conf of the profile");
    }
    return new Outcome.Ok(
        (processes.size() == 1 ? "1 process" : processes.size() + " processes")
            + " with Lakebeam's classes, in UTC: "
            + processes.stream().limit(3).collect(Collectors.joining(", ")));
  }

  private static boolean isUtc() {
    return WorkerVisit.isUtc(TimeZone.getDefault());
  }

  /** A class that one side lacks ends a job, whichever side that is. */
  static Outcome unseen(Exception e) throws Exception {
    // Spark tells what a task has thrown as text, for its class may be the one that is lacking.
    String text = String.valueOf(e.getMessage());
    boolean isClass =
        text.contains("ClassNotFoundException")
            || text.contains("NoClassDefFoundError")
            || text.contains("ClassCastException");
    if (!isClass) {
      throw e;
    }
    return new Outcome.Failed(
        ErrorCode.MACHINE_UNFIT,
        "Lakebeam's jar is not seen where tasks run, or where their results come back",
        text.lines()
            .map(String::strip)
            .filter(line -> line.contains("ClassNotFound") || line.contains("NoClassDefFound"))
            .findFirst()
            .orElse(text.lines().findFirst().orElse("")),
        "Have Spark start with the jar: spark-submit --jars; on Databricks a cluster init script"
            + " that copies it to /databricks/jars");
  }
}
