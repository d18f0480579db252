package io.lakebeam.spec.dlt;

import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.project.ProjectFiles;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The pipelines of a repository, as far as its files tell: nothing in them says which belong
 * together.
 *
 * @param pipelines the SQL files of each: all are one, unless two make a table of the same name;
 *     then each folder is one, and each file of a folder in which that happens
 * @param otherSql SQL files without statements of pipelines
 * @param python files of Python that declare tables
 */
public record SqlProjects(List<List<Path>> pipelines, int otherSql, int python) {
  private static final Pattern PYTHON =
      Pattern.compile("import dlt\\b|from pyspark import pipelines|@dlt\\.");

  public SqlProjects {
    pipelines = List.copyOf(pipelines);
  }

  /** Those of a folder, and of the folders below. */
  public static SqlProjects in(PipelineLocation location) {
    Map<Path, List<String>> tables = new TreeMap<>();
    int others = 0;
    for (Path file : location.sqlFiles()) {
      SourceText text = text(file);
      if (DltFile.isPipeline(text)) {
        tables.put(file, tables(text));
      } else {
        others++;
      }
    }
    int python =
        (int)
            location.matching("**.py").stream()
                .filter(file -> PYTHON.matcher(text(file).text()).find())
                .count();
    return new SqlProjects(split(tables), others, python);
  }

  private static List<List<Path>> split(Map<Path, List<String>> tables) {
    List<Path> all = List.copyOf(tables.keySet());
    if (all.isEmpty()) {
      return List.of();
    }
    if (!clashes(all, tables)) {
      return List.of(all);
    }
    Map<Path, List<Path>> folders = new TreeMap<>();
    all.forEach(
        file -> folders.computeIfAbsent(file.getParent(), f -> new ArrayList<>()).add(file));
    List<List<Path>> pipelines = new ArrayList<>();
    for (List<Path> folder : folders.values()) {
      if (clashes(folder, tables)) {
        folder.forEach(file -> pipelines.add(List.of(file)));
      } else {
        pipelines.add(folder);
      }
    }
    return pipelines;
  }

  private static boolean clashes(List<Path> files, Map<Path, List<String>> tables) {
    Map<String, Path> makers = new HashMap<>();
    for (Path file : files) {
      for (String table : tables.get(file)) {
        Path other = makers.putIfAbsent(table, file);
        if (other != null && !other.equals(file)) {
          return true;
        }
      }
    }
    return false;
  }

  private static List<String> tables(SourceText text) {
    List<String> tables = new ArrayList<>();
    for (DltStatement statement : DltFile.read(text, Findings.SILENT)) {
      if (statement instanceof DltStatement.Create create) {
        tables.add(create.name().key());
      }
    }
    return tables;
  }

  /** What cannot be read is no pipeline; that is told when it is read as one. */
  private static SourceText text(Path file) {
    String text = "";
    try {
      if (Files.size(file) <= ProjectFiles.MOST_BYTES) {
        text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      }
    } catch (IOException e) {
      text = "";
    }
    return new SourceText(file.toString(), text, text);
  }
}
