package io.lakebeam.spec.yaml;

import io.lakebeam.graph.Limits;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Collects what is wrong while reading goes on. */
public final class Problems {
  private final Set<Problem> found = new LinkedHashSet<>();

  public void add(SourceLocation at, String problem, String cause, String fix) {
    add(new Problem(at, problem, cause, fix));
  }

  /**
   * The same problem, met twice through an alias or a file that two datasets share, counts once.
   */
  public void add(Problem problem) {
    if (!isFull()) {
      found.add(problem);
    }
  }

  /** True when nobody would read more of them: what is added now is not kept. */
  boolean isFull() {
    return found.size() >= Limits.PROBLEMS;
  }

  /** What was found so far, in the order in which it was found. */
  public List<Problem> soFar() {
    return List.copyOf(found);
  }

  public boolean isEmpty() {
    return found.isEmpty();
  }

  /** Files in the order in which they were opened first, within a file from top to bottom. */
  public void throwIfAny(List<String> files) {
    if (!found.isEmpty()) {
      throw new PipelineException(sorted(files));
    }
  }

  /** All of them, ordered as {@link #throwIfAny} does. */
  public List<Problem> sorted(List<String> files) {
    List<Problem> sorted = new ArrayList<>(found);
    sorted.sort(
        Comparator.comparing((Problem problem) -> fileRank(files, problem.at().file()))
            .thenComparing(problem -> problem.at().line())
            .thenComparing(problem -> problem.at().column()));
    return sorted;
  }

  private static int fileRank(List<String> files, String file) {
    int rank = files.indexOf(file);
    return rank < 0 ? files.size() : rank;
  }
}
