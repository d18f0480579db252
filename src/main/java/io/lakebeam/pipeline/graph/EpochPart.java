package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.pipeline.graph.flow.FlowReport;
import io.lakebeam.row.Packed;
import java.io.Serializable;

/** What meets when an epoch's tables are decided, and at its end. */
sealed interface EpochPart extends Serializable {
  /** Tells somebody who takes parts of every kind. */
  void tell(Listener listener);

  /** What takes parts; a kind that cannot come is a mistake. */
  interface Listener {
    void planned(EpochPlan plan);

    default void reported(FlowReport report) {
      throw new IllegalStateException("a report of " + report.table() + " after its commit");
    }

    default void ended(DatasetOutcome outcome) {
      throw new IllegalStateException(outcome.dataset() + " has ended before it is decided");
    }
  }

  /** The heartbeat: makes the epoch end even when no table got a row. */
  record Planned(EpochPlan plan) implements EpochPart {
    @Override
    public void tell(Listener listener) {
      listener.planned(plan);
    }
  }

  /** A bundle of a flow has written files. */
  record Reported(Packed<FlowReport> report) implements EpochPart {
    @Override
    public void tell(Listener listener) {
      listener.reported(report.unpack());
    }
  }

  /** A dataset's part is over. */
  record Ended(DatasetOutcome outcome) implements EpochPart {
    @Override
    public void tell(Listener listener) {
      listener.ended(outcome);
    }
  }
}
