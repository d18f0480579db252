package io.lakebeam.pipeline.graph.view;

import io.lakebeam.delta.view.ViewTable;
import io.lakebeam.pipeline.AdditiveView;

/** The stored form of compiled views. */
public final class ViewTables {
  private ViewTables() {}

  public static ViewTable of(String id, AdditiveView view) {
    return new ViewTable(
        view.path(),
        view.upstreamPath(),
        id + "/" + view.name() + "<-" + view.upstream(),
        view.query(),
        view.partitionBy(),
        ViewTable.FILE_ROWS);
  }
}
