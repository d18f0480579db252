package io.lakebeam.parquet;

import io.lakebeam.graph.DataType;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A declared column that a file does not have as declared.
 *
 * @param problem without a full stop: {@code column day: declared STRING, but the file holds INT32
 *     DATE}
 * @param fix what the schema may say instead, without a full stop
 */
public record Mismatch(String problem, String fix) {
  /** All of them in one sentence, without a full stop. */
  public static String problems(List<Mismatch> mismatches) {
    return mismatches.stream().map(Mismatch::problem).collect(Collectors.joining("; "));
  }

  /** What would read all of them, without a full stop. */
  public static String fixes(List<Mismatch> mismatches) {
    return mismatches.stream().map(Mismatch::fix).distinct().collect(Collectors.joining("; "));
  }

  static Mismatch missing(String column) {
    return new Mismatch(
        "column " + column + ": missing, but declared NOT NULL",
        "declare " + column + " without NOT NULL");
  }

  static Mismatch type(
      String path, DataType declared, String stored, String column, Optional<DataType> readable) {
    return new Mismatch(
        "column " + path + ": declared " + declared.sql() + ", but the file holds " + stored,
        readable
            .map(type -> "declare " + Suggestion.name(column) + " " + Suggestion.ddl(type))
            .orElse("leave " + column + " out of the schema, then _rescued has it"));
  }
}
