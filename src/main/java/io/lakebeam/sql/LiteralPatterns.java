package io.lakebeam.sql;

import io.lakebeam.sql.function.BadValueException;
import io.lakebeam.sql.function.DatePatterns;
import io.lakebeam.sql.function.LikePattern;
import io.lakebeam.sql.function.Patterns;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.sql.SqlCall;

/** Patterns that are written out: each is handed to what will use it. */
final class LiteralPatterns {
  private static final Set<String> REGULAR =
      Set.of(
          "RLIKE",
          "REGEXP_REPLACE",
          "REGEXP_EXTRACT",
          "REGEXP_EXTRACT_ALL",
          "REGEXP_COUNT",
          "REGEXP_SUBSTR",
          "REGEXP_INSTR",
          "SPLIT");
  private static final Set<String> READING =
      Set.of("TO_DATE", "TO_TIMESTAMP", "UNIX_TIMESTAMP", "TO_UNIX_TIMESTAMP");
  private static final Set<String> WRITING = Set.of("DATE_FORMAT", "FROM_UNIXTIME");

  private LiteralPatterns() {}

  /** Why a function of the library cannot use the pattern it is called with. */
  static Optional<String> of(SqlCall call) {
    String name = call.getOperator().getName();
    if (call.operandCount() < 2) {
      return Optional.empty();
    }
    Optional<String> pattern = Literals.text(call.operand(1));
    if (pattern.isEmpty()) {
      return Optional.empty();
    }
    if (name.equals("LIKE_TEXT")) {
      return like(call);
    }
    if (REGULAR.contains(name)) {
      Optional<String> problem = failure(() -> Patterns.count("", pattern.get()));
      return problem.isPresent() ? problem : groups(call, name, pattern.get());
    }
    if (READING.contains(name)) {
      return failure(() -> DatePatterns.toTimestamp("", pattern.get()));
    }
    return WRITING.contains(name)
        ? failure(() -> DatePatterns.format(0L, pattern.get()))
        : Optional.empty();
  }

  /** A group that is asked for and not there. */
  private static Optional<String> groups(SqlCall call, String name, String pattern) {
    if (!name.startsWith("REGEXP_EXTRACT")) {
      return Optional.empty();
    }
    if (call.operandCount() == 2) {
      return failure(() -> Patterns.checkGroup(name, pattern, 1));
    }
    return Literals.number(call.operand(2))
        .flatMap(group -> failure(() -> Patterns.checkGroup(name, pattern, group.intValue())));
  }

  /** Why LIKE cannot use its pattern. */
  private static Optional<String> like(SqlCall call) {
    Optional<String> pattern = Literals.text(call.operand(1));
    Optional<String> escape =
        call.operandCount() < 3 ? Optional.of("") : Literals.text(call.operand(2));
    return pattern.isEmpty() || escape.isEmpty()
        ? Optional.empty()
        : failure(() -> LikePattern.matches("", pattern.get(), escape.get()));
  }

  private static Optional<String> failure(Runnable use) {
    try {
      use.run();
      return Optional.empty();
    } catch (BadValueException e) {
      return Optional.of(e.getMessage());
    }
  }
}
