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
  private static final int LONGEST = 2000;

  public Problem {
    Objects.requireNonNull(at, "at");
    problem = readable(problem);
    cause = readable(cause);
    fix = readable(fix);
    causedBy = List.copyOf(causedBy);
  }

  public Problem(SourceLocation at, String problem, String cause, String fix) {
    this(at, problem, cause, fix, List.of());
  }

  /**
   * Lists of names may be as long as the file that they come from; nobody reads them to the end.
   */
  private static String readable(String text) {
    if (text.length() <= LONGEST) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(LONGEST - 1)) ? LONGEST - 1 : LONGEST;
    return text.substring(0, end) + "...";
  }

  /** True when mending another problem may well mend this one. */
  public boolean isDownstream() {
    return !causedBy.isEmpty();
  }
}
