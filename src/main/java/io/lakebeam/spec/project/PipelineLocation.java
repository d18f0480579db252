package io.lakebeam.spec.project;

import com.fasterxml.jackson.databind.node.TextNode;
import io.lakebeam.graph.Limits;
import io.lakebeam.spec.Trust;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Where a pipeline's files are.
 *
 * @param file the pipeline file, absolute; or a SQL file, or the folder of SQL files
 * @param root what relative paths in its files are relative to, absolute: the folder that holds
 *     {@code pipelines/} when the file lies at {@code pipelines/<name>/pipeline.yaml}, else the
 *     file's own folder
 * @param workingDirectory where the user types; files below it are shown relative to it
 */
public record PipelineLocation(Path file, Path root, Path workingDirectory) {
  public static final String FILE_NAME = "pipeline.yaml";
  static final String FOLDER_NAME = "pipelines";
  public static final String SQL = ".sql";
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
   * Finds the pipeline that a user names and does not say to trust; as {@link PipelineSearch#find}.
   */
  public static PipelineLocation find(String argument, Path workingDirectory, Path home) {
    return new PipelineSearch(workingDirectory, home, Trust.AS_DATA).find(argument);
  }

  /** The pipeline that the SQL files of a folder make, or a SQL file alone. */
  public static PipelineLocation ofSql(Path folderOrFile, Path workingDirectory) {
    Path absolute = workingDirectory.resolve(folderOrFile).toAbsolutePath().normalize();
    Path root = Files.isDirectory(absolute) ? absolute : absolute.getParent();
    return new PipelineLocation(absolute, root, workingDirectory);
  }

  /** True when there is no pipeline file, but SQL files of Delta Live Tables. */
  public boolean isSql() {
    return file.toString().endsWith(SQL) || Files.isDirectory(file);
  }

  /** What the pipeline of a folder of SQL files is called, or that of a file. */
  public String sqlName() {
    String stem = String.valueOf(file.getFileName()).replaceFirst("\\.sql$", "");
    String name = stem.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9_]+", "_");
    return name.matches("[a-z].*") ? name : "p_" + name;
  }

  /** What a pipeline file would say that names all these SQL files and nothing more. */
  public String sqlPipeline() {
    String all = Files.isDirectory(file) ? "**" + SQL : String.valueOf(file.getFileName());
    return sqlPipeline(List.of(all));
  }

  /** What a pipeline file would say that names some SQL files and nothing more. */
  public String sqlPipeline(List<String> files) {
    return "pipeline: "
        + sqlName()
        + "\ndlt_sql:"
        + files.stream()
            .map(name -> "\n  - " + TextNode.valueOf(name))
            .collect(Collectors.joining())
        + "\n";
  }

  /** The SQL files that the pipeline is made of, when there is no pipeline file. */
  public List<Path> sqlFiles() {
    return Files.isDirectory(file) ? matching("**" + SQL) : List.of(file);
  }

  /** Files below the root that match a pattern; those in hidden folders and in lakes do not. */
  public List<Path> matching(String pattern) {
    PathMatcher matcher = root.getFileSystem().getPathMatcher("glob:" + pattern);
    List<Path> found = new ArrayList<>();
    try {
      Files.walkFileTree(
          root,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
              String name = String.valueOf(folder.getFileName());
              boolean isOther = name.startsWith(".") || name.startsWith("_");
              return isOther && !folder.equals(root)
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              if (attributes.isRegularFile() && matcher.matches(root.relativize(file))) {
                found.add(file);
              }
              return found.size() > Limits.PROJECT_FILES
                  ? FileVisitResult.TERMINATE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
              return FileVisitResult
                  .CONTINUE; // a folder that may not be listed has no files for us
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("cannot list " + root, e);
    }
    Collections.sort(found);
    return found;
  }

  /** True when it does not lie below the working directory, where its user would look for it. */
  public boolean isElsewhere() {
    return !file.startsWith(workingDirectory);
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
