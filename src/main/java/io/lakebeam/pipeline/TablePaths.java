package io.lakebeam.pipeline;

import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;

/** Where a pipeline's tables are. */
public final class TablePaths {
  private TablePaths() {}

  /** Where the lake is. */
  public static Place lake(PipelineSpec spec) {
    return new Place(Storage.of(spec.storage()), spec.lake());
  }

  /** A dataset's table is a folder of that name in the lake, or in the folder that it names. */
  public static Place of(PipelineSpec spec, String dataset) {
    String folder =
        spec.datasets().stream()
            .filter(declared -> declared.name().equals(dataset) && !declared.folder().isEmpty())
            .map(declared -> declared.folder() + "/")
            .findFirst()
            .orElse("");
    return lake(spec).child(folder + dataset);
  }
}
