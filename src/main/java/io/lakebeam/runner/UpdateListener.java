package io.lakebeam.runner;

import io.lakebeam.delta.SchemaChange;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;

/** Is told how an update goes; called by one thread at a time. */
public interface UpdateListener {
  /** A table, and its quarantine, will get other columns with their next rows. */
  default void columnsChange(String table, SchemaChange.Additive change) {}

  /** Tables exist, the lease is held: epochs may come. */
  default void started() {}

  /** What is before the update is known: what the epochs to come are to read in all. */
  default void begins(Work work) {}

  /**
   * An epoch is about to be read.
   *
   * @param isReplay true when an earlier run planned it and did not finish it
   */
  default void planned(EpochPlan plan, boolean isReplay) {}

  /**
   * An epoch is done.
   *
   * @param millis since it was handed to the runner
   */
  default void done(EpochResult result, long millis) {}

  /** There is nothing to do now; called now and then while a continuous update waits. */
  default void idle() {}

  /** Something that this update does to the lake beside its rows; said before it begins. */
  default void change(Preview.Item item) {}

  /** Something an operator should know; said once for each cause. */
  default void warning(String text) {}
}
