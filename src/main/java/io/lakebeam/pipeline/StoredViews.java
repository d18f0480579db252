package io.lakebeam.pipeline;

/** What is stored of a pipeline's views. */
public final class StoredViews {
  private StoredViews() {}

  /**
   * True when a view does not show all of the table it follows, or shows another query's result.
   */
  public static boolean areBehind(CompiledPipeline pipeline) {
    return pipeline.views().stream()
        .anyMatch(view -> ViewTables.of(pipeline.name(), view).refresh().isPresent());
  }
}
