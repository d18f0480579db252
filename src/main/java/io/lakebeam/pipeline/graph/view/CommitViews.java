package io.lakebeam.pipeline.graph.view;

import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.view.GroupBatch;
import io.lakebeam.delta.view.GroupMerger;
import io.lakebeam.delta.view.Groups;
import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.epoch.EpochNotWholeException;
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
import org.checkerframework.checker.nullness.qual.Nullable;

/** Commits what an epoch's groups have made of each view. */
public final class CommitViews
    extends DoFn<KV<String, Iterable<Packed<ViewPart>>>, DatasetOutcome> {
  private static final String GOES_ON =
      "; everything else is up to date, and the view catches up in the next update";

  private static final int ATTEMPTS = 5;

  private final Payload<HashMap<String, ViewTable>> views;

  public CommitViews(Map<String, ViewTable> views) {
    this.views = Payload.of(new HashMap<>(views));
  }

  @ProcessElement
  public void commit(
      @Element KV<String, Iterable<Packed<ViewPart>>> parts,
      BoundedWindow window,
      OutputReceiver<DatasetOutcome> out) {
    String view = parts.getKey();
    Gathered gathered = new Gathered();
    parts.getValue().forEach(part -> part.unpack().tell(gathered));
    if (gathered.broken != null) {
      out.output(behind(view, gathered.broken.told()));
      return;
    }
    gathered.checkComplete(view);
    ViewTable table = views.get().get(view);
    Committed committed =
        new Committed(gathered.files(), table.commit(gathered.started.refresh(), gathered.files()));
    for (int i = 1; i < ATTEMPTS && committed.isToBeDoneAgain(gathered); i++) {
      committed = again(table, gathered, committed, Epochs.stem(Epochs.of(window)));
    }
    CommitOutcome outcome = committed.outcome();
    if (outcome.isIn()) {
      out.output(finished(view, committed, gathered.rows()));
    } else if (outcome instanceof CommitOutcome.Conflicted) {
      out.output(behind(view, outcome.problem(view).orElseThrow()));
    } else {
      out.output(CommitTables.stopped(view, outcome));
    }
  }

  /** What was put into the view. */
  private record Committed(List<GroupMerger.Merged> files, CommitOutcome outcome) {
    boolean isToBeDoneAgain(Gathered gathered) {
      return outcome instanceof CommitOutcome.Conflicted && gathered.hasAllGroups();
    }

    List<DataFile> added() {
      return files.stream().flatMap(each -> each.added().stream()).toList();
    }
  }

  /** Adds the groups to the files that the view has by now, when somebody has rearranged it. */
  private static Committed again(
      ViewTable table, Gathered gathered, Committed before, String stem) {
    Optional<ViewTable.Refresh> now = table.rebased(gathered.started.refresh());
    if (now.isEmpty()) {
      return new Committed(before.files(), table.commit(gathered.started.refresh(), List.of()));
    }
    Groups groups = table.groups();
    List<GroupMerger.Merged> files =
        now.get().anew()
            ? before.files()
            : List.of(
                new GroupMerger(table, groups)
                    .merge(gathered.batches(), table.slots(now.get(), groups).files(), stem));
    return new Committed(files, table.commit(now.get(), files));
  }

  /** What has met at the commit. */
  private static final class Gathered implements ViewPart.Listener {
    private final List<ViewPart.Read> read = new ArrayList<>();
    private final List<ViewPart.Merged> merged = new ArrayList<>();
    private ViewPart.@Nullable Started started;
    private ViewPart.@Nullable Broken broken;

    @Override
    public void started(ViewPart.Started of) {
      started = of;
    }

    @Override
    public void read(ViewPart.Read of) {
      read.add(of);
    }

    @Override
    public void merged(ViewPart.Merged of) {
      merged.add(of);
    }

    @Override
    public void broken(ViewPart.Broken of) {
      broken = of;
    }

    List<GroupMerger.Merged> files() {
      return merged.stream().map(ViewPart.Merged::files).toList();
    }

    /** True when the groups were few enough to be handed on. */
    boolean hasAllGroups() {
      return merged.stream()
          .allMatch(
              part -> part.groups() == part.batches().stream().mapToLong(GroupBatch::groups).sum());
    }

    List<GroupBatch> batches() {
      return merged.stream().flatMap(part -> part.batches().stream()).toList();
    }

    long rows() {
      return read.stream().mapToLong(ViewPart.Read::rows).sum();
    }

    /**
     * A runner that loses a worker may look once more how far the view is behind, and find that the
     * table has moved meanwhile, or that a reference file is another one: parts of two refreshes
     * are no refresh.
     */
    void checkComplete(String view) {
      if (started == null) {
        throw notWhole(view, "its files were read, but it was not behind");
      }
      String key = started.refresh().key();
      if (!read.stream().allMatch(part -> part.refresh().equals(key))
          || !merged.stream().allMatch(part -> part.refresh().equals(key))) {
        throw notWhole(view, "its files were read for another refresh");
      }
      int files = read.stream().mapToInt(ViewPart.Read::files).sum();
      if (files != started.files()) {
        throw notWhole(
            view,
            started.files()
                + " files bring it to version "
                + started.refresh().to()
                + " of its table, "
                + files
                + " were read");
      }
      long sent = read.stream().mapToLong(ViewPart.Read::groups).sum();
      long added = merged.stream().mapToLong(ViewPart.Merged::groups).sum();
      if (sent != added) {
        throw notWhole(view, sent + " groups were read, " + added + " were added");
      }
    }
  }

  static EpochNotWholeException notWhole(String view, String why) {
    return new EpochNotWholeException("view " + view, why);
  }

  private static DatasetOutcome finished(String view, Committed committed, long rows) {
    long version = committed.outcome().version();
    boolean isNew = version >= 0;
    List<DataFile> files = committed.added();
    RowMetrics.count(view, new RowCounts(rows, rows, 0, 0, 0, rows, List.of()));
    return new DatasetOutcome.Finished(
        new DatasetResult(
            view,
            isNew ? "committed" : "already committed",
            version,
            rows,
            rows,
            0,
            0,
            isNew ? files.size() : 0,
            isNew ? files.stream().mapToLong(DataFile::bytes).sum() : 0,
            Map.of()));
  }

  private static DatasetOutcome behind(String view, Problem told) {
    return new DatasetOutcome.Behind(view, told.withFix(told.fix() + GOES_ON));
  }
}
