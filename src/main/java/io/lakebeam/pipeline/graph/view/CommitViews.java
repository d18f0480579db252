package io.lakebeam.pipeline.graph.view;

import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.view.Groups;
import io.lakebeam.delta.view.NoRoomException;
import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.CommitTables;
import io.lakebeam.pipeline.graph.DatasetOutcome;
import io.lakebeam.pipeline.graph.flow.RowMetrics;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.Packed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Adds an epoch's groups to each view and commits it. */
public final class CommitViews
    extends DoFn<KV<String, Iterable<Packed<ViewPart>>>, DatasetOutcome> {
  private static final String GOES_ON =
      "; everything else is up to date, and the view catches up in the next update";

  private final Payload<HashMap<String, ViewTable>> views;
  private transient Map<String, Groups> none;

  public CommitViews(Map<String, ViewTable> views) {
    this.views = Payload.of(new HashMap<>(views));
  }

  @Setup
  public void setup() {
    none = new HashMap<>();
  }

  @ProcessElement
  public void commit(
      @Element KV<String, Iterable<Packed<ViewPart>>> parts,
      BoundedWindow window,
      OutputReceiver<DatasetOutcome> out) {
    String view = parts.getKey();
    ViewTable table = views.get().get(view);
    Groups groups = none.computeIfAbsent(view, name -> new Groups(table.query())).none();
    Gathered gathered = new Gathered();
    parts.getValue().forEach(part -> part.unpack().tell(gathered));
    if (gathered.broken != null) {
      out.output(behind(view, gathered.broken.told()));
      return;
    }
    if (gathered.refresh == null) {
      throw notWhole(view, "its files were read, but it was not behind");
    }
    ViewTable.Refresh whole = gathered.refresh;
    List<ViewPart.Part> read = gathered.read;
    long rows = read.stream().mapToLong(ViewPart.Part::rows).sum();
    checkComplete(view, whole, read);
    ViewTable.Refreshed refreshed;
    try {
      read.forEach(part -> groups.merge(part.groups()));
      refreshed = table.merge(whole, groups, Epochs.stem(Epochs.of(window)));
    } catch (NoRoomException e) {
      out.output(behind(view, e.told().in("view " + view)));
      return;
    }
    CommitOutcome outcome = refreshed.outcome();
    if (outcome.isIn()) {
      String word = outcome.version() < 0 ? "already committed" : "committed";
      out.output(finished(view, word, outcome.version(), rows, refreshed));
    } else {
      out.output(CommitTables.stopped(view, outcome));
    }
  }

  /** What has met at the commit. */
  private static final class Gathered implements ViewPart.Listener {
    private final List<ViewPart.Part> read = new ArrayList<>();
    private ViewTable.@Nullable Refresh refresh;
    private ViewPart.@Nullable Broken broken;

    @Override
    public void started(ViewPart.Started started) {
      refresh = started.refresh();
    }

    @Override
    public void part(ViewPart.Part part) {
      read.add(part);
    }

    @Override
    public void broken(ViewPart.Broken of) {
      broken = of;
    }
  }

  /**
   * A runner that loses a worker may look once more how far the view is behind, and find that the
   * table has moved meanwhile, or that a reference file is another one: parts of two refreshes are
   * no refresh.
   */
  private static void checkComplete(
      String view, ViewTable.Refresh refresh, List<ViewPart.Part> read) {
    if (!read.stream().allMatch(part -> part.refresh().equals(refresh.key()))) {
      throw notWhole(view, "its files were read for another refresh");
    }
    int files = read.stream().mapToInt(ViewPart.Part::files).sum();
    if (files != refresh.files().size()) {
      throw notWhole(
          view,
          refresh.files().size()
              + " files bring it to version "
              + refresh.to()
              + " of its table, "
              + files
              + " were read");
    }
  }

  private static IllegalStateException notWhole(String view, String why) {
    return new IllegalStateException("view " + view + ": " + why + "; the epoch is to be repeated");
  }

  private static DatasetOutcome finished(
      String view, String outcome, long version, long rows, ViewTable.Refreshed refreshed) {
    RowMetrics.count(view, new RowCounts(rows, rows, 0, 0, 0, rows, List.of()));
    return new DatasetOutcome.Finished(
        new DatasetResult(
            view,
            outcome,
            version,
            rows,
            rows,
            0,
            0,
            refreshed.files(),
            refreshed.bytes(),
            Map.of()));
  }

  private static DatasetOutcome behind(String view, Problem told) {
    return new DatasetOutcome.Behind(view, told.withFix(told.fix() + GOES_ON));
  }
}
