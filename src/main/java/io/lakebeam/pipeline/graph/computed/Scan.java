package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.DataFile;
import java.io.Serializable;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Rows that are to be read.
 *
 * @param node the leaf; {@link #BEGINNING} for none, only to let operators begin that get no rows
 * @param file of the leaf's table; null where it is no file that the leaf has its rows from
 */
record Scan(Computation of, int node, @Nullable DataFile file) implements Serializable {
  static final int BEGINNING = -1;
}
