package io.lakebeam.parquet;

import io.lakebeam.graph.Limits;
import java.util.Locale;
import org.apache.parquet.io.ParquetDecodingException;

/** What is gathered of one row while its values go by. */
final class RowInProgress {
  /** The row so far; null when nobody wants it. */
  private final StringBuilder json;

  private final StringBuilder rescued = new StringBuilder();
  private String fault = "";

  /**
   * @param withJson whether the row is wanted as JSON, and what is not declared beside it
   */
  RowInProgress(boolean withJson) {
    this.json = withJson ? new StringBuilder() : null;
  }

  void begin() {
    fault = "";
    rescued.setLength(0);
    if (json != null) {
      json.setLength(0);
    }
  }

  boolean hasJson() {
    return json != null;
  }

  /** Asked for whatever is added, so nothing goes past the bound. */
  StringBuilder json() {
    if (json.length() > Limits.ROW_CHARACTERS) {
      throw new ParquetDecodingException(
          String.format(
              Locale.ROOT, "a row of it has more than %,d characters", Limits.ROW_CHARACTERS));
    }
    return json;
  }

  /** A value cannot be what it is declared as; of a row, the first one is told. */
  void unfit(String place, String reason) {
    if (fault.isEmpty()) {
      fault = "column " + place + ": " + reason;
    }
  }

  String fault() {
    return fault;
  }

  /** Keeps a field that is not declared. */
  void rescue(String name, String value) {
    rescued.append(rescued.isEmpty() ? "{" : ",");
    rescued.append(ScalarJson.quoted(name)).append(':').append(value);
  }

  /** An object; null when there is nothing in it. */
  String rescued() {
    return rescued.isEmpty() ? null : rescued + "}";
  }
}
