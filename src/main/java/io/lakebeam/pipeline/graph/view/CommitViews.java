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
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.values.KV;

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
    Optional<ViewTable.Refresh> refresh = Optional.empty();
    Optional<ViewPart.Broken> error = Optional.empty();
    long rows = 0;
    List<ViewPart.Part> read = new ArrayList<>();
    for (Packed<ViewPart> packed : parts.getValue()) {
      ViewPart part = packed.unpack();
      if (part instanceof ViewPart.Started started) {
        refresh = Optional.of(started.refresh());
      } else if (part instanceof ViewPart.Part more) {
        rows += more.rows();
        read.add(more);
      } else if (part instanceof ViewPart.Broken broken) {
        error = Optional.of(broken);
      }
    }
    if (error.isPresent()) {
      ViewPart.Broken broken = error.get();
      out.output(behind(view, broken.told()));
      return;
    }
    ViewTable.Refresh whole =
        refresh.orElseThrow(() -> notWhole(view, "its files were read, but it was not behind"));
    checkComplete(view, whole, read);
    ViewTable.Refreshed refreshed;
    try {
      read.forEach(part -> groups.merge(part.groups()));
      refreshed = table.merge(whole, groups, Epochs.stem(Epochs.of(window)));
    } catch (NoRoomException e) {
      out.output(behind(view, e.told().in("view " + view)));
      return;
    }
    if (refreshed.outcome() instanceof CommitOutcome.Committed committed) {
      out.output(finished(view, "committed", committed.version(), rows, refreshed));
    } else if (refreshed.outcome() instanceof CommitOutcome.AlreadyCommitted) {
      out.output(finished(view, "already committed", -1, rows, refreshed));
    } else {
      out.output(CommitTables.stopped(view, refreshed.outcome()));
    }
  }

  /**
   * A runner that loses a worker may look once more how far the view is behind, and find that the
   * table has moved meanwhile: parts of two refreshes are no refresh.
   */
  private static void checkComplete(
      String view, ViewTable.Refresh refresh, List<ViewPart.Part> read) {
    boolean isOne = read.stream().allMatch(part -> part.to() == refresh.to());
    int files = read.stream().mapToInt(ViewPart.Part::files).sum();
    if (!isOne || files != refresh.files().size()) {
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
