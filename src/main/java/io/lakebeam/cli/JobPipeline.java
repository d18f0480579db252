package io.lakebeam.cli;

import io.lakebeam.cli.argument.PipelineArgument;
import io.lakebeam.cli.terminal.Console;
import io.lakebeam.deploy.ProjectFolder;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.file.ReferenceTable;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.profile.DatabricksProfile;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.storage.PrivateFolder;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A pipeline as the job will read it: the profile's variables are the job's environment.
 *
 * @param location its files on this machine
 * @param reader reads it as it is declared at another place
 */
record JobPipeline(
    PipelineLocation location, PipelineSpec spec, Function<PipelineLocation, PipelineSpec> reader) {
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
    Function<PipelineLocation, PipelineSpec> reader =
        place -> new PipelineReader(trust).read(place, set, environment);
    PipelineSpec spec = reader.apply(location);
    refuseSecrets(set.keySet(), spec);
    PipelineCompiler.compile(spec);
    refuseVariables(onlyHere, spec);
    return new JobPipeline(location, spec, reader);
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
   * @throws PipelineException when one is missing, lies outside of the project, or is named by a
   *     path that only this machine has
   */
  ProjectFolder files() {
    ProjectFolder files = ProjectFolder.of(location, spec, this::referenceFiles);
    try {
      Path elsewhere = Files.createTempDirectory(PrivateFolder.make(), "deploy-");
      try {
        refuseAbsolute(files, elsewhere);
      } finally {
        delete(elsewhere);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot copy the pipeline's files", e);
    }
    return files;
  }

  /** Read at another place, as the job does, it names files of that place only. */
  private void refuseAbsolute(ProjectFolder files, Path elsewhere) throws IOException {
    for (String file : files.files()) {
      Path copy = elsewhere.resolve(file);
      Files.createDirectories(copy.getParent());
      Files.copy(files.local(file), copy);
    }
    PipelineLocation there =
        PipelineLocation.of(elsewhere.resolve(files.pipelineFile()), elsewhere);
    List<Problem> problems = new ArrayList<>();
    try {
      PipelineSpec moved = reader.apply(there);
      for (SourceSpec source : spec.sources()) {
        if (source.reference()
            && path(spec, source).startsWith(location.root() + "/")
            && !path(moved, source).startsWith(elsewhere + "/")) {
          problems.add(onlyHere(source.at(), source.name() + " reads " + path(spec, source)));
        }
      }
      ProjectFolder.of(there, moved, source -> List.of());
    } catch (PipelineException e) {
      for (Problem outside : e.problems()) {
        problems.add(unreadable(outside, elsewhere));
      }
    }
    if (!problems.isEmpty()) {
      throw new PipelineException(spec.expansions().hidden(problems));
    }
  }

  private static String path(PipelineSpec pipeline, SourceSpec like) {
    return pipeline.sources().stream()
        .filter(source -> source.name().equals(like.name()))
        .map(source -> source.connection() instanceof SourceSpec.Files files ? files.pattern() : "")
        .findFirst()
        .orElseThrow();
  }

  private Problem onlyHere(SourceLocation at, String what) {
    return new Problem(
        at,
        what + " by a path that only this machine has",
        "the job's machines have the files of the pipeline at another place",
        "write the path relative to " + location.root());
  }

  private Problem unreadable(Problem there, Path elsewhere) {
    String root = location.root().toString();
    return new Problem(
        there.at(),
        "a job could not read this: " + there.problem().replace(elsewhere.toString(), root),
        "the job's machines have the files of the pipeline at another place",
        "write paths relative to " + root);
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(each);
      }
    }
  }

  private List<Path> referenceFiles(SourceSpec source) {
    try {
      return ReferenceTable.files(Storage.of(spec.storage()), source).stream()
          .map(Path::of)
          .toList();
    } catch (SourceException e) {
      Problem problem = e.told().at(source.at());
      throw new PipelineException(spec.expansions().hidden(List.of(problem)));
    }
  }
}
