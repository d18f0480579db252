package io.lakebeam.runner;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.ForeignCommit;
import io.lakebeam.delta.ForeignWork;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What others have done to the rows of a pipeline's tables since its last commit. An update goes on
 * with it, since nobody can say what was meant, but not in silence.
 */
final class ForeignRows {
  private final CompiledPipeline pipeline;

  ForeignRows(CompiledPipeline pipeline) {
    this.pipeline = pipeline;
  }

  /**
   * A sentence for each table that others have written to.
   *
   * @throws UpdateFailedException when they have left one that Lakebeam would read wrongly
   */
  List<String> warnings() {
    List<String> warnings = new ArrayList<>();
    for (CompiledTable table : pipeline.streamingTables()) {
      work(table.name(), table.path()).ifPresent(rows -> warnings.add(ofTable(table.name(), rows)));
      work(table.quarantineName(), table.quarantinePath())
          .ifPresent(rows -> warnings.add(ofTable(table.quarantineName(), rows)));
    }
    for (CompiledView view : pipeline.views()) {
      work(view.name(), view.path())
          .ifPresent(
              rows ->
                  warnings.add(
                      "somebody else has changed the rows of view "
                          + view.name()
                          + ": "
                          + told(rows)
                          + "; delete the folder "
                          + view.path()
                          + ", and the next run computes it anew"));
    }
    return warnings;
  }

  private static Optional<List<ForeignCommit>> work(String name, Place path) {
    Optional<Snapshot> now = DeltaTable.at(path).latest();
    if (now.isEmpty()) {
      return Optional.empty();
    }
    ForeignWork work = ForeignWork.of(path, now.get().version());
    if (work.given().isPresent()) {
      throw new UpdateFailedException(
          ErrorCode.TABLE_UNSUPPORTED,
          "table "
              + name
              + " has what Lakebeam cannot work with: "
              + String.join(", ", work.features()),
          work.given().get().toString(),
          work.wayBack());
    }
    return Optional.of(work.ofRows()).filter(rows -> !rows.isEmpty());
  }

  private static String ofTable(String name, List<ForeignCommit> rows) {
    boolean removes = rows.stream().anyMatch(ForeignCommit::removesRows);
    return "somebody else has "
        + (removes ? "taken rows out of" : "added rows to")
        + " table "
        + name
        + ": "
        + told(rows)
        + (removes
            ? "; rows of epochs that are done do not come back by themselves"
            : "; they stay, and what reads the table has them too");
  }

  private static String told(List<ForeignCommit> rows) {
    return rows.get(0) + (rows.size() == 1 ? "" : ", and " + (rows.size() - 1) + " before it");
  }
}
