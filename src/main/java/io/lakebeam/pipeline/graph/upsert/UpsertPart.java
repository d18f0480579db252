package io.lakebeam.pipeline.graph.upsert;

import io.lakebeam.delta.upsert.Merge;
import io.lakebeam.graph.Problem;
import java.io.Serializable;
import java.time.Instant;

/** What meets when a merge is committed. */
public sealed interface UpsertPart extends Serializable {
  /** Tells somebody who takes parts of every kind. */
  void tell(Listener listener);

  /** What takes parts. */
  interface Listener {
    void started(Started started);

    void done(Done done);

    void broken(Broken broken);
  }

  /**
   * What is to be merged; exactly one when a table is behind its changes.
   *
   * @param plannedAt when the epoch was planned
   */
  record Started(Merge merge, Instant plannedAt) implements UpsertPart {
    @Override
    public void tell(Listener listener) {
      listener.started(this);
    }
  }

  /** A unit of it. */
  record Done(Merge.Part part) implements UpsertPart {
    @Override
    public void tell(Listener listener) {
      listener.done(this);
    }
  }

  /** What is declared of changes fails on one. */
  record Broken(Problem told) implements UpsertPart {
    @Override
    public void tell(Listener listener) {
      listener.broken(this);
    }
  }
}
