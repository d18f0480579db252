package io.lakebeam.cli.rows;

import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;

/** A statement that cannot be run as somebody has typed it; exit code 2. */
public final class RefusedStatementException extends ExplainedException {
  /** What stands in the place of a file's name where there is none. */
  static final String ARGUMENT = "<query>";

  static final String STANDARD_INPUT = "<input>";
  static final String PROMPT = "<prompt>";

  /**
   * @param told what is wrong with it, and where
   */
  RefusedStatementException(Problem told) {
    super(place(told.at()) + ": " + told.problem(), told, null);
  }

  private static String place(SourceLocation at) {
    return at.file().startsWith("<")
        ? "line " + at.line() + ", column " + at.column()
        : at.toString();
  }
}
