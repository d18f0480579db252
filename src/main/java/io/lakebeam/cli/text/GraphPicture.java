package io.lakebeam.cli.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataflowGraph;
import io.lakebeam.graph.DataflowGraph.Dataset;
import io.lakebeam.graph.DataflowGraph.Flow;
import io.lakebeam.graph.DataflowGraph.Kind;
import io.lakebeam.graph.DataflowGraph.Source;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/** A graph in words, as a Mermaid diagram, or as JSON. */
public final class GraphPicture {
  private final DataflowGraph graph;

  public GraphPicture(DataflowGraph graph) {
    this.graph = graph;
  }

  /** A line each for source and dataset, a further one for each further flow. */
  public List<String> text(OptionalInt width) {
    TextTable table = TextTable.of("name", "kind", "layer", "made of", "by");
    for (Source source : graph.sources()) {
      table.add(source.name(), source.kind(), "", source.reads(), "");
    }
    for (Dataset dataset : graph.datasets()) {
      String name = dataset.name();
      String kind = dataset.kind().words();
      String layer = dataset.layer();
      for (Flow flow : dataset.flows()) {
        String by = flow.inputs().contains(flow.name()) ? "" : flow.name();
        table.add(name, kind, layer, String.join(", ", flow.inputs()), by);
        name = "";
        kind = "";
        layer = "";
      }
    }
    return table.lines(width);
  }

  /** A flowchart from left to right, a subgraph each for the sources and every layer. */
  public List<String> mermaid() {
    List<String> lines = new ArrayList<>();
    lines.add("flowchart LR");
    Map<String, List<String>> groups = new LinkedHashMap<>();
    for (Source source : graph.sources()) {
      groups
          .computeIfAbsent("sources", group -> new ArrayList<>())
          .add(id(source.name()) + "[(\"" + label(source.name(), source.kind()) + "\")]");
    }
    for (Dataset dataset : graph.datasets()) {
      String text = label(dataset.name(), dataset.kind().words());
      String node =
          dataset.kind() == Kind.MATERIALIZED_VIEW ? "([\"" + text + "\"])" : "[\"" + text + "\"]";
      groups
          .computeIfAbsent(dataset.layer(), group -> new ArrayList<>())
          .add(id(dataset.name()) + node);
    }
    groups.forEach(
        (group, nodes) -> {
          if (group.isEmpty()) {
            nodes.forEach(node -> lines.add("  " + node));
          } else {
            lines.add("  subgraph " + group);
            nodes.forEach(node -> lines.add("    " + node));
            lines.add("  end");
          }
        });
    for (Dataset dataset : graph.datasets()) {
      for (String input : dataset.inputs()) {
        boolean isLookup =
            graph.source(input).map(source -> source.kind().equals("reference")).orElse(false);
        lines.add("  " + id(input) + (isLookup ? " -.-> " : " --> ") + id(dataset.name()));
      }
    }
    return lines;
  }

  public String json() {
    ObjectNode root = new ObjectMapper().createObjectNode().put("pipeline", graph.pipeline());
    ArrayNode sources = root.putArray("sources");
    for (Source source : graph.sources()) {
      ObjectNode object =
          sources
              .addObject()
              .put("name", source.name())
              .put("kind", source.kind())
              .put("reads", source.reads());
      columns(object, source.schema().columns());
    }
    ArrayNode datasets = root.putArray("datasets");
    for (Dataset dataset : graph.datasets()) {
      ObjectNode object =
          datasets
              .addObject()
              .put("name", dataset.name())
              .put("kind", dataset.kind().words())
              .put("layer", dataset.layer())
              .put("comment", dataset.comment());
      dataset.partitionBy().forEach(object.putArray("partition_by")::add);
      ArrayNode flows = object.putArray("flows");
      for (Flow flow : dataset.flows()) {
        ObjectNode each = flows.addObject().put("name", flow.name());
        ArrayNode inputs = each.putArray("inputs");
        flow.inputs().forEach(inputs::add);
        lineage(each.putObject("lineage"), flow);
      }
      columns(object, dataset.schema().columns());
    }
    return root.toPrettyString();
  }

  private static void lineage(ObjectNode object, Flow flow) {
    flow.lineage()
        .origins()
        .forEach(
            (column, origins) -> {
              ArrayNode array = object.putArray(column);
              origins.forEach(origin -> array.add(origin.relation() + "." + origin.column()));
            });
  }

  private static void columns(ObjectNode object, List<Column> columns) {
    ArrayNode array = object.putArray("columns");
    for (Column column : columns) {
      array
          .addObject()
          .put("name", column.name())
          .put("type", column.type().sql())
          .put("nullable", column.nullable());
    }
  }

  private static String label(String name, String kind) {
    return name + "<br/><small>" + kind + "</small>";
  }

  /** Mermaid takes some words, such as {@code end}, for its own. */
  private static String id(String name) {
    return "n_" + name;
  }
}
