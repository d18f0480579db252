package io.lakebeam.pipeline.graph.computed;

import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.view.ComputedTable;
import io.lakebeam.epoch.EpochNotWholeException;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.expectation.RowCounts;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.Payload;
import io.lakebeam.pipeline.graph.CommitTables;
import io.lakebeam.pipeline.graph.DatasetOutcome;
import io.lakebeam.pipeline.graph.flow.RowMetrics;
import io.lakebeam.row.Packed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.values.KV;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Puts the rows of a refresh in the place of those that the view has. */
final class CommitComputed
    extends DoFn<KV<String, Iterable<Packed<ComputedPart>>>, DatasetOutcome> {
  private static final String GOES_ON =
      "; everything else is up to date, and the view catches up in the next update";

  private final Payload<HashMap<String, ComputedView>> views;
  private final Payload<HashMap<String, ComputedTable>> tables;

  CommitComputed(
      Payload<HashMap<String, ComputedView>> views,
      Payload<HashMap<String, ComputedTable>> tables) {
    this.views = views;
    this.tables = tables;
  }

  @ProcessElement
  public void commit(
      @Element KV<String, Iterable<Packed<ComputedPart>>> parts,
      OutputReceiver<DatasetOutcome> out) {
    String view = parts.getKey();
    Gathered gathered = new Gathered();
    parts.getValue().forEach(part -> part.unpack().tell(gathered));
    if (gathered.broken != null) {
      out.output(behind(view, gathered.broken.told()));
      return;
    }
    if (gathered.started == null) {
      throw notWhole(view, "rows were written, but it was not behind");
    }
    out.output(commit(views.get().get(view), gathered));
  }

  private DatasetOutcome commit(ComputedView view, Gathered gathered) {
    ComputedTable.Refresh refresh = gathered.started.refresh();
    checkComplete(view.name(), gathered);
    RowCounts counts = RowCounts.none(view.rules().size());
    List<DataFile> files = new ArrayList<>();
    List<String> violated = new ArrayList<>();
    long read = 0;
    for (ComputedPart.Written part : gathered.written) {
      counts = counts.plus(part.counts());
      files.addAll(part.files());
      violated.addAll(part.violated());
      read += part.read();
    }
    if (counts.failed() > 0) {
      return behind(view.name(), violated(view.name(), counts, violated));
    }
    Optional<List<DataFile>> replaced =
        gathered.started.isWhole() ? Optional.empty() : Optional.of(gathered.replaced());
    CommitOutcome outcome = tables.get().get(view.name()).commit(refresh, files, replaced);
    if (outcome instanceof CommitOutcome.Conflicted) {
      return behind(view.name(), outcome.problem(view.name()).orElseThrow());
    }
    if (!outcome.isIn()) {
      return CommitTables.stopped(view.name(), outcome);
    }
    RowMetrics.count(view.name(), counts);
    return new DatasetOutcome.Finished(
        new DatasetResult(
            view.name(),
            outcome.version() < 0 ? "already committed" : "committed",
            outcome.version(),
            read,
            counts.accepted(),
            counts.dropped(),
            0,
            files.size(),
            files.stream().mapToLong(DataFile::bytes).sum(),
            CommitTables.rules(view.rules(), counts)));
  }

  /** What has met at the commit. */
  private static final class Gathered implements ComputedPart.Listener {
    private final List<ComputedPart.Written> written = new ArrayList<>();
    private final List<ComputedPart.Replaced> replaced = new ArrayList<>();
    private ComputedPart.@Nullable Started started;
    private ComputedPart.@Nullable Broken broken;

    @Override
    public void started(ComputedPart.Started of) {
      started = of;
    }

    @Override
    public void written(ComputedPart.Written part) {
      written.add(part);
    }

    @Override
    public void replaced(ComputedPart.Replaced of) {
      replaced.add(of);
    }

    List<DataFile> replaced() {
      return replaced.stream().map(ComputedPart.Replaced::file).toList();
    }

    @Override
    public void broken(ComputedPart.Broken of) {
      broken = of;
    }
  }

  /**
   * A runner that loses a worker may look once more what is to be computed, and find that a table
   * has moved meanwhile: parts of two refreshes are no refresh.
   */
  private static void checkComplete(String view, Gathered gathered) {
    String key = gathered.started.refresh().key();
    if (!gathered.written.stream().allMatch(part -> part.refresh().equals(key))
        || !gathered.replaced.stream().allMatch(part -> part.refresh().equals(key))) {
      throw notWhole(view, "its rows were computed for another refresh");
    }
    int scans = gathered.written.stream().mapToInt(ComputedPart.Written::scans).sum();
    if (scans != gathered.started.scans()) {
      throw notWhole(view, gathered.started.scans() + " scans make it, " + scans + " have ended");
    }
  }

  private static EpochNotWholeException notWhole(String view, String why) {
    return new EpochNotWholeException("view " + view, why);
  }

  private static Problem violated(String view, RowCounts counts, List<String> rows) {
    return Problem.of(
        ErrorCode.EXPECTATION_VIOLATED,
        "view " + view + " stays as it is, because of an expectation whose on_violation is fail",
        counts.failed() + " of " + counts.in() + " rows break it, such as " + rows.get(0),
        "mend the rows, or change the rule or the query");
  }

  private static DatasetOutcome behind(String view, Problem told) {
    return new DatasetOutcome.Behind(view, told.withFix(told.fix() + GOES_ON));
  }
}
