package io.lakebeam.graph;

import java.util.List;

/** A DDL schema that cannot be read; carries every error found, each with its offset. */
public final class SchemaDdlException extends RuntimeException {
  private final transient List<DdlError> errors;

  SchemaDdlException(List<DdlError> errors) {
    super(errors.get(0).problem() + " at offset " + errors.get(0).offset());
    this.errors = List.copyOf(errors);
  }

  /** In the order of the text. Never empty. */
  public List<DdlError> errors() {
    return errors;
  }

  /**
   * One thing wrong with a DDL schema; the texts are those of a {@link Problem}.
   *
   * @param offset of the offending word, in UTF-16 units from the start of the text
   */
  public record DdlError(int offset, String problem, String cause, String fix) {}
}
