package io.lakebeam.pipeline.graph.view;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.view.GroupBatch;
import io.lakebeam.delta.view.GroupMerger;
import io.lakebeam.delta.view.NoRoomException;
import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.Packed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

/** Adds an epoch's groups to the rows of each slot of a view. */
public final class MergeSlots
    extends DoFn<
        KV<KV<String, Integer>, Iterable<Packed<ViewPart.OfSlot>>>, KV<String, Packed<ViewPart>>> {
  /** So many batches of a slot are handed on to the commit: a megabyte, packed much less. */
  private static final int MOST_BATCHES = 4;

  private final Map<String, ViewTable> tables;
  private transient Map<String, GroupMerger> mergers;

  public MergeSlots(Map<String, ViewTable> tables) {
    this.tables = new HashMap<>(tables);
  }

  @Setup
  public void setup() {
    mergers = new HashMap<>();
  }

  @ProcessElement
  public void merge(
      @Element KV<KV<String, Integer>, Iterable<Packed<ViewPart.OfSlot>>> slot,
      BoundedWindow window,
      OutputReceiver<KV<String, Packed<ViewPart>>> out) {
    String view = slot.getKey().getKey();
    List<GroupBatch> batches = new ArrayList<>();
    List<DataFile> leaves = new ArrayList<>();
    boolean lacksItsRow = false;
    String refresh = null;
    for (Packed<ViewPart.OfSlot> packed : slot.getValue()) {
      ViewPart.OfSlot part = packed.unpack();
      if (refresh != null && !part.refresh().equals(refresh)) {
        throw CommitViews.notWhole(view, "its files were read for another refresh");
      }
      refresh = part.refresh();
      batches.addAll(part.batches());
      leaves.addAll(part.leaves());
      lacksItsRow |= part.lacksItsRow();
    }
    if (batches.isEmpty() && !lacksItsRow) {
      return;
    }
    ViewTable table = tables.get(view);
    GroupMerger merger =
        mergers.computeIfAbsent(view, name -> new GroupMerger(table, table.groups()));
    ViewPart part;
    try {
      long groups = batches.stream().mapToLong(GroupBatch::groups).sum();
      part =
          new ViewPart.Merged(
              refresh,
              groups,
              batches.size() <= MOST_BATCHES ? batches : List.of(),
              merger.merge(batches, leaves, Epochs.stem(Epochs.of(window))));
    } catch (NoRoomException e) {
      part = new ViewPart.Broken(e.told().in("view " + view));
    }
    out.output(KV.of(view, Packed.of(part)));
  }
}
