package io.lakebeam.graph;

import java.util.List;
import java.util.Objects;

/**
 * One thing wrong with a pipeline, told so that the reader can mend it without asking.
 *
 * @param at where it stands
 * @param problem what is wrong, one sentence without a full stop
 * @param cause why it is wrong; empty when the problem says it already
 * @param fix what to do; empty only when nothing useful can be said
 * @param causedBy names of the datasets whose own problems cause this one; empty for a cause itself
 */
public record Problem(
    SourceLocation at, String problem, String cause, String fix, List<String> causedBy) {
  public Problem {
    Objects.requireNonNull(at, "at");
    Objects.requireNonNull(problem, "problem");
    Objects.requireNonNull(cause, "cause");
    Objects.requireNonNull(fix, "fix");
    causedBy = List.copyOf(causedBy);
  }

  public Problem(SourceLocation at, String problem, String cause, String fix) {
    this(at, problem, cause, fix, List.of());
  }

  /** True when mending another problem may well mend this one. */
  public boolean isDownstream() {
    return !causedBy.isEmpty();
  }
}
