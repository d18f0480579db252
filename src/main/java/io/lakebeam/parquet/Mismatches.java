package io.lakebeam.parquet;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Declared columns that a file does not have as declared, each with what would read it. */
public final class Mismatches {
  private Mismatches() {}

  /** All of them in one sentence, without a full stop. */
  public static String problems(List<Problem> mismatches) {
    return mismatches.stream().map(Problem::problem).collect(Collectors.joining("; "));
  }

  /** What would read all of them, without a full stop. */
  public static String fixes(List<Problem> mismatches) {
    return mismatches.stream().map(Problem::fix).distinct().collect(Collectors.joining("; "));
  }

  static Problem missing(String column) {
    return mismatch(
        "column " + column + ": missing, but declared NOT NULL",
        "declare " + column + " without NOT NULL");
  }

  static Problem type(
      String path, DataType declared, String stored, String column, Optional<DataType> readable) {
    return mismatch(
        "column " + path + ": declared " + declared.sql() + ", but the file holds " + stored,
        readable
            .map(type -> "declare " + Suggestion.name(column) + " " + Suggestion.ddl(type))
            .orElse("leave " + column + " out of the schema, then _rescued has it"));
  }

  private static Problem mismatch(String problem, String fix) {
    return Problem.of(ErrorCode.INPUT_MISMATCHED, problem, "", fix);
  }
}
