package io.lakebeam.spec;

import io.lakebeam.graph.Problem;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A pipeline as far as its files could be read.
 *
 * @param spec what could be read; empty when that is too little to say more of it
 * @param problems everything that is wrong with the files, in their order
 * @param unreadable sources and datasets that are missing in the spec, or are not whole there
 */
public record PipelineDraft(
    Optional<PipelineSpec> spec, List<Problem> problems, Set<String> unreadable) {
  public PipelineDraft {
    problems = List.copyOf(problems);
    unreadable = Set.copyOf(unreadable);
  }
}
