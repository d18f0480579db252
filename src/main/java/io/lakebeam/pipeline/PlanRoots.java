package io.lakebeam.pipeline;

import io.lakebeam.epoch.EpochPlan;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TimestampedValue;

/** Where an {@link EpochGraph} gets its plans from. */
public final class PlanRoots {
  private PlanRoots() {}

  /** One plan: the graph is built and run once an epoch. */
  public static PTransform<PBegin, PCollection<EpochPlan>> of(EpochPlan plan) {
    return Create.timestamped(TimestampedValue.of(plan, Epochs.timestamp(plan.number())))
        .withCoder(SerializableCoder.of(EpochPlan.class));
  }
}
