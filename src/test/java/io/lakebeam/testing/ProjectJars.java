package io.lakebeam.testing;

import io.lakebeam.deploy.ProjectFolder;
import io.lakebeam.deploy.ProjectJar;
import io.lakebeam.source.file.ReferenceTable;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.storage.Storage;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;

/** Projects as jars, as deploy makes them. */
public final class ProjectJars {
  private ProjectJars() {}

  /**
   * Writes the jar of a pipeline.
   *
   * @param environment answers null for what is not set
   */
  public static ProjectJar write(
      PipelineLocation location, UnaryOperator<String> environment, Path file) {
    return ProjectJar.write(
        ProjectFolder.of(
            location,
            new PipelineReader().read(location, Map.of(), environment),
            ProjectJars::referenceFiles),
        file);
  }

  /** The files that a run here would read. */
  public static List<Path> referenceFiles(SourceSpec source) {
    return ReferenceTable.files(Storage.PLAIN, source).stream().map(Path::of).toList();
  }
}
