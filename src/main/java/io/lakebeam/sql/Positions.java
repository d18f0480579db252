package io.lakebeam.sql;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.SourceLocation;

/** Turns a place in a query's text, as the parser counts it, into a place in its author's file. */
@FunctionalInterface
interface Positions {
  /** Lines and columns are 1-based. */
  SourceLocation at(int line, int column);

  /** For a rule's condition that stands behind a prefix in the text. */
  static Positions of(Expectation rule, int prefix) {
    SourceLocation start = rule.at();
    return (line, column) -> {
      if (start.column() == 0 || line > 1) {
        return new SourceLocation(start.file(), start.line() + line - 1, 0);
      }
      return new SourceLocation(
          // The prefix ends with a parenthesis, which belongs to the condition for the parser.
          start.file(),
          start.line(),
          Math.max(start.column(), start.column() + column - 1 - prefix));
    };
  }
}
