package io.lakebeam.runner;

import io.lakebeam.delta.SchemaChange;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import java.util.function.Consumer;

/** Lets several threads tell one listener, one at a time. */
final class SerialListener implements UpdateListener {
  private final UpdateListener listener;
  private final Consumer<EpochResult> onDone;

  /**
   * @param onDone gets the result of each epoch
   */
  SerialListener(UpdateListener listener, Consumer<EpochResult> onDone) {
    this.listener = listener;
    this.onDone = onDone;
  }

  @Override
  public synchronized void columnsChange(String table, SchemaChange.Additive change) {
    listener.columnsChange(table, change);
  }

  @Override
  public synchronized void started() {
    listener.started();
  }

  @Override
  public synchronized void begins(Work work) {
    listener.begins(work);
  }

  @Override
  public synchronized void planned(EpochPlan plan, boolean isReplay) {
    listener.planned(plan, isReplay);
  }

  @Override
  public synchronized void done(EpochResult result, long millis) {
    listener.done(result, millis);
    onDone.accept(result);
  }

  @Override
  public synchronized void idle() {
    listener.idle();
  }

  @Override
  public synchronized void change(Preview.Item item) {
    listener.change(item);
  }

  @Override
  public synchronized void warning(String text) {
    listener.warning(text);
  }
}
