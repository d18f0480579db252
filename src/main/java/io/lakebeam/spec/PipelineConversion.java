package io.lakebeam.spec;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.spec.dlt.DltFiles;
import io.lakebeam.spec.dlt.DltTree;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.secret.Expansions;
import io.lakebeam.spec.yaml.Problems;
import io.lakebeam.spec.yaml.Substitution;
import io.lakebeam.spec.yaml.YamlNode;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.Yaml;

/**
 * SQL files of Delta Live Tables written as a pipeline file with a SQL file for each query. Both
 * mean the same: the same sources, datasets and rules under the same names.
 *
 * @param files what is to be written: texts by paths relative to the new pipeline's folder
 * @param notes what means something else than who wrote the SQL files may think
 */
public record PipelineConversion(Map<String, String> files, List<Problem> notes) {
  private static final String FOLDER = "transforms/";

  public PipelineConversion {
    files = Map.copyOf(new TreeMap<>(files));
    notes = List.copyOf(notes);
  }

  /**
   * Converts SQL files. References to parameters stay as they are.
   *
   * @param location of SQL files
   * @param sqlFiles those of them that are converted, absolute
   * @param to the new pipeline's folder, absolute: relative paths are told from its root
   * @param tables where the datasets are made that are streaming tables, whatever they are called
   * @throws PipelineException with everything that is wrong with the files
   */
  public static PipelineConversion of(
      PipelineLocation location,
      List<Path> sqlFiles,
      Path to,
      Trust trust,
      Set<SourceLocation> tables) {
    Problems problems = new Problems();
    Substitution none = new Substitution(Map.of(), name -> null, new Expansions());
    Reading reading = new Reading(location, none, problems, trust, name -> null);
    DltFiles files = DltFiles.keepingReferences(reading);
    String shown = location.shown(location.file());
    List<String> names =
        sqlFiles.stream().map(file -> location.root().relativize(file).toString()).toList();
    YamlNode root =
        reading
            .yaml(shown, location.sqlPipeline(names), path -> Optional.empty())
            .orElseThrow(() -> new IllegalStateException("a file name that is no YAML text"));
    YamlNode list = root.get(SpecBuilder.DLT_SQL).orElseThrow();
    DltTree tree = new DltTree(files.statements(list), Set.of(), Set.of(), files);
    if (tree.declared().datasets().isEmpty() && problems.isEmpty()) {
      problems.add(
          list.at(),
          "no statement makes a table",
          "looked into " + shown,
          "name files with CREATE STREAMING TABLE, CREATE MATERIALIZED VIEW or CREATE VIEW");
    }
    problems.throwIfAny(reading.files().opened());
    return new Writer(location, to, tree, tables).write(files.parameters(), reading.notes());
  }

  /** Makes the texts. */
  private static final class Writer {
    private final PipelineLocation location;
    private final Path to;
    private final Path root;
    private final DltTree tree;
    private final Set<SourceLocation> tables;
    private final Map<String, String> files = new LinkedHashMap<>();

    Writer(PipelineLocation location, Path to, DltTree tree, Set<SourceLocation> tables) {
      this.location = location;
      this.to = to;
      this.root = PipelineLocation.of(to.resolve(PipelineLocation.FILE_NAME), to).root();
      this.tree = tree;
      this.tables = tables;
    }

    public PipelineConversion write(Map<String, String> parameters, List<Problem> notes) {
      Map<String, Object> pipeline = new LinkedHashMap<>();
      pipeline.put("pipeline", location.sqlName());
      if (!parameters.isEmpty()) {
        pipeline.put("parameters", parameters);
      }
      Map<String, Object> sources = new LinkedHashMap<>();
      tree.declared().sources().forEach((name, entry) -> sources.put(name, source(entry.value())));
      pipeline.put("sources", sources);
      Map<String, Object> datasets = new LinkedHashMap<>();
      tree.declared().datasets().forEach((name, entry) -> datasets.put(name, dataset(name, entry)));
      pipeline.put("datasets", datasets);
      DumperOptions options = new DumperOptions();
      options.setDefaultFlowStyle(DumperOptions.FlowStyle.BLOCK);
      options.setSplitLines(false);
      files.put(PipelineLocation.FILE_NAME, new Yaml(options).dump(pipeline));
      return new PipelineConversion(files, notes);
    }

    private Map<String, Object> source(YamlNode node) {
      Map<String, Object> source = new LinkedHashMap<>();
      Reading.entries(Optional.of(node))
          .forEach(
              (key, entry) -> {
                boolean isPath = key.equals("files") || key.equals("reference");
                Object value = value(entry.value());
                source.put(key, isPath ? moved(String.valueOf(value)) : value);
              });
      return source;
    }

    /** A path from where the new pipeline's paths start to what it named from the old one. */
    private String moved(String path) {
      boolean isWhole = path.startsWith("/") || path.startsWith("${") || path.contains(":/");
      if (isWhole || root.equals(location.root())) {
        return path;
      }
      String moved = root.relativize(location.root()).resolve(path).normalize().toString();
      return path.endsWith("/") ? moved + "/" : moved;
    }

    private Map<String, Object> dataset(String name, YamlNode.Entry declared) {
      Map<String, Object> dataset = new LinkedHashMap<>();
      boolean isTable = tables.contains(declared.keyAt());
      Reading.entries(Optional.of(declared.value()))
          .forEach(
              (key, entry) -> {
                YamlNode value = entry.value();
                switch (key) {
                  case "streaming_table", "materialized_view", "view" ->
                      dataset.put(isTable ? "streaming_table" : key, definition(name, value));
                  default -> dataset.put(key, value(value));
                }
              });
      return dataset;
    }

    private Object definition(String name, YamlNode node) {
      Optional<YamlNode> flows = node.get("flows");
      if (flows.isEmpty()) {
        return flow(name, node);
      }
      List<Object> all = new ArrayList<>();
      for (YamlNode flow : Reading.items(flows)) {
        all.add(flow(all.isEmpty() ? name : name + "_" + (all.size() + 1), flow));
      }
      Map<String, Object> table = new LinkedHashMap<>();
      table.put("flows", all);
      node.get("upsert").ifPresent(upsert -> table.put("upsert", value(upsert)));
      return table;
    }

    /** A query goes into a file of its own. */
    private Object flow(String name, YamlNode flow) {
      Optional<YamlNode.Scalar> sql = Reading.scalar(flow, "sql");
      if (sql.isEmpty()) {
        return value(flow);
      }
      String file = FOLDER + name + PipelineLocation.SQL;
      files.put(file, tree.written(sql.get()).stripTrailing() + "\n");
      return root.relativize(to.resolve(file)).toString();
    }

    private static Object value(YamlNode node) {
      if (node instanceof YamlNode.Sequence list) {
        return list.items().stream().map(Writer::value).toList();
      }
      if (node instanceof YamlNode.Mapping) {
        Map<String, Object> mapping = new LinkedHashMap<>();
        Reading.entries(Optional.of(node))
            .forEach((key, entry) -> mapping.put(key, value(entry.value())));
        return mapping;
      }
      YamlNode.Scalar scalar = (YamlNode.Scalar) node;
      return scalar.plain() && scalar.json().isBoolean()
          ? Boolean.valueOf(scalar.json().asBoolean())
          : scalar.plain() && scalar.json().isInt()
              ? Integer.valueOf(scalar.text())
              : scalar.text();
    }
  }
}
