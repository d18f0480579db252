package io.lakebeam.pipeline.graph;

import io.lakebeam.epoch.EpochPlan;
import java.io.Serializable;

/** What meets at the end of an epoch. */
sealed interface EpochPart extends Serializable {
  /** The heartbeat: makes the epoch end even when no table got a row. */
  record Planned(EpochPlan plan) implements EpochPart {}

  /** A dataset's part is over. */
  record Ended(DatasetOutcome outcome) implements EpochPart {}
}
