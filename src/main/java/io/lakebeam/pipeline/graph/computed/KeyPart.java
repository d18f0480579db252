package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.view.ComputedTable;
import io.lakebeam.sql.catalyst.operator.KeyedRows;
import java.io.Serializable;
import java.util.ArrayList;

/** What meets where it is decided which rows of a view are computed again. */
sealed interface KeyPart extends Serializable {
  /**
   * A refresh for which files are looked at.
   *
   * @param files how many
   */
  record Begun(Computation of, ComputedTable.Refresh refresh, int files) implements KeyPart {}

  /** What a file has of each key. */
  record Read(String refresh, ArrayList<KeyedRows.Sum> sums) implements KeyPart {}

  /** Nobody knows what a file has, or has had: it cannot be read any more, or has too many keys. */
  record Gone(String refresh) implements KeyPart {}

  /**
   * A file that is to be looked at.
   *
   * @param weight 1 for one that has come, -1 for one that has gone
   */
  record File(Computation of, DataFile file, int weight) implements Serializable {}
}
