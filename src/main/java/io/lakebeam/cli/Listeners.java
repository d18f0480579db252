package io.lakebeam.cli;

import io.lakebeam.delta.SchemaChange;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.runner.Preview;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.runner.Work;
import java.util.List;

/** Several that are told, in their order. */
public record Listeners(List<UpdateListener> all) implements UpdateListener {
  public Listeners {
    all = List.copyOf(all);
  }

  @Override
  public void columnsChange(String table, SchemaChange.Additive change) {
    all.forEach(each -> each.columnsChange(table, change));
  }

  @Override
  public void started() {
    all.forEach(UpdateListener::started);
  }

  @Override
  public void begins(Work work) {
    all.forEach(each -> each.begins(work));
  }

  @Override
  public void planned(EpochPlan plan, boolean isReplay) {
    all.forEach(each -> each.planned(plan, isReplay));
  }

  @Override
  public void done(EpochResult result, long millis) {
    all.forEach(each -> each.done(result, millis));
  }

  @Override
  public void idle() {
    all.forEach(UpdateListener::idle);
  }

  @Override
  public void change(Preview.Item item) {
    all.forEach(each -> each.change(item));
  }

  @Override
  public void warning(String text) {
    all.forEach(each -> each.warning(text));
  }
}
