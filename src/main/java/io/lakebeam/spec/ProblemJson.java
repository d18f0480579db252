package io.lakebeam.spec;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;

/** A problem as JSON, wherever one is written. */
public final class ProblemJson {
  private ProblemJson() {}

  /**
   * Writes {@code code}, {@code problem}, {@code cause} and {@code fix}; where it stands in a file
   * {@code file}, {@code line} and {@code column}; where others cause it {@code caused_by}.
   */
  public static void write(Problem problem, ObjectNode into) {
    into.put("code", problem.code().name());
    if (problem.at().isKnown()) {
      into.put("file", problem.at().file())
          .put("line", problem.at().line())
          .put("column", problem.at().column());
    }
    into.put("problem", problem.problem()).put("cause", problem.cause()).put("fix", problem.fix());
    if (problem.isDownstream()) {
      ArrayNode causedBy = into.putArray("caused_by");
      problem.causedBy().forEach(causedBy::add);
    }
  }

  /** What {@link #write} has written, of something that stands in no file. */
  public static Problem read(JsonNode from) {
    return Problem.of(
        code(from.path("code").asText("")),
        from.get("problem").asText(),
        from.get("cause").asText(),
        from.get("fix").asText());
  }

  /** Versions before this one wrote none, and a later one may know more. */
  private static ErrorCode code(String name) {
    for (ErrorCode code : ErrorCode.values()) {
      if (code.name().equals(name)) {
        return code;
      }
    }
    return ErrorCode.UNEXPECTED;
  }
}
