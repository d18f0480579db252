package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.view.ComputedTable;
import io.lakebeam.sql.catalyst.operator.KeyedRows;
import java.io.Serializable;
import java.util.ArrayList;

/** What meets where it is decided which rows of a view are computed again. */
sealed interface KeyPart extends Serializable {
  /** Tells somebody who takes parts of every kind. */
  void tell(Listener listener);

  /** What takes parts. */
  interface Listener {
    void begun(Begun begun);

    void read(Read read);

    void gone(Gone gone);
  }

  /**
   * A refresh for which files are looked at.
   *
   * @param files how many
   */
  record Begun(Computation of, ComputedTable.Refresh refresh, int files) implements KeyPart {
    @Override
    public void tell(Listener listener) {
      listener.begun(this);
    }
  }

  /** What a file has of each key. */
  record Read(String refresh, ArrayList<KeyedRows.Sum> sums) implements KeyPart {
    @Override
    public void tell(Listener listener) {
      listener.read(this);
    }
  }

  /** Nobody knows what a file has, or has had: it cannot be read any more, or has too many keys. */
  record Gone(String refresh) implements KeyPart {
    @Override
    public void tell(Listener listener) {
      listener.gone(this);
    }
  }

  /**
   * A file that is to be looked at.
   *
   * @param weight 1 for one that has come, -1 for one that has gone
   */
  record File(Computation of, DataFile file, int weight) implements Serializable {}
}
