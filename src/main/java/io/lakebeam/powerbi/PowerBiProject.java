package io.lakebeam.powerbi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.DataflowGraph.Dataset;
import io.lakebeam.spec.powerbi.PowerBiSpec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/**
 * A Power BI project.
 *
 * <pre>
 * NAME.pbip              what Power BI Desktop opens
 * NAME.SemanticModel/    tables, measures and where their rows are
 * NAME.Report/           pages and visuals
 * .lakebeam-files        the SHA-256 of each file, so that what others change is not lost
 * </pre>
 *
 * @param files text by path from the project's folder
 * @param notes what Power BI cannot have, a sentence each without a full stop
 */
public record PowerBiProject(Map<String, String> files, List<String> notes) {
  private static final String WRITTEN = ".lakebeam-files";
  private static final String IGNORED = "**/.pbi/localSettings.json\n**/.pbi/cache.abf\n";

  public PowerBiProject {
    files = java.util.Collections.unmodifiableMap(new TreeMap<>(files));
    notes = List.copyOf(notes);
  }

  /**
   * The project of some datasets.
   *
   * @param name of the pipeline
   * @param folder of a dataset's table, below the lake
   * @param isImport true when Power BI is to copy the rows
   * @param values of parameters, where they are not what they are by default
   * @throws io.lakebeam.graph.PipelineException with everything that is wrong with measures and
   *     pages
   */
  public static PowerBiProject of(
      String name,
      List<Dataset> datasets,
      UnaryOperator<String> folder,
      PowerBiSpec declared,
      ModelSource source,
      boolean isImport,
      Map<String, String> values) {
    SemanticModel model = SemanticModel.of(datasets, folder, declared);
    Map<String, String> parameters = new LinkedHashMap<>(source.defaults());
    parameters.putAll(values);
    Map<String, String> files = new TreeMap<>();
    files.put(".gitignore", IGNORED);
    files.put(name + ".pbip", shortcut(name));
    String ofModel = name + ".SemanticModel/";
    files.put(ofModel + "definition.pbism", modelProperties());
    new ModelFiles(name, model, source, isImport, parameters)
        .files()
        .forEach((path, text) -> files.put(ofModel + path, text));
    String ofReport = name + ".Report/";
    files.put(ofReport + "definition.pbir", reportProperties(name));
    new ReportFiles(name, model, !isImport)
        .files(declared)
        .forEach((path, text) -> files.put(ofReport + path, text));
    return new PowerBiProject(files, model.notes());
  }

  private static String shortcut(String name) {
    ObjectNode json =
        ReportFiles.schema(ReportFiles.SCHEMAS + "pbip/pbipProperties/1.0.0/schema.json")
            .put("version", "1.0");
    json.putArray("artifacts").addObject().putObject("report").put("path", name + ".Report");
    json.putObject("settings").put("enableAutoRecovery", true);
    return ReportFiles.text(json);
  }

  private static String modelProperties() {
    ObjectNode json =
        ReportFiles.schema(
                ReportFiles.SCHEMAS + "item/semanticModel/definitionProperties/1.0.0/schema.json")
            .put("version", "4.2");
    json.putObject("settings");
    return ReportFiles.text(json);
  }

  private static String reportProperties(String name) {
    ObjectNode json =
        ReportFiles.schema(
                ReportFiles.SCHEMAS + "item/report/definitionProperties/2.0.0/schema.json")
            .put("version", "4.0");
    json.putObject("datasetReference")
        .putObject("byPath")
        .put("path", "../" + name + ".SemanticModel");
    return ReportFiles.text(json);
  }

  /**
   * Writes the project into a folder that is new or empty, or that has one which Lakebeam wrote
   * there: its files are replaced, and what others have put beside them stays.
   *
   * @param force true when it does not matter what is written over
   * @throws PowerBiException when the folder holds something else, or a file was changed since
   */
  public void writeTo(Path folder, boolean force) {
    try {
      Map<String, String> before = written(folder);
      if (!force) {
        refuseForeign(folder, before);
      }
      for (String path : before.keySet()) {
        if (!files.containsKey(path)) {
          Files.deleteIfExists(folder.resolve(path));
        }
      }
      StringBuilder sums = new StringBuilder();
      for (Map.Entry<String, String> file : files.entrySet()) {
        Path path = folder.resolve(file.getKey());
        Files.createDirectories(path.getParent());
        Files.writeString(path, file.getValue());
        sums.append(sum(file.getValue().getBytes(StandardCharsets.UTF_8)))
            .append("  ")
            .append(file.getKey())
            .append('\n');
      }
      Files.writeString(folder.resolve(WRITTEN), sums);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write the project " + folder, e);
    }
  }

  /** The sums of what was written there before, by path; paths that lead out of it are nobody's. */
  private static Map<String, String> written(Path folder) throws IOException {
    Map<String, String> sums = new LinkedHashMap<>();
    Path file = folder.resolve(WRITTEN);
    if (Files.isRegularFile(file)) {
      for (String line : Files.readAllLines(file)) {
        int blanks = line.indexOf("  ");
        if (blanks > 0
            && folder.resolve(line.substring(blanks + 2)).normalize().startsWith(folder)) {
          sums.put(line.substring(blanks + 2), line.substring(0, blanks));
        }
      }
    }
    return sums;
  }

  private void refuseForeign(Path folder, Map<String, String> before) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    if (!Files.isDirectory(folder)) {
      throw new PowerBiException(
          folder + " is a file", "a project is a folder", "name another place with --to");
    }
    if (before.isEmpty()) {
      try (Stream<Path> content = Files.list(folder)) {
        if (content.findAny().isPresent()) {
          throw new PowerBiException(
              folder + " holds something that Lakebeam has not written",
              "what it holds could be written over",
              "name a folder that is new or empty with --to, or add --force");
        }
      }
      return;
    }
    List<String> changed = new ArrayList<>();
    Stream.concat(before.keySet().stream(), files.keySet().stream())
        .distinct()
        .sorted()
        .filter(path -> isChanged(folder.resolve(path), before.getOrDefault(path, "")))
        .forEach(changed::add);
    if (!changed.isEmpty()) {
      throw new PowerBiException(
          changed.get(0)
              + (changed.size() == 1 ? " was" : " and " + (changed.size() - 1) + " more were")
              + " changed after Lakebeam wrote the project",
          "these changes would be lost",
          "keep them in " + folder + " and name another folder with --to, or add --force");
    }
  }

  private static boolean isChanged(Path file, String sum) {
    try {
      return Files.exists(file) && !sum(Files.readAllBytes(file)).equals(sum);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static String sum(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
