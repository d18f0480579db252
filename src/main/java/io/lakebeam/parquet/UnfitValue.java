package io.lakebeam.parquet;

import io.lakebeam.graph.DataType;

/**
 * Why a value of a file is none of the declared type: an outcome of reading, so without the cost of
 * a stack trace.
 */
final class UnfitValue extends Exception {
  /** How much of a value a reason quotes. */
  private static final int QUOTED = 60;

  UnfitValue(String reason) {
    super(reason, null, false, false);
  }

  static UnfitValue of(Object value, DataType type) {
    return new UnfitValue(shortened(value.toString()) + " does not fit " + type.sql());
  }

  private static String shortened(String text) {
    return text.length() <= QUOTED ? text : text.substring(0, QUOTED) + "...";
  }
}
