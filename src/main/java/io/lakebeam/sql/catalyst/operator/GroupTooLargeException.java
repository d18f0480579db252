package io.lakebeam.sql.catalyst.operator;

import java.util.List;

/** A sum does not fit into its type. */
public final class GroupTooLargeException extends RuntimeException {
  private final String function;
  private final String type;

  GroupTooLargeException(String function, List<String> keys, String value, String type) {
    super(
        (keys.isEmpty() ? "over all rows" : "in the group " + String.join(", ", keys))
            + " it is "
            + value
            + ", and its type is "
            + type);
    this.function = function;
    this.type = type;
  }

  /** The aggregate's name, in upper case. */
  public String function() {
    return function;
  }

  /** The type that has no room, as SQL writes it. */
  public String type() {
    return type;
  }
}
