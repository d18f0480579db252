package io.lakebeam.spec;

import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Where a pipeline's files are.
 *
 * @param file the pipeline file, absolute
 * @param root what relative paths in its files are relative to, absolute: the folder that holds
 *     {@code pipelines/} when the file lies at {@code pipelines/<name>/pipeline.yaml}, else the
 *     file's own folder
 * @param workingDirectory where the user types; files below it are shown relative to it
 */
public record PipelineLocation(Path file, Path root, Path workingDirectory) {
  static final String FILE_NAME = "pipeline.yaml";
  private static final String FOLDER_NAME = "pipelines";
  private static final Pattern NAME_LINE =
      Pattern.compile("^pipeline: *[\"']?([A-Za-z0-9_-]+)[\"']? *(?:#.*)?$", Pattern.MULTILINE);
  private static final Pattern URI_WITH_SCHEME =
      Pattern.compile("[A-Za-z][A-Za-z0-9+.-]+:/.*", Pattern.DOTALL);

  public PipelineLocation {
    file = file.toAbsolutePath().normalize();
    root = root.toAbsolutePath().normalize();
    workingDirectory = workingDirectory.toAbsolutePath().normalize();
  }

  /** The pipeline of a file, with its root. */
  public static PipelineLocation of(Path file, Path workingDirectory) {
    Path absolute = workingDirectory.resolve(file).toAbsolutePath().normalize();
    Path folder = absolute.getParent();
    Path pipelines = folder.getParent();
    boolean inProject =
        absolute.endsWith(FILE_NAME) && pipelines != null && pipelines.endsWith(FOLDER_NAME);
    Path root = inProject && pipelines.getParent() != null ? pipelines.getParent() : folder;
    return new PipelineLocation(absolute, root, workingDirectory);
  }

  /**
   * Finds the pipeline that a user names.
   *
   * @param argument a name, looked for as {@code pipelines/<name>/pipeline.yaml} below the working
   *     directory, each of its parents and the project root, and in the {@code pipeline.yaml} of
   *     these folders themselves; or a path to a YAML file or to the folder of a {@code
   *     pipeline.yaml}
   * @param projectRoot where Lakebeam itself lives, with the pipelines shipped with it
   * @throws PipelineException when there is no such pipeline, naming those that there are
   */
  public static PipelineLocation find(String argument, Path workingDirectory, Path projectRoot) {
    Path working = workingDirectory.toAbsolutePath().normalize();
    Path path;
    try {
      path = working.resolve(argument);
    } catch (InvalidPathException e) {
      throw notFound(argument, "it is no path: " + e.getReason(), "");
    }
    boolean isName = argument.matches("[A-Za-z0-9_-]+");
    Set<Path> roots = roots(working, projectRoot);
    if (isName) {
      for (Path root : roots) {
        Path file = root.resolve(FOLDER_NAME).resolve(argument).resolve(FILE_NAME);
        if (Files.isRegularFile(file)) {
          return of(file, working);
        }
        if (nameIn(root).filter(argument::equals).isPresent()) {
          return of(root.resolve(FILE_NAME), working);
        }
      }
    }
    if (!argument.isBlank() && Files.isDirectory(path)) {
      if (Files.isRegularFile(path.resolve(FILE_NAME))) {
        return of(path.resolve(FILE_NAME), working);
      }
      throw notFound(argument, "the folder holds no " + FILE_NAME, known(argument, roots));
    }
    if (!argument.isBlank() && Files.isRegularFile(path)) {
      return of(path, working);
    }
    throw notFound(
        argument,
        isName
            ? "no pipelines/"
                + argument
                + "/"
                + FILE_NAME
                + " in this folder or above it, nor a "
                + FILE_NAME
                + " there that says pipeline: "
                + argument
            : "there is no such file or folder",
        known(argument, roots));
  }

  /**
   * A name for each pipeline that can be named from a folder.
   *
   * @param projectRoot where Lakebeam itself lives, with the pipelines shipped with it
   */
  public static Set<String> names(Path workingDirectory, Path projectRoot) {
    Path working = workingDirectory.toAbsolutePath().normalize();
    // One may be known by the name of its folder and by the one it gives itself.
    Map<Path, String> byFile = new TreeMap<>();
    for (String name : names(roots(working, projectRoot))) {
      byFile.putIfAbsent(find(name, working, projectRoot).file(), name);
    }
    return new TreeSet<>(byFile.values());
  }

  /** What the pipeline file of a folder calls its pipeline; empty when it has no such file. */
  private static Optional<String> nameIn(Path folder) {
    Path file = folder.resolve(FILE_NAME);
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      return Optional.empty();
    }
    try {
      // Not as YAML: whatever is wrong with the file is told once it is read.
      Matcher name = NAME_LINE.matcher(Files.readString(file));
      return name.find() ? Optional.of(name.group(1)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static Set<Path> roots(Path working, Path projectRoot) {
    Set<Path> roots = new LinkedHashSet<>();
    for (Path folder = working; folder != null; folder = folder.getParent()) {
      roots.add(folder);
    }
    roots.add(projectRoot.toAbsolutePath().normalize());
    return roots;
  }

  private static Set<String> names(Set<Path> roots) {
    Set<String> names = new TreeSet<>();
    for (Path root : roots) {
      nameIn(root).ifPresent(names::add);
      Path pipelines = root.resolve(FOLDER_NAME);
      if (!Files.isDirectory(pipelines) || !Files.isReadable(pipelines)) {
        continue;
      }
      try (Stream<Path> folders = Files.list(pipelines)) {
        folders
            .filter(folder -> Files.isRegularFile(folder.resolve(FILE_NAME)))
            .forEach(folder -> names.add(folder.getFileName().toString()));
      } catch (IOException e) {
        throw new UncheckedIOException("cannot list " + pipelines, e);
      }
    }
    return names;
  }

  private static String known(String argument, Set<Path> roots) {
    Set<String> names = names(roots);
    if (names.isEmpty()) {
      return "give a name below pipelines/, or the path of a pipeline.yaml";
    }
    return NearestName.question(argument, names)
        + "the pipelines here are "
        + String.join(", ", names);
  }

  private static PipelineException notFound(String argument, String cause, String fix) {
    return new PipelineException(
        List.of(
            new Problem(
                SourceLocation.of(argument), "there is no pipeline " + argument, cause, fix)));
  }

  /** True for a path below the root, also when every link in both is followed. */
  public boolean holds(Path path) {
    try {
      return real(path).startsWith(real(root));
    } catch (IOException e) {
      return false;
    }
  }

  /** Of a path that is not there, as far as it is. */
  private static Path real(Path path) throws IOException {
    Path absolute = path.toAbsolutePath().normalize();
    for (Path there = absolute; there != null; there = there.getParent()) {
      if (Files.exists(there, LinkOption.NOFOLLOW_LINKS)) {
        return there.toRealPath().resolve(there.relativize(absolute)).normalize();
      }
    }
    return absolute;
  }

  /** A file as the user would type it: relative to the working directory when below it. */
  public String shown(Path path) {
    Path absolute = path.toAbsolutePath().normalize();
    return absolute.startsWith(workingDirectory) && !absolute.equals(workingDirectory)
        ? workingDirectory.relativize(absolute).toString()
        : absolute.toString();
  }

  /**
   * A path or URI of the pipeline's files, made absolute: a URI with a scheme stays, a path is
   * relative to the {@link #root}. Globs stay as they are.
   *
   * @return empty when it is no path at all
   */
  public Optional<String> absolute(String pathOrUri) {
    if (URI_WITH_SCHEME.matcher(pathOrUri).matches()) {
      return Optional.of(pathOrUri);
    }
    try {
      return Optional.of(root.resolve(pathOrUri).normalize().toString());
    } catch (InvalidPathException e) {
      return Optional.empty();
    }
  }

  /** Files below the root with that ending that a wrong path may have meant, as paths from it. */
  List<String> filesEndingWith(String ending) {
    List<String> found = new ArrayList<>();
    for (String folder : List.of("", "transforms", "expectations", FOLDER_NAME)) {
      Path top = root.resolve(folder);
      if (!Files.isDirectory(top)) {
        continue;
      }
      // The root may be anything, a home folder too: only its own files, not what lies below.
      try (Stream<Path> files = Files.walk(top, folder.isEmpty() ? 1 : 4)) {
        files
            .filter(file -> file.toString().endsWith(ending))
            .limit(1000)
            .map(file -> root.relativize(file).toString())
            .forEach(found::add);
      } catch (IOException | UncheckedIOException e) {
        // A folder that may not be listed has nothing to suggest; the missing file is told anyway.
      }
    }
    return found;
  }
}
