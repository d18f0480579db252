package io.lakebeam.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.ColumnGraph;
import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.graph.DataflowGraph.Dataset;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.lake.StoredDatasets;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.quarantine.QuarantineReader;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the page shows of a source or a dataset. */
final class DatasetApi {
  private static final int COMMITS = 10;

  private final ConsolePipeline pipeline;

  DatasetApi(ConsolePipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** A source or a dataset. */
  JsonNode dataset(String name) {
    CompiledPipeline of = pipeline.compiled();
    DataflowGraph graph = of.graph();
    ObjectNode root = ConsoleApi.MAPPER.createObjectNode().put("name", name);
    Optional<DataflowGraph.Source> source = graph.source(name);
    if (source.isPresent()) {
      root.put("kind", source.get().kind()).put("layer", "source");
      root.put("reads", source.get().reads());
      columns(root, source.get().schema());
      return root;
    }
    Dataset dataset =
        graph.dataset(name).orElseThrow(() -> RefusedRequestException.notFound("dataset " + name));
    root.put("kind", dataset.kind().words())
        .put("layer", dataset.layer())
        .put("comment", dataset.comment());
    dataset.partitionBy().forEach(root.putArray("partition_by")::add);
    dataset.inputs().forEach(root.putArray("inputs")::add);
    dataset.flows().forEach(flow -> root.withArray("flows").add(flow.name()));
    graph.readersOf(name).forEach(each -> root.withArray("readers").add(each.name()));
    columns(root, dataset.schema());
    rules(root, of, name);
    of.computedViews().stream()
        .filter(view -> view.name().equals(name))
        .findFirst()
        .ifPresentOrElse(view -> view(root, view), () -> additive(root, of, name));
    StoredDatasets.of(of).stream()
        .filter(stored -> stored.name().equals(name))
        .findFirst()
        .ifPresent(stored -> stored(root, stored));
    return root;
  }

  private static void columns(ObjectNode root, TableSchema schema) {
    ArrayNode columns = root.putArray("columns");
    for (Column column : schema.columns()) {
      columns
          .addObject()
          .put("name", column.name())
          .put("type", column.type().sql())
          .put("nullable", column.nullable())
          .put("hidden", HiddenColumns.isReserved(column.name()))
          .put("comment", column.comment());
    }
  }

  private static void rules(ObjectNode root, CompiledPipeline of, String name) {
    ArrayNode rules = root.putArray("rules");
    for (CompiledTable table : of.streamingTables()) {
      if (table.name().equals(name) || QuarantineReader.name(table).equals(name)) {
        root.put("quarantine", table.quarantineName());
        root.put("refused_as", QuarantineReader.name(table));
        table
            .rules()
            .forEach(
                rule ->
                    rules
                        .addObject()
                        .put("name", rule.name())
                        .put("condition", rule.condition().strip().replaceAll("\\s+", " "))
                        .put("action", rule.onViolation().name().toLowerCase(Locale.ROOT)));
      }
    }
  }

  private static void view(ObjectNode root, ComputedView view) {
    root.put("refresh", view.isIncremental() ? "by changed keys" : "computed whole each time");
    if (!view.isIncremental()) {
      root.put("why", view.why().text());
    }
  }

  private static void additive(ObjectNode root, CompiledPipeline of, String name) {
    if (of.additiveViews().stream().anyMatch(view -> view.name().equals(name))) {
      root.put("refresh", "new rows are added to their groups");
    }
  }

  private static void stored(ObjectNode root, StoredDatasets.Stored stored) {
    root.put("path", stored.place().uri());
    if (stored.snapshot().isEmpty()) {
      return;
    }
    Snapshot snapshot = stored.snapshot().get();
    root.put("rows", snapshot.rows().orElse(null))
        .put("files", snapshot.files().size())
        .put("bytes", snapshot.bytes())
        .put("version", snapshot.version());
    root.set("commits", DataApi.history(DeltaTable.at(stored.place()), COMMITS));
  }

  /** Where a column comes from, and what follows from it. */
  JsonNode column(String relation, String column) {
    ColumnGraph graph = new ColumnGraph(pipeline.compiled().graph());
    ColumnOrigin named =
        graph
            .find(relation, column)
            .orElseThrow(
                () -> RefusedRequestException.notFound("column " + relation + "." + column));
    ObjectNode root =
        ConsoleApi.MAPPER
            .createObjectNode()
            .put("relation", named.relation())
            .put("column", named.column());
    edges(root.putArray("from"), graph.into(named), false);
    edges(root.putArray("to"), graph.outOf(named), true);
    graph.upstream(named).stream()
        .filter(each -> !each.equals(named))
        .forEach(each -> root.withArray("upstream").add(each.relation() + "." + each.column()));
    graph.downstream(named).stream()
        .filter(each -> !each.equals(named))
        .forEach(each -> root.withArray("downstream").add(each.relation() + "." + each.column()));
    return root;
  }

  private static void edges(ArrayNode into, List<ColumnGraph.Edge> edges, boolean isOut) {
    for (ColumnGraph.Edge edge : edges) {
      into.addObject()
          .put("relation", isOut ? edge.dataset() : edge.from().relation())
          .put("column", isOut ? edge.column() : edge.from().column())
          .put("influence", edge.influence().words())
          .put("flow", edge.flow())
          .put("by", edge.by());
    }
  }
}
