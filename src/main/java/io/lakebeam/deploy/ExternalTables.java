package io.lakebeam.deploy;

import io.lakebeam.spec.DatabricksProfile.Tables;
import io.lakebeam.spec.DatasetSpec.View;
import io.lakebeam.spec.PipelineSpec;
import java.util.List;
import java.util.function.BiFunction;

/**
 * The statements that make a lake's tables known to Unity Catalog, as external tables: the files
 * stay where they are and Lakebeam's.
 */
public final class ExternalTables {
  private ExternalTables() {}

  /**
   * One statement for each dataset that is stored and of the wanted layers, in the order of the
   * pipeline's file.
   *
   * @param path of a dataset's table in the pipeline's lake
   */
  public static List<String> statements(
      PipelineSpec pipeline, Tables tables, BiFunction<PipelineSpec, String, String> path) {
    return pipeline.datasets().stream()
        .filter(dataset -> !(dataset.definition() instanceof View))
        .filter(dataset -> dataset.layer().filter(tables.layers()::contains).isPresent())
        .map(
            dataset ->
                "CREATE TABLE IF NOT EXISTS "
                    + quoted(tables.catalog())
                    + "."
                    + quoted(tables.schema())
                    + "."
                    + quoted(dataset.name())
                    + " USING DELTA LOCATION "
                    + text(location(path.apply(pipeline, dataset.name()))))
        .toList();
  }

  /** Hadoop's s3a is Unity Catalog's s3. */
  private static String location(String path) {
    return path.replaceFirst("^s3a:", "s3:");
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private static String text(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
