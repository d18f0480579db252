package io.lakebeam.graph;

import java.io.Serializable;
import java.util.Objects;

/**
 * A column of a table or a field of a struct.
 *
 * @param nullable false when the schema says {@code NOT NULL}
 * @param comment what the column means, in its unit; empty when nothing is said
 */
public record Column(String name, DataType type, boolean nullable, String comment)
    implements Serializable {
  public Column {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(type, "type");
    Objects.requireNonNull(comment, "comment");
    if (name.isBlank()) {
      throw new IllegalArgumentException("a column without a name");
    }
  }

  public static Column nullable(String name, DataType type) {
    return new Column(name, type, true, "");
  }

  public static Column required(String name, DataType type) {
    return new Column(name, type, false, "");
  }
}
