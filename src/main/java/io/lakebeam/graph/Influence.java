package io.lakebeam.graph;

import java.util.Locale;

/**
 * How a column gets into what is computed from it, in OpenLineage's words: directly, when its value
 * goes into another value, or indirectly, when it decides which value or which row there is.
 */
public enum Influence {
  /** The value is taken as it is. */
  IDENTITY(true),
  /** The value is computed from it. */
  TRANSFORMATION(true),
  /** The value is computed from it and from those of other rows. */
  AGGREGATION(true),
  /** It decides which rows meet. */
  JOIN(false),
  /** It decides which rows make one. */
  GROUP_BY(false),
  /** It decides which rows there are. */
  FILTER(false),
  /** Rows are ordered by it. */
  SORT(false),
  /** It decides which rows a window function looks at. */
  WINDOW(false),
  /** It decides which one of several values is taken. */
  CONDITIONAL(false),
  /** A rule looks at it that changes no row; OpenLineage has no word for this. */
  CHECK(false);

  private final boolean isDirect;

  Influence(boolean isDirect) {
    this.isDirect = isDirect;
  }

  /** True when its value goes into another value. */
  public boolean isDirect() {
    return isDirect;
  }

  /** As people say it. */
  public String words() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  /** What becomes of it where the value that it has gone into is used. */
  public Influence then(Influence use) {
    if (!use.isDirect) {
      return use;
    }
    return isDirect && use.compareTo(this) > 0 ? use : this;
  }
}
