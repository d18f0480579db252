package io.lakebeam.pipeline.graph;

import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.event.EventLog;
import io.lakebeam.pipeline.AdditiveView;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.References;
import io.lakebeam.pipeline.graph.computed.ComputeViews;
import io.lakebeam.pipeline.graph.view.ViewTables;
import io.lakebeam.pipeline.graph.window.WindowTable;
import java.util.LinkedHashMap;
import java.util.Map;

/** What is stored of a pipeline's views, and of its tables of windows. */
public final class StoredViews {
  private StoredViews() {}

  /** True when an epoch could not bring a view up to date; its failure says why. */
  public static boolean wereLeftBehind(EpochResult epoch) {
    return epoch.datasets().stream().anyMatch(dataset -> dataset.outcome().equals(EventLog.BEHIND));
  }

  /**
   * Views that do not show all of the table they follow, tables of windows that do not know of it,
   * or show another query's result, each with what an operator should know of it; that is empty
   * when there is nothing to know.
   */
  public static Map<String, String> behind(CompiledPipeline pipeline) {
    Map<String, String> behind = new LinkedHashMap<>();
    References references = new References(pipeline);
    for (ComputedView view : pipeline.computedViews()) {
      ComputeViews.stored(pipeline.id(), view)
          .refresh(References.text(references.of(view.name())), false)
          .ifPresent(
              refresh ->
                  behind.put(
                      view.name(),
                      refresh.why().isEmpty()
                          ? ""
                          : "view " + view.name() + " is computed anew: " + refresh.why()));
    }
    for (AdditiveView view : pipeline.additiveViews()) {
      ViewTables.of(pipeline.id(), view)
          .refresh(References.text(references.of(view.name())))
          .ifPresent(refresh -> behind.put(view.name(), told(view, refresh)));
    }
    for (CompiledUpsert upsert : pipeline.upserts()) {
      if (upsert.in(pipeline.id(), pipeline.lake()).isBehind()) {
        behind.put(upsert.name(), "");
      }
    }
    for (CompiledWindows windows : pipeline.windows()) {
      new WindowTable(pipeline.id(), windows)
          .behind()
          .ifPresent(told -> behind.put(windows.name(), told));
    }
    return behind;
  }

  /**
   * Lets the next epoch compute a view anew. Doing it again, before that, changes nothing.
   *
   * @param occasion greater than at any earlier occasion
   */
  public static CommitOutcome computeAnew(String id, CompiledView view, long occasion) {
    return view instanceof AdditiveView additive
        ? ViewTables.of(id, additive).computeAnew(occasion)
        : ComputeViews.stored(id, (ComputedView) view).computeAnew(occasion);
  }

  /**
   * Lets the next epoch make all windows of a table anew, in one commit that takes the place of
   * those there are. Doing it again, before that, changes nothing.
   *
   * @param occasion greater than at any earlier occasion
   */
  public static CommitOutcome computeAnew(String id, CompiledWindows windows, long occasion) {
    return new WindowTable(id, windows).computeAnew(occasion);
  }

  private static String told(AdditiveView view, ViewTable.Refresh refresh) {
    return refresh.why().isEmpty()
        ? ""
        : "view "
            + view.name()
            + " is computed anew from all rows of "
            + view.upstream()
            + ": "
            + refresh.why();
  }
}
