package io.lakebeam.share;

import io.lakebeam.graph.DataflowGraph.Dataset;
import io.lakebeam.graph.NearestName;
import io.lakebeam.lake.LakeTable;
import io.lakebeam.lake.LakeTables;
import io.lakebeam.lake.UsageException;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.pipeline.ValueMask;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tables of a pipeline that are shared, under its name. A table's schema is its layer.
 *
 * @param tables in the order of the pipeline's file
 * @param leftOut names of gold tables that are not shared, because they have masked columns
 */
public record Share(String name, List<Table> tables, List<String> leftOut) {
  private static final String GOLD = "gold";
  private static final String QUARANTINE = "quarantine";

  /** The schema of tables without a layer. */
  private static final String DEFAULT = "default";

  public Share {
    tables = List.copyOf(tables);
    leftOut = List.copyOf(leftOut);
  }

  /**
   * A table that is shared, whether a run has made it or not.
   *
   * @param schema its layer, {@code quarantine}, or {@code default} where there is no layer
   */
  public record Table(String name, String schema, Place place, LakeTables lake) {
    /** As it stands now; empty when no run has made it yet. */
    Optional<LakeTable> find() {
      return lake.find(name);
    }
  }

  /**
   * What is shared of a pipeline.
   *
   * @param named tables of any layer, quarantines too; none for the datasets of layer gold that
   *     have no masked column
   * @throws UsageException when a table is not there, or there is none
   */
  public static Share of(CompiledPipeline pipeline, List<String> named) {
    LakeTables lake = new LakeTables(pipeline.spec());
    Map<String, String> schemas = new LinkedHashMap<>();
    List<String> leftOut = new ArrayList<>();
    if (named.isEmpty()) {
      ValueMask masks =
          pipeline.streamingTables().stream()
              .map(CompiledTable::mask)
              .reduce(ValueMask.NONE, ValueMask::and);
      for (Dataset dataset : pipeline.graph().datasets()) {
        if (dataset.layer().equals(GOLD) && lake.names().contains(dataset.name())) {
          if (dataset.schema().names().stream().anyMatch(masks::hides)) {
            leftOut.add(dataset.name());
          } else {
            schemas.put(dataset.name(), GOLD);
          }
        }
      }
      if (schemas.isEmpty()) {
        throw new UsageException(
            (leftOut.isEmpty()
                    ? "no table of " + pipeline.name() + " is of the layer gold"
                    : "every gold table of " + pipeline.name() + " has masked columns")
                + "; name those to share with --tables");
      }
    }
    for (String each : named) {
      String name =
          lake.named(each)
              .orElseThrow(
                  () ->
                      new UsageException(
                          "--tables: "
                              + pipeline.name()
                              + " has no table "
                              + each
                              + "; "
                              + NearestName.question(each, lake.names())
                              + "there are "
                              + String.join(", ", lake.names())));
      schemas.put(name, schema(pipeline, lake, name));
    }
    List<Table> tables =
        lake.names().stream()
            .filter(schemas::containsKey)
            .map(
                name ->
                    new Table(name, schemas.get(name), TablePaths.of(pipeline.spec(), name), lake))
            .toList();
    return new Share(pipeline.name(), tables, leftOut);
  }

  private static String schema(CompiledPipeline pipeline, LakeTables lake, String name) {
    if (lake.kind(name).equals(QUARANTINE)) {
      return QUARANTINE;
    }
    return pipeline.graph().datasets().stream()
        .filter(dataset -> dataset.name().equals(name) && !dataset.layer().isEmpty())
        .map(Dataset::layer)
        .findFirst()
        .orElse(DEFAULT);
  }

  /** Each schema once. */
  List<String> schemas() {
    return tables.stream().map(Table::schema).distinct().toList();
  }

  /** Tables of a schema, whose name may be spelled in any case; empty when there is no such. */
  List<Table> tables(String schema) {
    return tables.stream().filter(table -> table.schema().equalsIgnoreCase(schema)).toList();
  }

  /** A table of any schema by its exact name. */
  Optional<Table> table(String name) {
    return tables.stream().filter(table -> table.name().equals(name)).findFirst();
  }

  /** The names, for people. */
  public List<String> names() {
    return Collections.unmodifiableList(
        tables.stream().map(table -> table.schema() + "." + table.name()).toList());
  }
}
