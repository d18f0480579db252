package io.lakebeam.pipeline;

import io.lakebeam.spec.PipelineSpec;

/** Where a pipeline's tables are. */
public final class TablePaths {
  private TablePaths() {}

  /** A dataset's table is a folder of that name in the lake, or in the folder that it names. */
  public static String of(PipelineSpec spec, String dataset) {
    String lake = spec.lake();
    String folder =
        spec.datasets().stream()
            .filter(declared -> declared.name().equals(dataset) && !declared.folder().isEmpty())
            .map(declared -> declared.folder() + "/")
            .findFirst()
            .orElse("");
    return (lake.endsWith("/") ? lake.substring(0, lake.length() - 1) : lake)
        + "/"
        + folder
        + dataset;
  }
}
