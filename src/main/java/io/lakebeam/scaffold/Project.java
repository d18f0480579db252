package io.lakebeam.scaffold;

import io.lakebeam.graph.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The files of a pipeline project that is to be made.
 *
 * @param files text by path from the project's folder, in the order that people read them
 * @param shown a table worth a look after the first run
 * @param notes what its author should know, a sentence each without a full stop
 */
public record Project(Map<String, String> files, String shown, List<String> notes) {
  private static final String STARTER = "starter/";

  private static final List<String> STARTER_FILES =
      List.of(
          "pipeline.yaml",
          "transforms/orders.sql",
          "transforms/sales_by_shop.sql",
          "expectations/orders.yaml",
          "tests/orders.yaml",
          "landing/monday.csv",
          ".gitignore");

  public Project {
    files = java.util.Collections.unmodifiableMap(new LinkedHashMap<>(files));
    notes = List.copyOf(notes);
  }

  /**
   * A small project that runs at once, with data of its own.
   *
   * @param name of the pipeline
   */
  public static Project starter(String name) {
    Map<String, String> files = new LinkedHashMap<>();
    STARTER_FILES.forEach(
        file -> files.put(file, template(file).replace("@NAME@", YamlText.of(name))));
    return new Project(files, "sales_by_shop", List.of());
  }

  /** What git leaves out of every project: the tables, and what holds a token. */
  static String gitignore() {
    return template(".gitignore");
  }

  private static String template(String file) {
    // A name that starts with a dot is left out by some of those that copy resources.
    String name = STARTER + (file.startsWith(".") ? file.substring(1) : file);
    try (InputStream in = Project.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    }
  }

  /**
   * Whether a project may be made there: nothing is there, or an empty folder.
   *
   * @throws ScaffoldException when it may not
   */
  public static void requireRoom(Path folder) {
    if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw taken(folder, "it is a file");
    }
    try (Stream<Path> inside = Files.list(folder)) {
      if (inside.findAny().isPresent()) {
        throw taken(folder, "the folder is not empty");
      }
    } catch (IOException e) {
      throw unwritable(folder, e);
    }
  }

  private static ScaffoldException taken(Path folder, String why) {
    return new ScaffoldException(
        ErrorCode.FILE_FAILED,
        "there is " + folder.getFileName() + " here already",
        why + ", and nothing is written over",
        "Give another name, or move it away");
  }

  /**
   * Makes the project's folder with all of its files, or nothing.
   *
   * @throws ScaffoldException when it cannot be made
   */
  public void writeTo(Path folder) {
    requireRoom(folder);
    Path whole = null;
    try {
      whole = Files.createTempDirectory(folder.getParent(), ".lakebeam-init-");
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = whole.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
      }
      openFor(whole);
      Files.move(whole, folder, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      delete(whole);
      throw unwritable(folder, e);
    } catch (RuntimeException e) {
      delete(whole);
      throw e;
    }
  }

  /** A temporary folder is its owner's alone; a project has the rights of any new folder. */
  private static void openFor(Path whole) throws IOException {
    Path like = whole.resolve("tests");
    if (Files.getFileStore(whole).supportsFileAttributeView("posix")) {
      Files.setPosixFilePermissions(whole, Files.getPosixFilePermissions(like));
    }
  }

  static void delete(Path folder) {
    if (folder == null) {
      return;
    }
    try (Stream<Path> inside = Files.walk(folder)) {
      for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    } catch (IOException | UncheckedIOException e) {
      // What could not be written can hardly be removed; why it could not is told.
    }
  }

  private static ScaffoldException unwritable(Path folder, IOException e) {
    String reason =
        e instanceof AccessDeniedException
            ? "the folder " + folder.getParent() + " may not be written to"
            : e instanceof FileSystemException other && other.getReason() != null
                ? other.getReason()
                : "the folder " + folder.getParent() + " does not take it";
    return new ScaffoldException(
        ErrorCode.FILE_FAILED,
        folder.getFileName() + " cannot be made",
        reason,
        "Go to a folder of your own, and type the command there");
  }
}
