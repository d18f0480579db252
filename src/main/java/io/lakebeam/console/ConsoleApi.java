package io.lakebeam.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.console.ConsoleAccess.Role;
import java.util.List;

/** What the page asks for, by its path below {@code /api}. */
final class ConsoleApi {
  static final ObjectMapper MAPPER = new ObjectMapper();

  private final List<ConsolePipeline> pipelines;

  ConsoleApi(List<ConsolePipeline> pipelines) {
    this.pipelines = List.copyOf(pipelines);
  }

  /** A pipeline by its name; the first one where none is named. */
  ConsolePipeline pipeline(String name) {
    return pipelines.stream()
        .filter(each -> name.isEmpty() || each.name().equals(name))
        .findFirst()
        .orElseThrow(() -> RefusedRequestException.notFound("pipeline " + name));
  }

  /** An answer that changes nothing. */
  JsonNode get(Request request) {
    List<String> path = request.path();
    if (path.equals(List.of("session"))) {
      return session(request.role());
    }
    if (path.size() < 3 || !path.get(0).equals("pipelines")) {
      throw RefusedRequestException.notFound("such page");
    }
    ConsolePipeline of = pipeline(path.get(1));
    String item = path.size() > 3 ? path.get(3) : "";
    String part = path.size() > 4 ? path.get(4) : "";
    return switch (path.get(2)) {
      case "overview" -> new OverviewApi(of).overview();
      case "datasets" -> new DatasetApi(of).dataset(item);
      case "columns" -> new DatasetApi(of).column(request.text("relation"), request.text("column"));
      case "updates" ->
          item.isEmpty() ? new UpdatesApi(of).updates(request) : new UpdatesApi(of).update(item);
      case "quality" -> new QualityApi(of).rules();
      case "events" -> new EventsApi(of).events(request);
      case "quarantine" ->
          item.isEmpty() ? new QuarantineApi(of).rows(request) : new QuarantineApi(of).row(item);
      case "data" ->
          switch (part) {
            case "" -> new DataApi(of).rows(item, request);
            case "versions" -> new DataApi(of).versions(item, request);
            case "changes" -> new DataApi(of).changes(item, request);
            default -> throw RefusedRequestException.notFound("such page");
          };
      default -> throw RefusedRequestException.notFound("such page");
    };
  }

  /**
   * An answer to a request with a body.
   *
   * @throws RefusedRequestException when whoever asks may not do that
   */
  JsonNode post(Request request) {
    List<String> path = request.path();
    if (path.size() >= 3 && path.get(0).equals("pipelines")) {
      ConsolePipeline of = pipeline(path.get(1));
      if (path.size() == 3 && path.get(2).equals("sql")) {
        return new DataApi(of).query(request);
      }
      if (path.size() == 4 && path.get(2).equals("quarantine")) {
        if (request.role() != Role.OPERATOR) {
          throw new RefusedRequestException(
              403, "only an operator decides about refused rows: open the console with that token");
        }
        return new QuarantineApi(of).decide(path.get(3), request);
      }
    }
    throw RefusedRequestException.notFound("such page");
  }

  private ObjectNode session(Role role) {
    ObjectNode root = MAPPER.createObjectNode().put("role", role.word());
    ArrayNode all = root.putArray("pipelines");
    for (ConsolePipeline each : pipelines) {
      ObjectNode one = all.addObject().put("name", each.name());
      each.problem()
          .ifPresentOrElse(
              problem -> one.put("problem", problem.problem()),
              () ->
                  one.put("lake", each.compiled().lake().uri())
                      .put("description", each.compiled().spec().description()));
    }
    return root;
  }
}
