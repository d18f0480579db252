package io.lakebeam.deploy;

import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.DatasetSpec.QueryFlow;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.project.PipelineLocation;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The files that a pipeline is made of: its own, its queries', its expectations', the schemas of
 * its messages, and reference data that lie beside them. Nothing else of the folders they lie in.
 *
 * @param root what the files are relative to, absolute
 * @param pipelineFile relative, with slashes
 * @param files relative, with slashes, sorted
 */
public record ProjectFolder(Path root, String pipelineFile, List<String> files) {
  public ProjectFolder {
    files = List.copyOf(files);
  }

  /**
   * The files of a pipeline.
   *
   * @param listed the files of a source of reference data on this machine, as a run would find them
   * @throws PipelineException when one of them lies outside of the pipeline's root, also by a link
   */
  public static ProjectFolder of(
      PipelineLocation location, PipelineSpec pipeline, Function<SourceSpec, List<Path>> listed) {
    if (location.isSql()) {
      throw new PipelineException(
          List.of(
              new Problem(
                  SourceLocation.of(location.shown(location.file())),
                  "SQL files alone cannot be deployed",
                  "a job reads a pipeline file",
                  "write a pipeline.yaml beside them with pipeline: "
                      + pipeline.name()
                      + " and dlt_sql: [\"**.sql\"], and deploy that")));
    }
    Set<Path> files = new LinkedHashSet<>(List.of(location.file()));
    for (DatasetSpec dataset : pipeline.datasets()) {
      files.add(location.workingDirectory().resolve(dataset.at().file()));
      queries(dataset).forEach(file -> files.add(location.workingDirectory().resolve(file)));
      for (Expectation rule : dataset.expectations()) {
        files.add(location.workingDirectory().resolve(rule.at().file()));
      }
    }
    for (SourceSpec source : pipeline.sources()) {
      if (!source.format().file().isEmpty()) {
        files.add(location.workingDirectory().resolve(source.format().file()));
      }
    }
    List<Problem> problems = new ArrayList<>();
    for (Path file : files) {
      refuseOutside(location, file, SourceLocation.of(location.shown(file)), problems);
    }
    for (SourceSpec source : pipeline.sources()) {
      if (source.reference()
          && source.connection() instanceof SourceSpec.Files reference
          && isLocal(reference.pattern())) {
        for (Path file : listed.apply(source)) {
          files.add(file);
          refuseOutside(location, file, source.at(), problems);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new PipelineException(pipeline.expansions().hidden(problems));
    }
    List<String> relative =
        files.stream().map(file -> relative(location.root(), file)).sorted().toList();
    return new ProjectFolder(location.root(), relative(location.root(), location.file()), relative);
  }

  /** A file of {@link #files} on this machine. */
  public Path local(String file) {
    return root.resolve(file);
  }

  /** True for what names a file of one machine. */
  static boolean isLocal(String pathOrUri) {
    return pathOrUri.startsWith("/")
        || pathOrUri.startsWith("file:")
        || !pathOrUri.matches("[A-Za-z][A-Za-z0-9+.-]+:/.*");
  }

  private static Stream<String> queries(DatasetSpec dataset) {
    return dataset
        .definition()
        .match(
            table ->
                table.flows().stream()
                    .filter(QueryFlow.class::isInstance)
                    .map(flow -> ((QueryFlow) flow).query().file()),
            upsert -> Stream.of(),
            view -> Stream.of(view.query().file()),
            view -> Stream.of(view.query().file()));
  }

  private static void refuseOutside(
      PipelineLocation location, Path file, SourceLocation at, List<Problem> problems) {
    if (!file.normalize().startsWith(location.root()) || !location.holds(file)) {
      problems.add(
          new Problem(
              at,
              location.shown(file) + " lies outside of the pipeline's root",
              "files are deployed with their paths relative to "
                  + location.root()
                  + ", and links are followed",
              "move it into that folder"));
    }
  }

  private static String relative(Path root, Path file) {
    return root.relativize(file.normalize()).toString().replace('\\', '/');
  }
}
