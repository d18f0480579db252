package io.lakebeam.runner;

import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.pipeline.graph.StoredViews;
import java.util.Set;

/** Views, tables of windows and of upserts: all of them comes from tables of the lake. */
final class DerivedTables {
  private final CompiledPipeline pipeline;
  private final long occasion;

  private DerivedTables(CompiledPipeline pipeline, long occasion) {
    this.pipeline = pipeline;
    this.occasion = occasion;
  }

  /** When the tables that they come from take their places in an epoch. */
  static DerivedTables in(CompiledPipeline pipeline, long epoch) {
    return new DerivedTables(pipeline, 2 * epoch);
  }

  /** When somebody asks for them and an epoch is the last that is planned. */
  static DerivedTables after(CompiledPipeline pipeline, long epoch) {
    return new DerivedTables(pipeline, 2 * epoch + 1);
  }

  /**
   * Lets the next epoch compute some of them anew.
   *
   * @param names of datasets of any kind
   * @param tables that are computed anew themselves: what comes from these follows by itself
   */
  void computeAnew(Set<String> names, Set<String> tables) {
    for (CompiledView view : pipeline.views()) {
      if (names.contains(view.name()) && view.inputs().stream().noneMatch(tables::contains)) {
        Failures.requireCommitted(
            view.name(), StoredViews.computeAnew(pipeline.id(), view, occasion));
      }
    }
    for (CompiledWindows windows : pipeline.windows()) {
      if (names.contains(windows.name()) && !tables.contains(windows.upstream())) {
        Failures.requireCommitted(
            windows.name(), StoredViews.computeAnew(pipeline.id(), windows, occasion));
      }
    }
  }

  /** Lets the next epoch make all anew that comes from tables that were computed anew. */
  void follow(Set<String> tables) {
    for (CompiledUpsert upsert : pipeline.upserts()) {
      if (tables.contains(upsert.upstream())) {
        Failures.requireCommitted(
            upsert.name(), upsert.in(pipeline.id(), pipeline.lake()).computeAnew(occasion));
      }
    }
    for (CompiledWindows windows : pipeline.windows()) {
      if (tables.contains(windows.upstream())) {
        Failures.requireCommitted(
            windows.name(), StoredViews.computeAnew(pipeline.id(), windows, occasion));
      }
    }
  }
}
