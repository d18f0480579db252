package io.lakebeam.spec.project;

import io.lakebeam.graph.Limits;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.Trust;
import io.lakebeam.spec.secret.Expansions;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.YamlNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Finds and opens the files that a pipeline names; tells those that cannot be opened. A pipeline
 * that is data names files of its own project only: they lie below its root when every link is
 * followed.
 */
public final class ProjectFiles {
  public static final int MOST_BYTES = 4_000_000;

  private final PipelineLocation location;
  private final Problems problems;
  private final Trust trust;
  private final Expansions expansions;
  private final List<String> opened = new ArrayList<>();

  public ProjectFiles(
      PipelineLocation location, Problems problems, Trust trust, Expansions expansions) {
    this.location = location;
    this.problems = problems;
    this.trust = trust;
    this.expansions = expansions;
  }

  /** Files as shown to the user, in the order in which they were opened. */
  public List<String> opened() {
    return opened;
  }

  public String shown(Path path) {
    return location.shown(path);
  }

  /** A path or URI made absolute. */
  public Optional<String> absolute(YamlNode.Scalar path) {
    if (isBlank(path)) {
      return Optional.empty();
    }
    if (path.text().startsWith("~")) {
      problems.add(
          path.at(),
          "a path may not start with ~",
          "only a shell knows what ~ is",
          "write ${HOME}" + path.text().substring(1));
      return Optional.empty();
    }
    Optional<String> absolute = location.absolute(path.text());
    if (absolute.isEmpty()) {
      problems.add(path.at(), "this is not a path", "", "");
    }
    return absolute;
  }

  /**
   * The files that a value names: one, or those that match a pattern with {@code *} and {@code **}.
   */
  public List<Path> matching(YamlNode.Scalar value) {
    if (value.isUnresolved() || isBlank(value)) {
      return List.of();
    }
    try {
      Path one = location.root().resolve(value.text()).normalize();
      if (Files.isRegularFile(one)) {
        return List.of(one);
      }
    } catch (InvalidPathException e) {
      problems.add(value.at(), "this is no path", "", "name a .sql file, or write **.sql");
      return List.of();
    }
    List<Path> found = location.matching(value.text());
    if (found.isEmpty()) {
      problems.add(
          value.at(),
          "no file is called " + value.text(),
          "looked below " + location.root(),
          "name a .sql file, or write **.sql for all in this folder and below");
    } else if (found.size() > Limits.PROJECT_FILES) {
      problems.add(
          value.at(), "there are more than " + Limits.PROJECT_FILES + " such files", "", "");
      return List.of();
    }
    return found;
  }

  /** The project's folder, absolute. */
  public String root() {
    return location.root().toString();
  }

  /** The lake of a pipeline that names none. */
  public String lake() {
    return location.root().resolve("lake").toString();
  }

  /**
   * The file that a value names.
   *
   * @param ending of such files, for a guess at what was meant
   */
  public Optional<Path> file(YamlNode.Scalar value, String ending) {
    if (value.isUnresolved() || !value.json().isTextual() || isBlank(value)) {
      return Optional.empty();
    }
    Path path;
    try {
      path = location.root().resolve(value.text()).normalize();
    } catch (InvalidPathException e) {
      problems.add(value.at(), "this is not the path of a file", "", "name a " + ending + " file");
      return Optional.empty();
    }
    if (!Files.isRegularFile(path)) {
      boolean folder = Files.isDirectory(path);
      problems.add(
          value.at(),
          folder ? value.text() + " is a folder, not a file" : "there is no file " + value.text(),
          "looked for " + location.shown(path),
          nearest(value.text(), ending)
              .map(near -> "did you mean " + near + "?")
              .orElse("create it, or name a file relative to " + shownRoot()));
      return Optional.empty();
    }
    return Optional.of(path);
  }

  /** Blank texts; those without any character are refused by the shape check. */
  private boolean isBlank(YamlNode.Scalar value) {
    if (value.text().isBlank() && !value.text().isEmpty()) {
      problems.add(value.at(), "the path is blank", "", "name a file");
    }
    return value.text().isBlank();
  }

  private String shownRoot() {
    return location.root().equals(location.workingDirectory())
        ? "this folder"
        : location.shown(location.root());
  }

  /** A file of nearly that path, or of nearly that name in another folder. */
  private Optional<String> nearest(String path, String ending) {
    List<String> files = location.filesEndingWith(ending);
    Optional<String> near = NearestName.among(path, files);
    if (near.isPresent()) {
      return near;
    }
    Map<String, String> byName = new LinkedHashMap<>();
    files.forEach(file -> byName.putIfAbsent(fileName(file), file));
    return NearestName.among(fileName(path), byName.keySet()).map(byName::get);
  }

  private static String fileName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  /**
   * The text of a UTF-8 file, without a byte order mark.
   *
   * @param named where the file is named
   */
  public Optional<String> read(Path path, SourceLocation named) {
    String shown = location.shown(path);
    Optional<byte[]> bytes = readBytes(path, named);
    if (bytes.isEmpty()) {
      return Optional.empty();
    }
    try {
      String text =
          withoutMark(
              StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes.get())).toString());
      expansions.written(text);
      return Optional.of(text);
    } catch (CharacterCodingException e) {
      problems.add(
          SourceLocation.of(shown), "the file is not UTF-8", "", "save it with the encoding UTF-8");
      return Optional.empty();
    }
  }

  private static String withoutMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** True for a path below the root, also when every link in it is followed. */
  public boolean isInProject(String path) {
    try {
      return location.holds(Path.of(path));
    } catch (InvalidPathException e) {
      return false;
    }
  }

  /**
   * The bytes of a file.
   *
   * @param named where the file is named
   */
  public Optional<byte[]> readBytes(Path path, SourceLocation named) {
    String shown = location.shown(path);
    if (trust == Trust.AS_DATA && Files.exists(path) && !location.holds(path)) {
      problems.add(
          named,
          shown + " lies outside of the project",
          "a pipeline reads files below "
              + location.root()
              + " only, and links in their paths are followed",
          "move it there, or add --trust to the command if you would run a program from whoever"
              + " wrote this file");
      return Optional.empty();
    }
    if (!opened.contains(shown)) {
      opened.add(shown);
    }
    if (!Files.isRegularFile(path)) {
      problems.add(named, "there is no file " + shown, "", "");
      return Optional.empty();
    }
    try (InputStream in = Files.newInputStream(path)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        problems.add(named, shown + " is larger than " + MOST_BYTES + " bytes", "", "");
        return Optional.empty();
      }
      return Optional.of(bytes);
    } catch (IOException e) {
      problems.add(named, shown + " cannot be read", String.valueOf(e.getMessage()), "");
    }
    return Optional.empty();
  }
}
