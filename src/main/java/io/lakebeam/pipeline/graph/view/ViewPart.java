package io.lakebeam.pipeline.graph.view;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.view.Groups;
import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.graph.Problem;
import java.io.Serializable;
import java.util.TreeMap;

/** What meets at a view's commit. */
public sealed interface ViewPart extends Serializable {
  /** Tells somebody who takes parts of every kind. */
  void tell(Listener listener);

  /** What takes parts. */
  interface Listener {
    void started(Started started);

    void part(Part part);

    void broken(Broken broken);
  }

  /**
   * What is being read; exactly one when a view is behind.
   *
   * @param lookedUp the states of reference files, by source, that all rows are looked up in
   */
  record Started(ViewTable.Refresh refresh, TreeMap<String, String> lookedUp) implements ViewPart {
    @Override
    public void tell(Listener listener) {
      listener.started(this);
    }
  }

  /**
   * Groups of some of the rows.
   *
   * @param refresh the {@link ViewTable.Refresh#key} of what the files are of
   * @param files how many of the refresh's files the rows are from
   */
  record Part(String refresh, int files, Groups.Parts groups, long rows) implements ViewPart {
    @Override
    public void tell(Listener listener) {
      listener.part(this);
    }
  }

  /** The view's query fails on a row, or has no room for what it gives. */
  record Broken(Problem told) implements ViewPart {
    @Override
    public void tell(Listener listener) {
      listener.broken(this);
    }
  }

  /**
   * A file to be read for a view's refresh, and what its rows are to be looked up in.
   *
   * @param refresh its {@link ViewTable.Refresh#key}
   */
  record File(String view, String refresh, DataFile file, TreeMap<String, String> lookedUp)
      implements Serializable {}
}
