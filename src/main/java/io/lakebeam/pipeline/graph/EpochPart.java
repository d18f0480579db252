package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.pipeline.graph.flow.FlowReport;
import io.lakebeam.row.Packed;
import java.io.Serializable;

/** What meets when an epoch's tables are decided, and at its end. */
sealed interface EpochPart extends Serializable {
  /** The heartbeat: makes the epoch end even when no table got a row. */
  record Planned(EpochPlan plan) implements EpochPart {}

  /** A bundle of a flow has written files. */
  record Reported(Packed<FlowReport> report) implements EpochPart {}

  /** A dataset's part is over. */
  record Ended(DatasetOutcome outcome) implements EpochPart {}
}
