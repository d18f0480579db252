package io.lakebeam.graph;

import java.io.Serializable;
import java.util.Comparator;

/**
 * A column that something else follows from.
 *
 * @param origin the column
 * @param influence how it is used
 * @param by what uses it, such as {@code expectation has_shop}; empty where that is the flow itself
 */
public record ColumnUse(ColumnOrigin origin, Influence influence, String by)
    implements Serializable {
  /** By the columns' names. */
  public static final Comparator<ColumnUse> IN_ORDER =
      Comparator.comparing((ColumnUse use) -> use.origin().relation())
          .thenComparing(use -> use.origin().column())
          .thenComparing(ColumnUse::influence)
          .thenComparing(ColumnUse::by);

  /** By the flow itself. */
  public ColumnUse(ColumnOrigin origin, Influence influence) {
    this(origin, influence, "");
  }

  /** The same column, where the value that it has gone into is used. */
  public ColumnUse then(Influence use) {
    return new ColumnUse(origin, influence.then(use), by);
  }
}
