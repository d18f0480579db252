package io.lakebeam.pipeline.graph.window;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.view.Groups;
import io.lakebeam.epoch.Closing;
import io.lakebeam.epoch.Decision;
import io.lakebeam.graph.Problem;
import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/** What meets at the commit of a table of windows. */
public sealed interface WindowPart extends Serializable {
  /** Tells somebody who takes parts of every kind. */
  void tell(Listener listener);

  /** What takes parts. */
  interface Listener {
    void started(Started started);

    void part(Part part);

    void broken(Broken broken);
  }

  /**
   * What is being computed; exactly one when there is anything to do.
   *
   * @param plannedAt when the epoch was planned
   * @param files to be read; none where it is decided
   * @param isNews true when what is closed is for sinks
   * @param decided what an earlier attempt has decided to commit; null for nothing
   */
  record Started(
      Closing closing,
      Instant plannedAt,
      List<File> files,
      boolean isNews,
      @Nullable Decision decided)
      implements WindowPart {
    @Override
    public void tell(Listener listener) {
      listener.started(this);
    }

    public Started {
      files = List.copyOf(files);
    }
  }

  /**
   * Groups of some of the rows.
   *
   * @param files how many of the files the rows are from
   * @param late rows that came when their window was closed, once for each such window
   */
  record Part(Closing closing, int files, Groups.Parts groups, long late) implements WindowPart {
    @Override
    public void tell(Listener listener) {
      listener.part(this);
    }
  }

  /** The query fails on a row, or has no room for what it gives. */
  record Broken(Problem told) implements WindowPart {
    @Override
    public void tell(Listener listener) {
      listener.broken(this);
    }
  }

  /**
   * A file to be read.
   *
   * @param isGrouped true when its rows are in the version that windows are computed from, and may
   *     be in one that is closed
   * @param isNew true when its rows came since the windows before were computed, and may be late
   */
  record File(String table, Closing closing, DataFile file, boolean isGrouped, boolean isNew)
      implements Serializable {}
}
