package io.lakebeam.sql.catalyst.group;

import io.lakebeam.graph.Limits;

/** An aggregate that keeps each value of a group has more of them than may be kept. */
public final class TooManyValuesException extends RuntimeException {
  private final String aggregate;

  public TooManyValuesException(String aggregate) {
    super(
        aggregate
            + " keeps each value of a group once, and has more than "
            + Limits.VALUES_OF_A_GROUP);
    this.aggregate = aggregate;
  }

  /** Its name, in upper case. */
  public String aggregate() {
    return aggregate;
  }
}
