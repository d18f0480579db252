package io.lakebeam.pipeline.graph.plan;

import io.lakebeam.epoch.EpochPlan;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;

/** Where a graph gets its plans from. */
public final class PlanRoots {
  private PlanRoots() {}

  /** One plan: the graph is built and run once an epoch. */
  public static PTransform<PBegin, PCollection<EpochPlan>> of(EpochPlan plan) {
    return Create.timestamped(TimestampedValue.of(plan, Epochs.timestamp(plan.number())))
        .withCoder(SerializableCoder.of(EpochPlan.class));
  }

  /**
   * Plans as they come, for as long as the feed has not ended.
   *
   * @param feed key of an open {@link PlanFeed}
   * @param idleSplits how many workers would spin while there is nothing to do; 0 where a runner's
   *     workers do not
   */
  public static PTransform<PBegin, PCollection<EpochPlan>> from(String feed, int idleSplits) {
    return new PTransform<>() {
      @Override
      public PCollection<EpochPlan> expand(PBegin begin) {
        if (idleSplits > 0) {
          begin.apply("Idle", Read.from(PlanSource.idle(feed, idleSplits)));
        }
        return begin.apply("Planned", Read.from(PlanSource.plans(feed)));
      }
    };
  }
}
