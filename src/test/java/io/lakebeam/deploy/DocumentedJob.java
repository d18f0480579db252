package io.lakebeam.deploy;

import static io.lakebeam.deploy.ApiRefusal.require;

import com.fasterxml.jackson.databind.JsonNode;
import io.lakebeam.spec.project.ProjectAddress;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * Holds a job's settings against what the Jobs API 2.2 documents of the keys that are used here.
 */
final class DocumentedJob {
  private DocumentedJob() {}

  /**
   * Refuses what the API would refuse.
   *
   * @param files there are in the workspace; what the job names must be among them
   */
  static void check(JsonNode job, Collection<String> files) {
    keys(
        job,
        List.of(
            "name",
            "description",
            "tags",
            "schedule",
            "continuous",
            "max_concurrent_runs",
            "tasks",
            "job_clusters"));
    text(job, "name");
    texts(job.path("tags"));
    require(!(job.has("schedule") && job.has("continuous")), "schedule and continuous");
    if (job.has("schedule")) {
      keys(job.path("schedule"), List.of("quartz_cron_expression", "timezone_id", "pause_status"));
      text(job.path("schedule"), "quartz_cron_expression");
      text(job.path("schedule"), "timezone_id");
      pauseStatus(job.path("schedule"));
    }
    if (job.has("continuous")) {
      keys(job.path("continuous"), List.of("pause_status"));
      pauseStatus(job.path("continuous"));
    }
    require(job.path("max_concurrent_runs").isInt(), "max_concurrent_runs");
    require(job.path("job_clusters").size() == 1, "job_clusters");
    JsonNode cluster = job.path("job_clusters").get(0);
    keys(cluster, List.of("job_cluster_key", "new_cluster"));
    cluster(cluster.path("new_cluster"));
    require(job.path("tasks").size() == 1, "tasks");
    JsonNode task = job.path("tasks").get(0);
    keys(task, List.of("task_key", "job_cluster_key", "spark_jar_task", "libraries"));
    require(
        task.path("job_cluster_key").equals(cluster.path("job_cluster_key")), "job_cluster_key");
    task(task, files);
  }

  /** Refuses what the API would refuse of a run that belongs to no job. */
  static void checkRun(JsonNode run, Collection<String> files) {
    keys(run, List.of("run_name", "timeout_seconds", "idempotency_token", "tasks"));
    text(run, "run_name");
    require(run.path("timeout_seconds").isInt(), "timeout_seconds");
    require(run.path("tasks").size() == 1, "tasks");
    JsonNode task = run.path("tasks").get(0);
    keys(task, List.of("task_key", "new_cluster", "spark_jar_task", "libraries"));
    cluster(task.path("new_cluster"));
    task(task, files);
  }

  private static void task(JsonNode task, Collection<String> files) {
    require(task.path("task_key").asText().matches("[\\w-]{1,100}"), "task_key");
    JsonNode jar = task.path("spark_jar_task");
    keys(jar, List.of("main_class_name", "parameters"));
    text(jar, "main_class_name");
    require(jar.path("parameters").isArray(), "parameters");
    jar.path("parameters").forEach(parameter -> require(parameter.isTextual(), "parameters"));
    require(
        ProjectAddress.of(jar.path("parameters").path(1).asText()).isPresent(),
        "a JVM reads no file of the workspace");
    require(!task.path("libraries").isEmpty(), "libraries");
    for (JsonNode library : task.path("libraries")) {
      keys(library, List.of("jar"));
      require(files.contains(library.path("jar").asText()), "no such jar: " + library);
    }
  }

  private static void cluster(JsonNode cluster) {
    keys(
        cluster,
        List.of(
            "spark_version",
            "node_type_id",
            "num_workers",
            "autoscale",
            "policy_id",
            "data_security_mode",
            "spark_conf",
            "spark_env_vars",
            "custom_tags"));
    text(cluster, "spark_version");
    text(cluster, "node_type_id");
    require(cluster.has("num_workers") != cluster.has("autoscale"), "num_workers or autoscale");
    if (cluster.has("autoscale")) {
      keys(cluster.path("autoscale"), List.of("min_workers", "max_workers"));
      cluster.path("autoscale").forEach(workers -> require(workers.isInt(), "workers"));
    } else {
      require(cluster.path("num_workers").isInt(), "num_workers");
    }
    require(
        List.of("SINGLE_USER", "USER_ISOLATION", "NONE")
            .contains(cluster.path("data_security_mode").asText()),
        "data_security_mode");
    texts(cluster.path("spark_conf"));
    texts(cluster.path("spark_env_vars"));
    texts(cluster.path("custom_tags"));
  }

  static void keys(JsonNode node, List<String> known) {
    require(node.isObject(), "an object is missing");
    List<String> unknown = new ArrayList<>();
    node.fieldNames().forEachRemaining(unknown::add);
    unknown.removeAll(known);
    require(unknown.isEmpty(), "unknown keys " + unknown);
  }

  private static void pauseStatus(JsonNode node) {
    require(node.path("pause_status").asText().matches("PAUSED|UNPAUSED"), "pause_status");
  }

  private static void text(JsonNode node, String key) {
    require(node.path(key).isTextual() && !node.path(key).asText().isBlank(), key);
  }

  private static void texts(JsonNode map) {
    map.properties().forEach(entry -> require(entry.getValue().isTextual(), entry.getKey()));
  }
}
