package io.lakebeam.source;

/** How long the reading of a range waits for a broker that has gone away meanwhile. */
public enum Patience {
  /**
   * As long as the consumer's {@code default.api.timeout.ms} says, five minutes unless the source's
   * properties do. For updates that end: whoever has started one waits for that.
   */
  BOUNDED,
  /** Until it is back. For updates that go on and on. */
  ENDLESS
}
