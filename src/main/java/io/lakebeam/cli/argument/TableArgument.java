package io.lakebeam.cli.argument;

import io.lakebeam.cli.terminal.Console;
import io.lakebeam.graph.NearestName;
import io.lakebeam.lake.LakeTable;
import io.lakebeam.lake.LakeTables;
import io.lakebeam.lake.TableMissingException;
import io.lakebeam.lake.UsageException;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.spec.project.PipelineSearch;
import io.lakebeam.storage.Place;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * Names a Delta table: by where it is, or by what a pipeline calls it.
 *
 * <p>Anything with a slash is a path or URI, as is a name of a folder that holds a table; the rest
 * is {@code PIPELINE.TABLE}, or {@code TABLE} alone when one pipeline only has it.
 */
public final class TableArgument {
  @Parameters(
      paramLabel = "TABLE",
      description = {
        "PIPELINE.TABLE, such as airlines.flights or airlines.flights_quarantine; TABLE alone when"
            + " only one pipeline has it; or path or URI of any Delta table."
      })
  private String table;

  @Mixin private PipelineArgument.Values values;
  @Mixin private TrustOption trust;
  @Mixin private PipelineArgument.Lake lake;

  /**
   * The table.
   *
   * @throws UsageException when nothing has that name, or several pipelines have it
   * @throws TableMissingException when there is no table yet, or none at all
   */
  public LakeTable find(Console console) {
    if (table.isBlank()) {
      throw new UsageException("TABLE is empty");
    }
    if (isPath(console)) {
      return LakeTables.open(
          lastName(table), Place.of(PipelineArgument.absolute(table, console)), Optional.empty());
    }
    int dot = table.indexOf('.');
    if (dot > 0) {
      return inPipeline(table.substring(0, dot), table.substring(dot + 1), console);
    }
    Map<String, LakeTables> having = new TreeMap<>();
    Set<String> known = new TreeSet<>();
    PipelineSearch search =
        new PipelineSearch(console.workingDirectory(), console.home(), trust.trust());
    Set<String> names = search.names();
    search.leftOut().forEach(left -> console.warning("left out the pipeline " + left));
    for (String name : names) {
      LakeTables tables = new LakeTables(lake.applyTo(read(search.find(name), console), console));
      known.addAll(tables.names());
      if (tables.names().contains(table)) {
        having.put(name, tables);
      }
    }
    if (having.isEmpty()) {
      throw new UsageException(
          "no pipeline here has a table "
              + table
              + "; "
              + NearestName.question(table, known)
              + "give PIPELINE.TABLE, or the path of a Delta table");
    }
    if (having.size() > 1) {
      List<String> choices = having.keySet().stream().map(name -> name + "." + table).toList();
      throw new UsageException("which one: " + String.join(" or ", choices) + "?");
    }
    PipelineArgument.locate(having.keySet().iterator().next(), trust.trust(), console);
    return having.values().iterator().next().open(table);
  }

  /** Without a word of where it is: most of those that are read have no such table. */
  private PipelineSpec read(PipelineLocation location, Console console) {
    return new PipelineReader(trust.trust()).read(location, values.byName(), console.environment());
  }

  private boolean isPath(Console console) {
    return table.contains("/")
        || table.startsWith(".")
        || Files.isDirectory(console.resolve(table).resolve("_delta_log"));
  }

  private LakeTable inPipeline(String pipeline, String name, Console console) {
    LakeTables tables = new LakeTables(lake.applyTo(read(pipeline, console), console));
    Set<String> known = tables.names();
    if (!known.contains(name)) {
      throw new UsageException(
          "pipeline "
              + pipeline
              + " has no table "
              + name
              + "; "
              + NearestName.question(name, known)
              + "its tables are "
              + String.join(", ", known));
    }
    return tables.open(name);
  }

  private PipelineSpec read(String pipeline, Console console) {
    return PipelineArgument.read(pipeline, values.byName(), trust.trust(), console);
  }

  private static String lastName(String path) {
    String trimmed = path.replaceAll("/+$", "");
    return trimmed.substring(trimmed.lastIndexOf('/') + 1);
  }
}
