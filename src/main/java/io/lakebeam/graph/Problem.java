package io.lakebeam.graph;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * One thing that is wrong, told so that the reader can mend it without asking. Whatever says so, an
 * exception, an outcome or a check, says it with one of these.
 *
 * @param code what kind of thing it is, for programs
 * @param at where in the user's files it stands; {@link SourceLocation#NOWHERE} when in none
 * @param problem what is wrong, one sentence without a full stop
 * @param cause why it is wrong; empty when the problem says it already
 * @param fix what to do; empty only when nothing useful can be said
 * @param causedBy names of the datasets whose own problems cause this one; empty for a cause itself
 */
public record Problem(
    ErrorCode code,
    SourceLocation at,
    String problem,
    String cause,
    String fix,
    List<String> causedBy)
    implements Serializable {
  private static final int LONGEST = 2000;

  public Problem {
    Objects.requireNonNull(code, "code");
    Objects.requireNonNull(at, "at");
    problem = readable(problem);
    cause = readable(cause);
    fix = readable(fix);
    causedBy = List.copyOf(causedBy);
  }

  /** Of a file of the pipeline. */
  public Problem(SourceLocation at, String problem, String cause, String fix) {
    this(ErrorCode.PIPELINE_INVALID, at, problem, cause, fix, List.of());
  }

  /** Of something that stands in no file of the user. */
  public static Problem of(ErrorCode code, String problem, String cause, String fix) {
    return new Problem(code, SourceLocation.NOWHERE, problem, cause, fix, List.of());
  }

  /**
   * Lists of names may be as long as the file that they come from; nobody reads them to the end.
   * Libraries throw exceptions without a message, whose null gets here.
   */
  private static String readable(String text) {
    if (text == null) {
      return "";
    }
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

  /** The problem and its cause in one sentence, without a full stop. */
  public String sentence() {
    return problem + (cause.isEmpty() ? "" : ": " + cause);
  }

  /** Cause and fix, a line each, as people read them below the problem. */
  public List<String> explanation() {
    List<String> lines = new ArrayList<>();
    if (!cause.isEmpty()) {
      lines.add("cause: " + cause);
    }
    if (!fix.isEmpty()) {
      lines.add("fix: " + fix);
    }
    return lines;
  }

  /** The same as another kind of thing. */
  public Problem as(ErrorCode other) {
    return new Problem(other, at, problem, cause, fix, causedBy);
  }

  /** The same at a place in the user's files. */
  public Problem at(SourceLocation place) {
    return new Problem(code, place, problem, cause, fix, causedBy);
  }

  /** The same, after the name of what has it: {@code view v: ...}. */
  public Problem in(String what) {
    return new Problem(code, at, what + ": " + problem, cause, fix, causedBy);
  }

  /** The same with another reason. */
  public Problem withCause(String other) {
    return new Problem(code, at, problem, other, fix, causedBy);
  }

  /** The same with something else to do. */
  public Problem withFix(String other) {
    return new Problem(code, at, problem, cause, other, causedBy);
  }

  /** The same with each text in other words. */
  public Problem inOtherWords(UnaryOperator<String> words) {
    return new Problem(
        code,
        at,
        words.apply(problem),
        words.apply(cause),
        words.apply(fix),
        causedBy.stream().map(words).toList());
  }
}
