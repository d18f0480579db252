package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.graph.Problem;
import io.lakebeam.source.BadFile;
import java.io.Serializable;
import java.util.List;

/** What became of a dataset in an epoch. */
public sealed interface DatasetOutcome extends Serializable {
  String dataset();

  void tell(Listener listener);

  /**
   * Is told what became of datasets; of each kind by a method of its own, so that none is missed.
   */
  interface Listener {
    void finished(Finished finished);

    void waiting(Waiting waiting);

    void behind(Behind behind);

    void stopped(Stopped stopped);
  }

  /**
   * All the dataset should get is committed, now or by an earlier attempt.
   *
   * @param setAside files of which its quarantine has a row in place of theirs
   */
  record Finished(DatasetResult result, List<BadFile> setAside) implements DatasetOutcome {
    public Finished {
      setAside = List.copyOf(setAside);
    }

    public Finished(DatasetResult result) {
      this(result, List.of());
    }

    @Override
    public String dataset() {
      return result.dataset();
    }

    @Override
    public void tell(Listener listener) {
      listener.finished(this);
    }
  }

  /** Nothing is committed yet, because a table it reads has stopped. */
  record Waiting(String dataset, String waitsFor) implements DatasetOutcome {
    @Override
    public void tell(Listener listener) {
      listener.waiting(this);
    }
  }

  /**
   * A view cannot be brought up to date. Nothing waits for it: the epoch is done without it, it
   * catches up by itself once its query is mended, and the update says so at its end.
   */
  record Behind(String dataset, Problem told) implements DatasetOutcome {
    @Override
    public void tell(Listener listener) {
      listener.behind(this);
    }
  }

  /** Nothing of the epoch is committed to the dataset, and the update stops. */
  record Stopped(String dataset, Problem told, List<String> samples) implements DatasetOutcome {
    public Stopped {
      samples = List.copyOf(samples);
    }

    @Override
    public void tell(Listener listener) {
      listener.stopped(this);
    }
  }
}
