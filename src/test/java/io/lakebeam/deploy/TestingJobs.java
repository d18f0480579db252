package io.lakebeam.deploy;

import static io.lakebeam.deploy.ApiRefusal.require;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The Jobs API 2.2 over jobs in memory, whose runs do as they are told. */
final class TestingJobs {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Collection<String> files;
  private final Map<Long, JsonNode> jobs = new LinkedHashMap<>();
  private final Map<String, Long> runTokens = new HashMap<>();
  private final Deque<JsonNode> runStates = new ArrayDeque<>();
  private final Deque<String> logs = new ArrayDeque<>();
  private final List<JsonNode> submitted = new ArrayList<>();
  private String taskError = "";
  private int jobsOnAPage = 100;

  /**
   * @param files of the workspace, that jobs may name
   */
  TestingJobs(Collection<String> files) {
    this.files = files;
  }

  Map<Long, JsonNode> jobs() {
    return jobs;
  }

  void onAPage(int count) {
    jobsOnAPage = count;
  }

  void nextState(JsonNode state) {
    runStates.add(state);
  }

  void taskError(String text) {
    taskError = text;
  }

  /** What get-output says a task has printed, look after look; the last one stays. */
  void nextLogs(String text) {
    logs.add(text);
  }

  /** Runs without a job. */
  List<JsonNode> submitted() {
    return submitted;
  }

  String list(Map<String, String> query) {
    require(Integer.parseInt(query.getOrDefault("limit", "20")) <= 100, "limit");
    int from = Integer.parseInt(query.getOrDefault("page_token", "0"));
    List<Map.Entry<Long, JsonNode>> found =
        jobs.entrySet().stream()
            .filter(job -> job.getValue().path("name").asText().equalsIgnoreCase(query.get("name")))
            .toList();
    int to = Math.min(found.size(), from + jobsOnAPage);
    var answer = JSON.createObjectNode();
    if (to > from) {
      var page = answer.putArray("jobs");
      found
          .subList(from, to)
          .forEach(
              job -> page.addObject().put("job_id", job.getKey()).set("settings", job.getValue()));
    }
    answer.put("has_more", to < found.size());
    if (to < found.size()) {
      answer.put("next_page_token", Integer.toString(to));
    }
    return answer.toString();
  }

  String create(JsonNode settings) {
    DocumentedJob.check(settings, files);
    long id = 1000L + jobs.size();
    jobs.put(id, settings);
    return "{\"job_id\":" + id + "}";
  }

  String reset(JsonNode body) {
    long id = body.path("job_id").asLong();
    if (!jobs.containsKey(id)) {
      throw new ApiRefusal(400, "INVALID_PARAMETER_VALUE", "Job " + id + " does not exist.");
    }
    DocumentedJob.check(body.path("new_settings"), files);
    jobs.put(id, body.path("new_settings"));
    return "{}";
  }

  String runNow(JsonNode body) {
    require(jobs.containsKey(body.path("job_id").asLong()), "no such job");
    String token = body.path("idempotency_token").asText();
    require(!token.isEmpty() && token.length() <= 64, "idempotency_token has 1 to 64 characters");
    long run = runTokens.computeIfAbsent(token, t -> 500L + runTokens.size());
    return "{\"run_id\":" + run + ",\"number_in_job\":" + run + "}";
  }

  String submit(JsonNode body) {
    DocumentedJob.checkRun(body, files);
    String token = body.path("idempotency_token").asText();
    require(!token.isEmpty() && token.length() <= 64, "idempotency_token has 1 to 64 characters");
    submitted.add(body);
    return "{\"run_id\":" + runTokens.computeIfAbsent(token, t -> 500L + runTokens.size()) + "}";
  }

  String run(Map<String, String> query, URI host) {
    long id = Long.parseLong(query.get("run_id"));
    require(runTokens.containsValue(id), "no such run");
    var answer = JSON.createObjectNode().put("run_id", id);
    answer.set("status", runStates.size() > 1 ? runStates.remove() : runStates.peek());
    answer.put("run_page_url", host + "/#job/run/" + id);
    answer.putArray("tasks").addObject().put("run_id", id + 1).put("task_key", "lakebeam");
    return answer.toString();
  }

  String output(Map<String, String> query) {
    require(runTokens.containsValue(Long.parseLong(query.get("run_id")) - 1), "no such task run");
    var answer = JSON.createObjectNode();
    if (!logs.isEmpty()) {
      answer
          .put("logs", logs.size() > 1 ? logs.remove() : logs.peek())
          .put("logs_truncated", false);
    }
    if (!taskError.isEmpty()) {
      answer.put("error", taskError).put("error_trace", "at io.lakebeam...");
    }
    return answer.toString();
  }
}
