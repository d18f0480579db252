package io.lakebeam.pipeline.replay;

/** How a quarantine says that a query fails on a row. */
public final class QueryFailure {
  /** What the error begins with; what the query failed with comes behind it. */
  public static final String BEGINNING = "the query fails on this row: ";

  private QueryFailure() {}
}
