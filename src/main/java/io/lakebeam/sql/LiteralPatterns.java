package io.lakebeam.sql;

import io.lakebeam.sql.function.BadValueException;
import io.lakebeam.sql.function.DatePatterns;
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
  static Optional<String> like(SqlCall call) {
    Optional<String> pattern = Literals.text(call.operand(1));
    Optional<String> escape =
        call.operandCount() < 3 ? Optional.of("") : Literals.text(call.operand(2));
    if (pattern.isEmpty() || escape.isEmpty() || call.operandCount() < 3) {
      return Optional.empty();
    }
    if (escape.get().length() != 1) {
      return Optional.of("ESCAPE takes one character, not '" + escape.get() + "'");
    }
    char mark = escape.get().charAt(0);
    String text = pattern.get();
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == mark) {
        i++;
        if (i == text.length() || "_%".indexOf(text.charAt(i)) < 0 && text.charAt(i) != mark) {
          return Optional.of(
              "in '" + text + "' " + mark + " stands neither before _ nor % nor itself");
        }
      }
    }
    return Optional.empty();
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
