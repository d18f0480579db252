package io.lakebeam.cli;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.DatabricksPlaces;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.spec.project.ProjectAddress;
import io.lakebeam.storage.ClassPathProject;
import io.lakebeam.storage.PrivateFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The pipeline of a Databricks job. Its files come in a jar on the class path; the driver unpacks
 * them into a folder of its own, in which they have the names that their author knows. What
 * executors read of them, which is reference data, they read from the class path too, because no
 * folder of the driver is theirs.
 */
final class DeployedProject implements AutoCloseable {
  private final Optional<ProjectAddress> address;
  private final Optional<Path> root;
  private final String[] arguments;

  private DeployedProject(
      Optional<ProjectAddress> address, Optional<Path> root, String[] arguments) {
    this.address = address;
    this.root = root;
    this.arguments = arguments;
  }

  /**
   * Unpacks the project that a job's parameters name; there may be none.
   *
   * @throws PipelineException when it is not on the class path, or a parameter is a path that
   *     cannot be read
   */
  static DeployedProject of(String[] parameters) throws IOException {
    Optional<ProjectAddress> address = Optional.empty();
    Optional<Path> root = Optional.empty();
    String[] arguments = parameters.clone();
    for (int i = 0; i < arguments.length; i++) {
      String parameter = arguments[i];
      refuse(DatabricksPlaces.problem("a parameter", parameter, SourceLocation.of(parameter)));
      Optional<ProjectAddress> named = ProjectAddress.of(parameter);
      if (named.isPresent() && address.isEmpty()) {
        address = named;
        root = Optional.of(unpack(named.get(), parameter));
        arguments[i] = root.get().resolve(ProjectAddress.file(parameter)).normalize().toString();
      }
    }
    return new DeployedProject(address, root, arguments);
  }

  private static void refuse(Optional<Problem> problem) {
    if (problem.isPresent()) {
      throw new PipelineException(List.of(problem.get()));
    }
  }

  private static Path unpack(ProjectAddress address, String parameter) throws IOException {
    ClassPathProject project = ClassPathProject.find(address).orElseThrow(() -> missing(parameter));
    Path root = Files.createTempDirectory(PrivateFolder.make(), "project-");
    for (String file : project.lengths().keySet()) {
      Path target = root.resolve(file).normalize();
      if (!target.startsWith(root)) {
        throw new IOException("the project's jar names a file outside of the project: " + file);
      }
      Files.createDirectories(target.getParent());
      Files.write(target, project.read(file));
    }
    return root;
  }

  private static PipelineException missing(String parameter) {
    return new PipelineException(
        List.of(
            new Problem(
                SourceLocation.of(parameter),
                "the pipeline's files are not on the class path",
                "deploy puts them into a jar among the libraries of the job, and no jar here holds"
                    + " these",
                "deploy the pipeline again, and leave its libraries and parameters as they are")));
  }

  /** Where the files are on this machine; empty when the parameters name no project. */
  Optional<Path> root() {
    return root;
  }

  /** The parameters, with the files' names on this machine. */
  String[] arguments() {
    return arguments.clone();
  }

  /**
   * The pipeline as it is on a cluster of Databricks: reference data beside it are read from the
   * class path, and stores are signed in to as the cluster says.
   *
   * @throws PipelineException when it reads or writes what no JVM there can open
   */
  PipelineSpec onDatabricks(PipelineSpec declared) {
    List<Problem> problems = new ArrayList<>(DatabricksPlaces.problems(declared));
    passing("the lake", declared.lake(), declared.at()).ifPresent(problems::add);
    for (SourceSpec source : declared.sources()) {
      if (!source.reference() && source.connection() instanceof SourceSpec.Files files) {
        for (String place : files.places()) {
          passing(source.name(), place, source.at()).ifPresent(problems::add);
        }
      }
    }
    if (!problems.isEmpty()) {
      throw new PipelineException(declared.expansions().hidden(problems));
    }
    List<SourceSpec> sources = new ArrayList<>();
    declared.sources().forEach(source -> sources.add(onClassPath(source)));
    return declared.withSources(sources).withStorage(StorageSpec.NONE);
  }

  /** What would be gone after the run, or never came along. */
  private Optional<Problem> passing(String what, String path, SourceLocation at) {
    return inProject(path)
        .map(
            relative ->
                new Problem(
                    at,
                    what + " is at " + relative + " of the project",
                    "the project of a job is a copy that is gone after the run, and its executors"
                        + " have none",
                    "name a URI such as abfss://container@account.dfs.core.windows.net/folder, for"
                        + " example in a variable that stands under variables of the profile"));
  }

  /** A path below the unpacked project, relative to it. */
  private Optional<String> inProject(String path) {
    return root.map(folder -> folder + "/")
        .filter(path::startsWith)
        .map(folder -> path.substring(folder.length()));
  }

  private SourceSpec onClassPath(SourceSpec source) {
    if (!source.reference() || !(source.connection() instanceof SourceSpec.Files files)) {
      return source;
    }
    Optional<String> file = inProject(files.pattern());
    if (file.isEmpty()) {
      return source;
    }
    ProjectAddress there = address.orElseThrow();
    return source.withConnection(
        new SourceSpec.Files(there.uri(file.get()), there.uri(), files.rules()));
  }

  /** Takes away what was unpacked. */
  @Override
  public void close() {
    root.ifPresent(
        folder -> {
          try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
              Files.delete(each);
            }
          } catch (IOException | UncheckedIOException e) {
            // It goes with the folder of the process; the job is done, however it ended.
          }
        });
  }
}
