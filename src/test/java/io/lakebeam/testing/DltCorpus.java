package io.lakebeam.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Forty files of Delta Live Tables, in the proportions of constructs and functions that public ones
 * have, with what is expected of each.
 */
public final class DltCorpus {
  private static final Path FOLDER = Path.of("src/test/resources/dlt");

  private DltCorpus() {}

  /**
   * What a file is expected to give.
   *
   * @param tables by their paths in the lake: names of columns joined by bars, then such rows
   * @param refused starts of problems, with line and column
   * @param notes starts of notes, with line and column
   */
  public record Expected(
      Map<String, List<String>> tables, List<String> refused, List<String> notes) {}

  /** The files by their names, without the ending. */
  public static List<String> names() {
    try (Stream<Path> files = Files.list(FOLDER.resolve("corpus"))) {
      return files.map(file -> file.getFileName().toString().replace(".sql", "")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Expected expected(String name) {
    Map<String, List<String>> tables = new TreeMap<>();
    List<String> refused = new ArrayList<>();
    List<String> notes = new ArrayList<>();
    List<String> rows = new ArrayList<>();
    for (String line : lines(FOLDER.resolve("expected/" + name + ".txt"))) {
      if (line.startsWith("table ")) {
        String[] words = line.split(" ", 3);
        rows = new ArrayList<>(List.of(words[2]));
        tables.put(words[1], rows);
      } else if (line.startsWith("refused ")) {
        refused.add(line.substring("refused ".length()));
      } else if (line.startsWith("note ")) {
        notes.add(line.substring("note ".length()));
      } else {
        rows.add(line);
      }
    }
    return new Expected(tables, refused, notes);
  }

  /**
   * Puts some of the files, and what they read, into a folder: {@code corpus} and {@code landing}.
   */
  public static void copy(List<String> names, Path to) {
    for (String name : names) {
      copyFile(FOLDER.resolve("corpus/" + name + ".sql"), to.resolve("corpus/" + name + ".sql"));
    }
    Path landing = FOLDER.resolve("landing");
    try (Stream<Path> files = Files.walk(landing)) {
      files
          .filter(Files::isRegularFile)
          .forEach(file -> copyFile(file, to.resolve(FOLDER.relativize(file).toString())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void copyFile(Path from, Path to) {
    try {
      Files.createDirectories(to.getParent());
      Files.copy(from, to);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
