package io.lakebeam.pipeline.graph.plan;

import io.lakebeam.epoch.EpochNotWholeException;
import io.lakebeam.epoch.EpochPlan;
import java.time.Instant;

/**
 * What lets a table be looked after in an epoch: an element for each table from the plan, which
 * says when the epoch was planned, and empty ones from whatever has to come before.
 */
public final class Triggers {
  /** The element from what has to come before. */
  public static final String NONE = "";

  private Triggers() {}

  /** The element from the plan. */
  public static String of(EpochPlan plan) {
    return plan.plannedAt().toString();
  }

  /**
   * When the epoch was planned, of all elements of a table.
   *
   * @throws EpochNotWholeException when none is from a plan
   */
  public static Instant plannedAt(Iterable<String> triggers) {
    for (String trigger : triggers) {
      if (!trigger.isEmpty()) {
        return Instant.parse(trigger);
      }
    }
    throw new EpochNotWholeException("the epoch", "there was no plan");
  }
}
