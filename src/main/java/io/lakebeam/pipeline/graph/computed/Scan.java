package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.DataFile;
import java.io.Serializable;
import java.util.ArrayList;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Rows that are to be read.
 *
 * @param node the leaf; {@link #BEGINNING} for none, only to let operators begin that get no rows;
 *     {@link #SHOWN} for rows that the view has
 * @param file of the leaf's table, or of the view; null where rows are in no file
 * @param touched keys of rows that are computed again, as bytes: of a leaf these rows are taken, of
 *     the view all others are kept; null for all rows of a leaf
 * @param isMerged true for a file of the view whose rows are put together with others in any case
 */
record Scan(
    Computation of,
    int node,
    @Nullable DataFile file,
    @Nullable ArrayList<byte[]> touched,
    boolean isMerged)
    implements Serializable {
  static final int BEGINNING = -1;
  static final int SHOWN = -2;

  Scan(Computation of, int node, @Nullable DataFile file, @Nullable ArrayList<byte[]> touched) {
    this(of, node, file, touched, false);
  }

  Scan in(Computation other) {
    return new Scan(other, node, file, touched, isMerged);
  }
}
