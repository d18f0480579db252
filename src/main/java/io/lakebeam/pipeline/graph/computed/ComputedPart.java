package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.view.ComputedTable;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.graph.Problem;
import java.io.Serializable;
import java.util.ArrayList;

/** What meets at the commit of a computed view. */
sealed interface ComputedPart extends Serializable {
  /** Tells somebody who takes parts of every kind. */
  void tell(Listener listener);

  /** What takes parts. */
  interface Listener {
    void started(Started started);

    void written(Written written);

    void replaced(Replaced replaced);

    void broken(Broken broken);
  }

  /** A file of the view whose rows are in the result, as far as they stay. */
  record Replaced(String refresh, DataFile file) implements ComputedPart {
    @Override
    public void tell(Listener listener) {
      listener.replaced(this);
    }
  }

  /**
   * What is being computed; exactly one when a view is behind.
   *
   * @param scans how many there are
   * @param isWhole true when the rows take the place of all that the view has
   */
  record Started(ComputedTable.Refresh refresh, int scans, boolean isWhole)
      implements ComputedPart {
    @Override
    public void tell(Listener listener) {
      listener.started(this);
    }
  }

  /**
   * Some of the result.
   *
   * @param refresh the {@link ComputedTable.Refresh#key} of what it is of
   * @param scans that have ended with it
   * @param read rows that these have read
   * @param violated what a row says that breaks a rule which lets nothing through; empty for none
   */
  record Written(
      String refresh,
      int scans,
      long read,
      RowCounts counts,
      ArrayList<String> violated,
      ArrayList<DataFile> files)
      implements ComputedPart {
    @Override
    public void tell(Listener listener) {
      listener.written(this);
    }
  }

  /** The view's query fails. */
  record Broken(Problem told) implements ComputedPart {
    @Override
    public void tell(Listener listener) {
      listener.broken(this);
    }
  }
}
