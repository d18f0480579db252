package io.lakebeam.pipeline.graph.view;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.view.GroupBatch;
import io.lakebeam.delta.view.GroupMerger;
import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.graph.Problem;
import java.io.Serializable;
import java.util.List;
import java.util.TreeMap;

/** What meets at a view's commit. */
public sealed interface ViewPart extends Serializable {
  /** Tells somebody who takes parts of every kind. */
  void tell(Listener listener);

  /** What takes parts. */
  interface Listener {
    void started(Started started);

    void read(Read read);

    void merged(Merged merged);

    void broken(Broken broken);
  }

  /**
   * What is being read; exactly one when a view is behind.
   *
   * @param files how many
   */
  record Started(ViewTable.Refresh refresh, int files) implements ViewPart {
    @Override
    public void tell(Listener listener) {
      listener.started(this);
    }
  }

  /**
   * What has been read.
   *
   * @param refresh the {@link ViewTable.Refresh#key} of what the files are of
   * @param files how many of the refresh's files
   * @param rows that count, of these
   * @param groups parts of groups that they were added up to
   */
  record Read(String refresh, int files, long rows, long groups) implements ViewPart {
    @Override
    public void tell(Listener listener) {
      listener.read(this);
    }
  }

  /**
   * What became of a slot.
   *
   * @param refresh the {@link ViewTable.Refresh#key} of what the groups are of
   * @param groups parts of groups that were added
   * @param batches these groups, where they are few, to be added once more when somebody rearranges
   *     the view in the meantime; none where they are many
   */
  record Merged(String refresh, long groups, List<GroupBatch> batches, GroupMerger.Merged files)
      implements ViewPart {
    public Merged {
      batches = List.copyOf(batches);
    }

    @Override
    public void tell(Listener listener) {
      listener.merged(this);
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
   * @param slots the least key of each slot of the view but for the first, as bytes
   */
  record File(
      String view,
      String refresh,
      DataFile file,
      TreeMap<String, String> lookedUp,
      List<byte[]> slots)
      implements Serializable {
    public File {
      slots = List.copyOf(slots);
    }
  }

  /**
   * What meets at a slot: once its files, and groups as they come.
   *
   * @param refresh the {@link ViewTable.Refresh#key}
   * @param leaves the view's files of the slot, by their first keys
   * @param lacksItsRow true when it is to have a row though nothing may come
   */
  record OfSlot(
      String refresh, List<DataFile> leaves, boolean lacksItsRow, List<GroupBatch> batches)
      implements Serializable {
    public OfSlot {
      leaves = List.copyOf(leaves);
      batches = List.copyOf(batches);
    }
  }
}
