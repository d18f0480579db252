package io.lakebeam.spec;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A pipeline as far as its files could be read.
 *
 * @param spec what could be read; empty when that is too little to say more of it
 * @param problems everything that is wrong with the files, in their order
 * @param unreadable sources and datasets that are missing in the spec, or are not whole there
 * @param notes what means something else than who wrote the files may think, and runs all the same
 * @param statements of SQL files of Delta Live Tables, in their order
 */
public record PipelineDraft(
    Optional<PipelineSpec> spec,
    List<Problem> problems,
    Set<String> unreadable,
    List<Problem> notes,
    List<Statement> statements) {
  public PipelineDraft {
    problems = List.copyOf(problems);
    unreadable = Set.copyOf(unreadable);
    notes = List.copyOf(notes);
    statements = List.copyOf(statements);
  }

  /**
   * A statement of a SQL file.
   *
   * @param name of the table, view or flow; empty when it could not be read
   * @param what it makes, with its article
   * @param lastLine where it ends, 1-based
   */
  public record Statement(String name, String what, SourceLocation at, int lastLine) {
    /** True when a place is in it. */
    public boolean holds(SourceLocation place) {
      return place.file().equals(at.file())
          && at.line() <= place.line()
          && place.line() <= lastLine;
    }
  }
}
