package io.lakebeam.deploy;

import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.profile.DatabricksProfile.Tables;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The statements that make a lake's tables known to Unity Catalog, as external tables: the files
 * stay where they are and Lakebeam's.
 */
public final class ExternalTables {
  private ExternalTables() {}

  /**
   * Two statements for each dataset that is stored and of the wanted layers, in the order of the
   * pipeline's file: one makes its table known, one tells Unity Catalog of columns that have come
   * since. It does not look into a log that others write.
   *
   * @param path of a dataset's table in the pipeline's lake
   */
  public static List<String> statements(
      PipelineSpec pipeline, Tables tables, BiFunction<PipelineSpec, String, String> path) {
    return pipeline.datasets().stream()
        .filter(DatasetSpec::isStored)
        .filter(dataset -> dataset.layer().filter(tables.layers()::contains).isPresent())
        .map(DatasetSpec::name)
        .flatMap(
            dataset -> {
              String table =
                  Stream.of(tables.catalog(), tables.schema(), dataset)
                      .map(ExternalTables::quoted)
                      .collect(Collectors.joining("."));
              return Stream.of(
                  "CREATE TABLE IF NOT EXISTS "
                      + table
                      + " USING DELTA LOCATION "
                      + text(location(path.apply(pipeline, dataset))),
                  "MSCK REPAIR TABLE " + table + " SYNC METADATA");
            })
        .toList();
  }

  /** Hadoop's s3a is Unity Catalog's s3. */
  private static String location(String path) {
    return path.replaceFirst("^(?i)s3a:", "s3:");
  }

  private static String quoted(String name) {
    return "`" + name.replace("`", "``") + "`";
  }

  private static String text(String value) {
    return "'" + value.replace("\\", "\\\\").replace("'", "\\'") + "'";
  }
}
