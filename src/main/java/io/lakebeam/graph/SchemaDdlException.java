package io.lakebeam.graph;

import java.util.List;

/** A DDL schema that cannot be read; carries every error found, each with its offset. */
public final class SchemaDdlException extends RuntimeException {
  private final transient List<DdlError> errors;

  SchemaDdlException(List<DdlError> errors) {
    super(errors.get(0).told().problem() + " at offset " + errors.get(0).offset());
    this.errors = List.copyOf(errors);
  }

  /** In the order of the text. Never empty. */
  public List<DdlError> errors() {
    return errors;
  }

  /**
   * One thing wrong with a DDL schema.
   *
   * @param offset of the offending word, in UTF-16 units from the start of the text
   */
  public record DdlError(int offset, Problem told) {
    DdlError(int offset, String problem, String cause, String fix) {
      this(offset, Problem.of(ErrorCode.QUERY_INVALID, problem, cause, fix));
    }
  }
}
