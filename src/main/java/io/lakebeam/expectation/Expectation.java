package io.lakebeam.expectation;

import io.lakebeam.graph.SourceLocation;
import java.io.Serializable;
import java.util.Objects;

/**
 * A named condition that the rows of a dataset should meet.
 *
 * @param name unique within the dataset
 * @param condition a SQL boolean expression over the dataset's columns; a row passes on TRUE only
 * @param onViolation what becomes of a row that does not pass
 * @param nullPasses true when a row on which the condition is NULL passes too, as in Delta Live
 *     Tables
 * @param at where the condition stands
 */
public record Expectation(
    String name, String condition, OnViolation onViolation, boolean nullPasses, SourceLocation at)
    implements Serializable {
  public Expectation {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(condition, "condition");
    Objects.requireNonNull(onViolation, "onViolation");
    Objects.requireNonNull(at, "at");
  }
}
