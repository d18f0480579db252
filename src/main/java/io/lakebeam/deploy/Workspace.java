package io.lakebeam.deploy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.deploy.Call.Repeat;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.spec.profile.DatabricksProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.UnaryOperator;

/**
 * What is asked of a Databricks workspace: the Files API, the Jobs API 2.2 and the Statement
 * Execution API, as docs.databricks.com/api describes them. Used by one thread.
 */
final class Workspace {
  private static final String FILES = "/api/2.0/fs/files";
  private static final String FOLDERS = "/api/2.0/fs/directories";
  private static final String JOBS = "/api/2.2/jobs";
  private static final String STATEMENTS = "/api/2.0/sql/statements";
  private static final Duration LOOK_AGAIN = Duration.ofSeconds(10);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final RestClient client;

  Workspace(DatabricksProfile profile, UnaryOperator<String> environment, Pause pause) {
    this.client =
        new RestClient(profile.host(), new BearerToken(profile.signIn(), environment), pause);
  }

  /** A job that is there. */
  record Job(long id, Optional<String> pipeline) {}

  /**
   * A run as it is now.
   *
   * @param state {@code PENDING}, {@code RUNNING}, {@code TERMINATED} and others
   * @param code why it has ended, {@code SUCCESS} or another; empty while it has not
   * @param message for people; may be empty
   * @param page where a browser shows it; may be empty
   * @param tasks ids of its tasks' runs
   */
  record Run(long id, String state, String code, String message, String page, List<Long> tasks) {
    boolean hasEnded() {
      return state.equals("TERMINATED");
    }

    boolean hasSucceeded() {
      return code.equals("SUCCESS");
    }
  }

  /** Makes a folder of a volume, with those above it; it may be there already. */
  void makeFolder(String folder) {
    RestClient.Answer answer =
        client.send(Call.put("make the folder " + folder, FOLDERS + Call.encoded(folder)));
    if (!answer.isFound()) {
      throw new DeployException(
          ErrorCode.DEPLOY_FAILED,
          "cannot make the folder " + folder,
          "there is no such volume, or it may not be seen",
          "create it with: CREATE VOLUME catalog.schema.volume, and grant READ VOLUME and WRITE"
              + " VOLUME on it; or change volume in the profile");
    }
  }

  /** True when a file is there with that many bytes. */
  boolean hasFile(String path, long bytes) {
    RestClient.Answer answer =
        client.send(
            Call.head("look for " + path, FILES + Call.encoded(path))
                .orElse("ask for READ VOLUME on the volume, USE SCHEMA and USE CATALOG"));
    return answer.isFound()
        && answer.response().headers().firstValueAsLong("Content-Length").orElse(-1) == bytes;
  }

  /** Uploads a file into a volume, in place of one that is there. */
  void upload(Path file, String path) {
    try {
      if (Files.size(file) > 5L << 30) {
        throw new DeployException(
            ErrorCode.DEPLOY_FAILED,
            "cannot upload " + file,
            "Databricks takes files of up to 5 GiB",
            "make it smaller");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
    Call call =
        Call.put("upload " + path, FILES + Call.encoded(path) + "?overwrite=true", file)
            .orElse("ask for WRITE VOLUME on the volume, USE SCHEMA and USE CATALOG");
    if (!client.send(call).isFound()) {
      throw new DeployException(
          ErrorCode.DEPLOY_FAILED, "cannot upload " + path, "its folder is gone", "deploy again");
    }
  }

  /** The jobs of that name; names need not be unique. */
  List<Job> jobs(String name) {
    List<Job> found = new ArrayList<>();
    String page = "";
    do {
      Map<String, String> query = new HashMap<>(Map.of("name", name, "limit", "100"));
      if (!page.isEmpty()) {
        query.put("page_token", page);
      }
      JsonNode answer = client.json(Call.get("list jobs", JOBS + "/list", query));
      for (JsonNode job : answer.path("jobs")) {
        // The filter of the list takes no notice of case.
        if (job.at("/settings/name").asText().equals(name)) {
          JsonNode pipeline = job.at("/settings/tags/" + JobSettings.TAG);
          found.add(
              new Job(
                  job.path("job_id").asLong(),
                  pipeline.isMissingNode() ? Optional.empty() : Optional.of(pipeline.asText())));
        }
      }
      page = answer.path("has_more").asBoolean() ? answer.path("next_page_token").asText("") : "";
    } while (!page.isEmpty());
    return found;
  }

  long createJob(Map<String, Object> settings) {
    Call call =
        Call.post("create the job", JOBS + "/create", json(settings), Repeat.UNSAFE)
            .orElse("ask for the entitlement to create clusters, or name a policy_id");
    return id(client.json(call), "job_id", call);
  }

  /** Gives a job other settings; those it had are gone. */
  void resetJob(long job, Map<String, Object> settings) {
    client.json(
        Call.post(
                "change the job " + job,
                JOBS + "/reset",
                json(Map.of("job_id", job, "new_settings", settings)),
                Repeat.SAFE)
            .orElse("ask its owner for CAN MANAGE on the job"));
  }

  /** Starts a run. */
  long runNow(long job) {
    // With its token, a request that is repeated starts no second run.
    Map<String, Object> body =
        Map.of("job_id", job, "idempotency_token", UUID.randomUUID().toString());
    Call call =
        Call.post("start the job " + job, JOBS + "/run-now", json(body), Repeat.SAFE)
            .orElse("ask the job's owner for CAN MANAGE RUN");
    return id(client.json(call), "run_id", call);
  }

  /** Starts a run that belongs to no job. */
  long submitRun(Map<String, Object> settings) {
    Map<String, Object> body = new HashMap<>(settings);
    body.put("idempotency_token", UUID.randomUUID().toString());
    Call call =
        Call.post("start a run", JOBS + "/runs/submit", json(body), Repeat.SAFE)
            .orElse("ask for the entitlement to create clusters, or name a policy_id");
    return id(client.json(call), "run_id", call);
  }

  Run run(long run) {
    JsonNode answer =
        client.json(
            Call.get(
                "look at the run " + run,
                JOBS + "/runs/get",
                Map.of("run_id", Long.toString(run))));
    JsonNode details = answer.at("/status/termination_details");
    List<Long> tasks = new ArrayList<>();
    answer.path("tasks").forEach(task -> tasks.add(task.path("run_id").asLong()));
    return new Run(
        run,
        answer.at("/status/state").asText(""),
        details.path("code").asText(""),
        details.path("message").asText(""),
        answer.path("run_page_url").asText(""),
        tasks);
  }

  /** What made a task fail, in its own words; empty when nothing did or it is not known. */
  String taskError(long taskRun) {
    return output(taskRun, "error");
  }

  /** What a task has printed, its last 5 MB; empty when nothing is known of it yet. */
  String taskLogs(long taskRun) {
    return output(taskRun, "logs");
  }

  private String output(long taskRun, String part) {
    RestClient.Answer answer =
        client.send(
            Call.get(
                "read the output of the run " + taskRun,
                JOBS + "/runs/get-output",
                Map.of("run_id", Long.toString(taskRun))));
    try {
      JsonNode json = JSON.readTree(answer.response().body());
      return json == null ? "" : json.path(part).asText("");
    } catch (JsonProcessingException e) {
      // The run's end is told without it.
      return "";
    }
  }

  /** Runs a statement to its end. */
  void execute(String statement, String warehouse) {
    Map<String, Object> body =
        Map.of(
            "warehouse_id",
            warehouse,
            "statement",
            statement,
            "wait_timeout",
            "30s",
            "on_wait_timeout",
            "CONTINUE");
    JsonNode answer =
        client.json(
            Call.post("run a statement", STATEMENTS, json(body), Repeat.UNSAFE)
                .orElse("check warehouse_id, and ask for CAN USE on that SQL warehouse"));
    while (List.of("PENDING", "RUNNING").contains(answer.at("/status/state").asText())) {
      rest("wait for a statement");
      answer =
          client.json(
              Call.get(
                  "look at a statement",
                  STATEMENTS + "/" + answer.path("statement_id").asText(),
                  Map.of()));
    }
    String state = answer.at("/status/state").asText("unknown");
    if (!state.equals("SUCCEEDED") && !state.equals("CLOSED")) {
      throw new DeployException(
          ErrorCode.DEPLOY_FAILED,
          "the statement has ended as " + state + ": " + statement,
          answer.at("/status/error/message").asText(""),
          "a table is there once a run has written it; external tables need CREATE TABLE on the"
              + " schema and CREATE EXTERNAL TABLE on the external location of the lake, SYNC METADATA"
              + " MODIFY and SELECT on the table");
    }
  }

  /** Waits until it is worth to look again. */
  void rest(String doing) {
    client.rest(LOOK_AGAIN, doing);
  }

  private static long id(JsonNode answer, String name, Call call) {
    if (!answer.path(name).canConvertToLong() || answer.path(name).asLong() <= 0) {
      throw new DeployException(
          ErrorCode.DEPLOY_FAILED,
          "cannot " + call.doing(),
          "the answer holds no " + name,
          "check that host is the address of a workspace");
    }
    return answer.path(name).asLong();
  }

  private static String json(Object value) {
    try {
      return JSON.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts and numbers is JSON", e);
    }
  }
}
