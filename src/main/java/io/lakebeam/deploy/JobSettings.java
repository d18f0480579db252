package io.lakebeam.deploy;

import io.lakebeam.spec.Trust;
import io.lakebeam.spec.profile.DatabricksProfile;
import io.lakebeam.spec.profile.DatabricksProfile.Cluster;
import io.lakebeam.spec.profile.DatabricksProfile.Continuous;
import io.lakebeam.spec.profile.DatabricksProfile.Scheduled;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A job as the Jobs API and bundles know it: one JAR task on a cluster of its own.
 *
 * @param pipeline the pipeline's name
 * @param pipelineFile where the job finds it, on its class path
 * @param jars where the job finds them
 * @param parameters values for {@code --set}, by name
 * @param trust of every run in the pipeline's files
 * @param variables of the environment, as the job shall get them
 */
record JobSettings(
    DatabricksProfile profile,
    String pipeline,
    String pipelineFile,
    List<String> jars,
    Map<String, String> parameters,
    Trust trust,
    Map<String, String> variables) {
  /** On every job that Lakebeam makes; what it does not have, Lakebeam does not overwrite. */
  static final String TAG = "lakebeam_pipeline";

  /** From the request for a cluster on; no check of a self-test waits for long. */
  private static final Duration SELF_TEST_WITHIN = Duration.ofHours(1);

  private static final String KEY = "lakebeam";
  private static final String MAIN_CLASS = "io.lakebeam.cli.DatabricksJob";

  /** A cluster gets no patches while it runs: Databricks starts the next run on a new one. */
  private static final String STOP_AFTER = "7d";

  private static final List<String> JVM_OPTIONS =
      List.of("spark.driver.extraJavaOptions", "spark.executor.extraJavaOptions");

  /** What an update needs of Spark; it can set this only on a context that it makes itself. */
  private static final Map<String, String> SPARK_CONF =
      Map.of(
          // Plans come from one small task; its place says nothing about where to read.
          "spark.shuffle.reduceLocality.enabled", "false",
          "spark.locality.wait", "0s",
          // Else an executor's heartbeats may end for good (docs/decisions/0017).
          "spark.executor.heartbeat.dropZeroAccumulatorUpdates", "false");

  static String name(String pipeline) {
    return "lakebeam " + pipeline;
  }

  /** In the order in which people read it. */
  Map<String, Object> asMap() {
    Map<String, Object> job = new LinkedHashMap<>();
    job.put("name", name(pipeline));
    job.put("description", "Runs the Lakebeam pipeline " + pipeline + "; made by lakebeam deploy.");
    job.put("tags", tags());
    if (profile.trigger() instanceof Scheduled schedule) {
      job.put(
          "schedule",
          ordered(
              "quartz_cron_expression", schedule.cron(),
              "timezone_id", schedule.zone(),
              "pause_status", pauseStatus(schedule.paused())));
    } else if (profile.trigger() instanceof Continuous continuous) {
      job.put("continuous", ordered("pause_status", pauseStatus(continuous.paused())));
    }
    // A second run would be refused the pipeline's lease.
    job.put("max_concurrent_runs", 1);
    job.put("tasks", List.of(task("job_cluster_key", KEY, arguments())));
    job.put("job_clusters", List.of(ordered("job_cluster_key", KEY, "new_cluster", cluster())));
    return job;
  }

  /** A run of its own that tries the platform, on a cluster as the job would get it. */
  Map<String, Object> asSelfTest() {
    return ordered(
        "run_name",
        name(pipeline) + " self-test",
        "timeout_seconds",
        SELF_TEST_WITHIN.toSeconds(),
        "tasks",
        List.of(
            task(
                "new_cluster",
                cluster(),
                given(List.of("self-test", pipelineFile, "--runner", "spark")))));
  }

  private Map<String, Object> task(String where, Object cluster, List<String> arguments) {
    return ordered(
        "task_key",
        KEY,
        where,
        cluster,
        "spark_jar_task",
        ordered("main_class_name", MAIN_CLASS, "parameters", arguments),
        "libraries",
        jars.stream().map(jar -> ordered("jar", jar)).toList());
  }

  private List<String> arguments() {
    String mode = profile.trigger() instanceof Continuous ? "continuous" : "triggered";
    List<String> command =
        new ArrayList<>(List.of("run", pipelineFile, "--runner", "spark", "--mode", mode));
    if (profile.trigger() instanceof Continuous) {
      command.addAll(List.of("--stop-after", STOP_AFTER));
    }
    return given(command);
  }

  /** With what the deploying command was given for every run. */
  private List<String> given(List<String> command) {
    List<String> arguments = new ArrayList<>(command);
    if (trust == Trust.AS_CODE) {
      arguments.add("--trust");
    }
    new TreeMap<>(parameters)
        .forEach((name, value) -> arguments.addAll(List.of("--set", name + "=" + value)));
    return arguments;
  }

  private Map<String, Object> cluster() {
    Cluster declared = profile.cluster();
    Map<String, Object> cluster = new LinkedHashMap<>();
    cluster.put("spark_version", declared.sparkVersion());
    cluster.put("node_type_id", declared.nodeTypeId());
    if (declared.minWorkers() == declared.maxWorkers()) {
      cluster.put("num_workers", declared.minWorkers());
    } else {
      cluster.put(
          "autoscale",
          ordered("min_workers", declared.minWorkers(), "max_workers", declared.maxWorkers()));
    }
    declared.policyId().ifPresent(policy -> cluster.put("policy_id", policy));
    // Dedicated access mode: the others have no SparkContext.
    cluster.put("data_security_mode", "SINGLE_USER");
    cluster.put("spark_conf", sparkConf());
    cluster.put("spark_env_vars", environment());
    cluster.put("custom_tags", tags());
    return cluster;
  }

  private Map<String, String> sparkConf() {
    Map<String, String> conf = new TreeMap<>(SPARK_CONF);
    conf.putAll(profile.cluster().sparkConf());
    // Dates and times mean the same on every machine.
    JVM_OPTIONS.forEach(
        key -> conf.merge(key, "-Duser.timezone=UTC", (theirs, ours) -> ours + " " + theirs));
    return conf;
  }

  private Map<String, String> environment() {
    Map<String, String> environment = new TreeMap<>();
    String runtime = profile.cluster().sparkVersion();
    // Java 17 came as the default with Databricks Runtime 16; before, JNAME chooses it.
    if (Integer.parseInt(runtime.substring(0, runtime.indexOf('.'))) < 16) {
      environment.put("JNAME", runtime.contains("aarch64") ? "zulu17-ca-arm64" : "zulu17-ca-amd64");
    }
    environment.putAll(variables);
    profile.secrets().forEach((name, secret) -> environment.put(name, secret.reference()));
    return environment;
  }

  private Map<String, String> tags() {
    Map<String, String> tags = new TreeMap<>(profile.tags());
    tags.put(TAG, pipeline);
    return tags;
  }

  private static String pauseStatus(boolean paused) {
    return paused ? "PAUSED" : "UNPAUSED";
  }

  private static Map<String, Object> ordered(Object... keysAndValues) {
    Map<String, Object> map = new LinkedHashMap<>();
    for (int i = 0; i < keysAndValues.length; i += 2) {
      map.put((String) keysAndValues[i], keysAndValues[i + 1]);
    }
    return map;
  }
}
