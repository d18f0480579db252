package io.lakebeam.expectation;

/** What becomes of a row that breaks an expectation. */
public enum OnViolation {
  /** Keep the row, count it. */
  WARN,
  /** Leave the row out, count it. */
  DROP,
  /** Write the row, with the rules it broke, to the table's quarantine. */
  QUARANTINE,
  /** Stop the update; nothing of the epoch is committed to the table. */
  FAIL
}
