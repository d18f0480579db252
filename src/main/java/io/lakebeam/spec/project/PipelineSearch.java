package io.lakebeam.spec.project;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.Trust;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
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
 * Looks for pipelines by name: in the working directory and the folders above it, up to the user's
 * home folder or the root of a checkout, and then where Lakebeam itself lives.
 *
 * <p>What is found by its name alone must lie where nobody else can change it: in folders of the
 * user or the administrator that others cannot write to. Lakebeam's own folder is as safe as the
 * program that runs from it. A path that is typed is the user's word.
 */
public final class PipelineSearch {
  private static final String FILE_NAME = PipelineLocation.FILE_NAME;
  private static final String FOLDER_NAME = PipelineLocation.FOLDER_NAME;
  private static final Pattern NAME_LINE =
      Pattern.compile("^pipeline: *+[\"']?([A-Za-z0-9_-]++)[\"']? *+(?:#.*)?$", Pattern.MULTILINE);

  private static final List<String> CHECKOUTS = List.of(".git", ".hg", ".svn");

  private final Path working;
  private final Path home;
  private final Trust trust;
  private final Ownership ownership;
  private final Set<Path> roots = new LinkedHashSet<>();
  private final Set<String> leftOut = new TreeSet<>();

  /**
   * @param home where Lakebeam itself lives, with the pipelines shipped with it
   * @param trust lets pipelines be found where others can change them
   */
  public PipelineSearch(Path workingDirectory, Path home, Trust trust) {
    this(
        workingDirectory,
        home,
        trust,
        Path.of(System.getProperty("user.home", "/")),
        Ownership.ofThisProcess());
  }

  public PipelineSearch(
      Path workingDirectory, Path home, Trust trust, Path userHome, Ownership ownership) {
    this.working = workingDirectory.toAbsolutePath().normalize();
    this.home = home.toAbsolutePath().normalize();
    this.trust = trust;
    this.ownership = ownership;
    for (Path folder = working; folder != null; folder = folder.getParent()) {
      roots.add(folder);
      Path here = folder;
      if (here.equals(userHome)
          || CHECKOUTS.stream().anyMatch(c -> Files.exists(here.resolve(c)))) {
        break;
      }
    }
    roots.add(this.home);
  }

  /**
   * Finds the pipeline that a user names.
   *
   * @param argument a name, looked for as {@code pipelines/<name>/pipeline.yaml} below each folder,
   *     and in the {@code pipeline.yaml} of these folders themselves; or a path to a YAML file or
   *     to the folder of a {@code pipeline.yaml}
   * @throws PipelineException when there is no such pipeline, naming those that there are; or when
   *     others can change the one that is found
   */
  public PipelineLocation find(String argument) {
    Path path;
    try {
      path = working.resolve(argument);
    } catch (InvalidPathException e) {
      throw notFound(argument, "it is no path: " + e.getReason(), "");
    }
    boolean isName = argument.matches("[A-Za-z0-9_-]+");
    if (isName) {
      for (Path root : roots) {
        Optional<Path> file = in(root, argument);
        if (file.isPresent()) {
          objection(root, file.get()).ifPresent(why -> refuse(argument, file.get(), why));
          return PipelineLocation.of(file.get(), working);
        }
      }
    }
    if (!argument.isBlank() && Files.isDirectory(path)) {
      if (Files.isRegularFile(path.resolve(FILE_NAME))) {
        return PipelineLocation.of(path.resolve(FILE_NAME), working);
      }
      PipelineLocation sql = PipelineLocation.ofSql(path, working);
      if (!sql.sqlFiles().isEmpty()) {
        return sql;
      }
      throw notFound(
          argument,
          "the folder holds no " + FILE_NAME + ", and no .sql file in it or below",
          known(argument));
    }
    if (!argument.isBlank() && Files.isRegularFile(path)) {
      return path.toString().endsWith(PipelineLocation.SQL)
          ? PipelineLocation.ofSql(path, working)
          : PipelineLocation.of(path, working);
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
        known(argument));
  }

  /** A name for each pipeline that can be named from a folder and that nobody else can change. */
  public Set<String> names() {
    // One may be known by the name of its folder and by the one it gives itself.
    Map<Path, String> byFile = new TreeMap<>();
    for (String name : allNames()) {
      for (Path root : roots) {
        Optional<Path> file = in(root, name);
        if (file.isPresent()) {
          Optional<String> objection = objection(root, file.get());
          objection.ifPresent(why -> leftOut.add(name + ": " + why));
          if (objection.isEmpty()) {
            byFile.putIfAbsent(file.get(), name);
          }
          break;
        }
      }
    }
    return new TreeSet<>(byFile.values());
  }

  /** Pipelines that {@link #names} left out, each with why. */
  public Set<String> leftOut() {
    return leftOut;
  }

  private static Optional<Path> in(Path root, String name) {
    Path file = root.resolve(FOLDER_NAME).resolve(name).resolve(FILE_NAME);
    if (Files.isRegularFile(file)) {
      return Optional.of(file);
    }
    return nameIn(root).filter(name::equals).map(same -> root.resolve(FILE_NAME));
  }

  /** Why a pipeline that was found is not to be taken without a word of the user. */
  private Optional<String> objection(Path root, Path file) {
    if (trust == Trust.AS_CODE || root.equals(home)) {
      return Optional.empty();
    }
    List<Path> paths = new ArrayList<>();
    for (Path path = file; path != null && path.startsWith(root); path = path.getParent()) {
      paths.add(path);
    }
    return ownership.objection(paths);
  }

  private void refuse(String name, Path file, String why) {
    String shown = PipelineLocation.of(file, working).shown(file);
    throw new PipelineException(
        List.of(
            new Problem(
                    SourceLocation.of(shown),
                    "the pipeline " + name + " lies where others can change it",
                    why,
                    "look at it, and then give its path in place of its name, "
                        + file
                        + "; or take it away from the others with chown or chmod go-w")
                .as(ErrorCode.PIPELINE_NOT_TRUSTED)));
  }

  /** What the pipeline file of a folder calls its pipeline; empty when it has no such file. */
  private static Optional<String> nameIn(Path folder) {
    Path file = folder.resolve(FILE_NAME);
    if (!Files.isRegularFile(file) || !Files.isReadable(file)) {
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(file)) {
      // Not as YAML: whatever is wrong with the file is told once it is read.
      String text = new String(in.readNBytes(ProjectFiles.MOST_BYTES), StandardCharsets.UTF_8);
      Matcher name = NAME_LINE.matcher(text);
      return name.find() ? Optional.of(name.group(1)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Set<String> allNames() {
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

  private String known(String argument) {
    Set<String> names = names();
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
            new Problem(SourceLocation.of(argument), "there is no pipeline " + argument, cause, fix)
                .as(ErrorCode.PIPELINE_MISSING)));
  }
}
