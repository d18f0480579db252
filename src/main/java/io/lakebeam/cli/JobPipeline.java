package io.lakebeam.cli;

import io.lakebeam.deploy.ProjectFolder;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.PipelineCompiler;
import io.lakebeam.source.ReferenceTable;
import io.lakebeam.source.SourceException;
import io.lakebeam.spec.DatabricksProfile;
import io.lakebeam.spec.PipelineLocation;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.Secrets;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.Trust;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * A pipeline as the job will read it: the profile's variables are the job's environment.
 *
 * @param location its files on this machine
 */
record JobPipeline(PipelineLocation location, PipelineSpec spec) {
  /**
   * Reads and checks it.
   *
   * @param set values for {@code --set} of every run
   * @throws PipelineException with everything that is wrong with it, or with variables that only
   *     this machine has
   */
  static JobPipeline read(
      String name,
      Map<String, String> set,
      DatabricksProfile profile,
      Trust trust,
      Console console) {
    PipelineLocation location = PipelineArgument.locate(name, trust, console);
    Set<String> onlyHere = new TreeSet<>();
    UnaryOperator<String> environment =
        variable -> {
          if (profile.variables().containsKey(variable)) {
            return profile.variables().get(variable);
          }
          String value = console.environment().apply(variable);
          if (value != null && !profile.secrets().containsKey(variable)) {
            onlyHere.add(variable);
          }
          return value;
        };
    PipelineSpec spec = new PipelineReader(trust).read(location, set, environment);
    refuseSecrets(set.keySet(), spec);
    PipelineCompiler.compile(spec);
    refuseVariables(onlyHere, spec);
    return new JobPipeline(location, spec);
  }

  private static void refuseSecrets(Set<String> set, PipelineSpec spec) {
    for (Secrets.Needed needed : Secrets.needed(spec)) {
      if (set.contains(needed.name())) {
        throw new UsageException(
            "--set "
                + needed.name()
                + ": "
                + needed.setting()
                + " refers to it, and the job's parameters are no place for a secret; name it"
                + " under secrets of the profile");
      }
    }
  }

  /** The job would take a default for them, or none: a lake of another place, for example. */
  private static void refuseVariables(Set<String> onlyHere, PipelineSpec spec) {
    if (!onlyHere.isEmpty()) {
      throw new PipelineException(
          onlyHere.stream()
              .map(
                  name ->
                      new Problem(
                          spec.at(),
                          "the job would not have ${" + name + "}",
                          "the pipeline refers to it, it is set on this machine, and the profile does"
                              + " not name it",
                          "add variables: {" + name + ": \"${" + name + "}\"} to the profile"))
              .toList());
    }
  }

  /**
   * Its files. Reference data are looked for as a run here would, so that the job has the same.
   *
   * @throws PipelineException when one is missing, or lies outside of the project
   */
  ProjectFolder files() {
    return ProjectFolder.of(location, spec, this::referenceFiles);
  }

  private List<Path> referenceFiles(SourceSpec source) {
    try {
      return ReferenceTable.files(source).stream().map(Path::of).toList();
    } catch (SourceException e) {
      Problem problem = new Problem(source.at(), e.problem(), e.reason(), e.fix());
      throw new PipelineException(spec.expansions().hidden(List.of(problem)));
    }
  }
}
