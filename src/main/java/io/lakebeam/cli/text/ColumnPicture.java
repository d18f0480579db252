package io.lakebeam.cli.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.graph.ColumnGraph;
import io.lakebeam.graph.ColumnGraph.Edge;
import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.graph.DataflowGraph.Dataset;
import io.lakebeam.graph.DataflowGraph.Flow;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Influence;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;

/** What columns follow from, in words, as a Mermaid diagram, or as JSON. */
public final class ColumnPicture {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final ColumnGraph graph;

  public ColumnPicture(ColumnGraph graph) {
    this.graph = graph;
  }

  /** A line for each column that a column of a dataset, or its rows, follow from. */
  public List<String> text(OptionalInt width) {
    TextTable table = TextTable.of("column", "comes from", "how", "by");
    for (Dataset dataset : graph.graph().datasets()) {
      for (String column : columns(dataset)) {
        add(
            table,
            dataset.name() + "." + column,
            graph.into(new ColumnOrigin(dataset.name(), column)));
      }
      List<Edge> rows = graph.intoRows(dataset.name());
      if (!rows.isEmpty()) {
        add(table, rowsOf(dataset.name()), rows);
      }
    }
    return table.lines(width);
  }

  /** Without those that Lakebeam adds, unless a query gives them. */
  private List<String> columns(Dataset dataset) {
    return dataset.schema().names().stream()
        .filter(
            name ->
                !HiddenColumns.isReserved(name)
                    || !graph.into(new ColumnOrigin(dataset.name(), name)).isEmpty())
        .toList();
  }

  private void add(TextTable table, String what, List<Edge> edges) {
    if (edges.isEmpty()) {
      table.add(what, "no column", "", "");
    }
    String name = what;
    for (List<String> cells : cells(edges)) {
      table.add(name, cells.get(0), cells.get(1), cells.get(2));
      name = "";
    }
  }

  /** A line for each column and how it is used; what comes from all of a dataset's is one. */
  private List<List<String>> cells(List<Edge> edges) {
    Map<List<String>, Set<String>> by = new LinkedHashMap<>();
    for (Edge edge : edges) {
      String from = isOfTransform(edge) ? edge.from().relation() + ".*" : text(edge.from());
      by.computeIfAbsent(List.of(from, edge.influence().words()), each -> new LinkedHashSet<>())
          .add(by(edge));
    }
    return lines(by);
  }

  private static List<List<String>> lines(Map<List<String>, Set<String>> by) {
    List<List<String>> lines = new ArrayList<>();
    by.forEach(
        (cells, all) -> lines.add(List.of(cells.get(0), cells.get(1), String.join(", ", all))));
    return lines;
  }

  private boolean isOfTransform(Edge edge) {
    return graph.graph().dataset(edge.dataset()).stream()
        .flatMap(dataset -> dataset.flows().stream())
        .anyMatch(flow -> flow.name().equals(edge.flow()) && flow.lineage().isUnknown());
  }

  private String by(Edge edge) {
    boolean isCopy =
        graph.graph().dataset(edge.dataset()).stream()
            .flatMap(dataset -> dataset.flows().stream())
            .filter(flow -> flow.name().equals(edge.flow()))
            .map(Flow::inputs)
            .anyMatch(inputs -> inputs.contains(edge.flow()));
    if (edge.flow().isEmpty() || isCopy) {
      return edge.by();
    }
    String flow = edge.flow().substring(edge.flow().lastIndexOf('/') + 1);
    return edge.by().isEmpty() ? flow : edge.by() + " " + flow;
  }

  private static String text(ColumnOrigin column) {
    return column.relation() + "." + column.column();
  }

  private static String rowsOf(String dataset) {
    return dataset + " (its rows)";
  }

  /** Where one column comes from, and what follows from it. */
  public List<String> text(ColumnOrigin column, OptionalInt width) {
    List<String> lines = new ArrayList<>();
    if (graph.into(column).isEmpty()) {
      lines.add(text(column) + " comes from no other column");
    } else {
      TextTable up = TextTable.of(text(column) + " comes from", "how", "by");
      addUp(up, column, "", new HashSet<>());
      lines.addAll(up.lines(width));
    }
    TextTable rows = TextTable.of("which rows there are, comes from", "how", "by");
    boolean hasRows = addRows(rows, column);
    if (hasRows) {
      lines.add("");
      lines.addAll(rows.lines(width));
    }
    lines.add("");
    if (graph.outOf(column).isEmpty()) {
      lines.add("nothing follows from " + text(column));
      return lines;
    }
    TextTable down = TextTable.of("what follows from " + text(column), "how", "by");
    addDown(down, column, "", new HashSet<>());
    lines.addAll(down.lines(width));
    lines.add("");
    List<String> reached = graph.reached(column);
    lines.add(
        reached.isEmpty()
            ? "a change of it reaches no dataset"
            : "a change of it reaches " + String.join(", ", reached));
    return lines;
  }

  private void addUp(TextTable table, ColumnOrigin column, String indent, Set<ColumnOrigin> seen) {
    if (!seen.add(column)) {
      return;
    }
    Map<List<String>, Set<ColumnOrigin>> next = new LinkedHashMap<>();
    for (Edge edge : graph.into(column)) {
      String from = isOfTransform(edge) ? edge.from().relation() + ".*" : text(edge.from());
      next.computeIfAbsent(
              List.of(from, edge.influence().words(), by(edge)), each -> new LinkedHashSet<>())
          .add(edge.from());
    }
    next.forEach(
        (line, columns) -> {
          table.add(indent + line.get(0), line.get(1), line.get(2));
          columns.forEach(from -> addUp(table, from, indent + "  ", seen));
        });
  }

  private boolean addRows(TextTable table, ColumnOrigin column) {
    Set<String> datasets = new LinkedHashSet<>();
    graph.upstream(column).forEach(each -> datasets.add(each.relation()));
    boolean isAny = false;
    for (String dataset : datasets) {
      List<Edge> edges = graph.intoRows(dataset).stream().filter(ColumnPicture::decides).toList();
      if (!edges.isEmpty()) {
        isAny = true;
        table.add(dataset, "", "");
        cells(edges).forEach(each -> table.add("  " + each.get(0), each.get(1), each.get(2)));
      }
    }
    return isAny;
  }

  private static boolean decides(Edge edge) {
    return edge.influence() != Influence.CHECK;
  }

  private void addDown(
      TextTable table, ColumnOrigin column, String indent, Set<ColumnOrigin> seen) {
    if (!seen.add(column)) {
      return;
    }
    Map<List<String>, Set<String>> by = new LinkedHashMap<>();
    Map<List<String>, Set<ColumnOrigin>> next = new LinkedHashMap<>();
    for (Edge edge : graph.outOf(column)) {
      String to = isOfTransform(edge) ? edge.dataset() + ".*" : text(edge.to());
      String what = edge.isOfRows() ? rowsOf(edge.dataset()) : to;
      List<String> line = List.of(what, edge.influence().words());
      by.computeIfAbsent(line, each -> new LinkedHashSet<>()).add(by(edge));
      if (!edge.isOfRows()) {
        next.computeIfAbsent(line, each -> new LinkedHashSet<>()).add(edge.to());
      }
    }
    for (List<String> line : lines(by)) {
      table.add(indent + line.get(0), line.get(1), line.get(2));
      next.getOrDefault(line.subList(0, 2), Set.of())
          .forEach(to -> addDown(table, to, indent + "  ", seen));
    }
  }

  /** An object with all columns of all datasets. */
  public String json() {
    ObjectNode root = MAPPER.createObjectNode().put("pipeline", graph.graph().pipeline());
    ArrayNode datasets = root.putArray("datasets");
    for (Dataset dataset : graph.graph().datasets()) {
      ObjectNode object = datasets.addObject().put("name", dataset.name());
      ArrayNode columns = object.putArray("columns");
      for (String column : columns(dataset)) {
        ObjectNode each = columns.addObject().put("name", column);
        ArrayNode from = each.putArray("from");
        graph
            .into(new ColumnOrigin(dataset.name(), column))
            .forEach(edge -> put(from.addObject(), edge));
      }
      ArrayNode rows = object.putArray("rows_from");
      graph.intoRows(dataset.name()).forEach(edge -> put(rows.addObject(), edge));
    }
    return root.toPrettyString();
  }

  /** An object with the way up and the way down of a column. */
  public String json(ColumnOrigin column) {
    ObjectNode root =
        MAPPER
            .createObjectNode()
            .put("pipeline", graph.graph().pipeline())
            .put("column", text(column));
    edges(root.putArray("upstream"), up(column));
    edges(root.putArray("downstream"), down(column));
    graph.reached(column).forEach(root.putArray("reaches")::add);
    return root.toPrettyString();
  }

  private static void edges(ArrayNode array, Set<Edge> edges) {
    for (Edge edge : edges) {
      ObjectNode object = array.addObject();
      object.put("to", edge.isOfRows() ? edge.dataset() : text(edge.to()));
      put(object, edge);
    }
  }

  private static void put(ObjectNode object, Edge edge) {
    object
        .put("column", text(edge.from()))
        .put("type", edge.influence().isDirect() ? "DIRECT" : "INDIRECT")
        .put("subtype", edge.influence().name())
        .put("flow", edge.flow())
        .put("by", edge.by());
  }

  private Set<Edge> up(ColumnOrigin column) {
    Set<Edge> edges = new LinkedHashSet<>();
    Set<String> datasets = new LinkedHashSet<>();
    for (ColumnOrigin each : graph.upstream(column)) {
      edges.addAll(graph.into(each));
      datasets.add(each.relation());
    }
    datasets.forEach(
        each -> graph.intoRows(each).stream().filter(ColumnPicture::decides).forEach(edges::add));
    return edges;
  }

  private Set<Edge> down(ColumnOrigin column) {
    Set<Edge> edges = new LinkedHashSet<>();
    graph.downstream(column).forEach(each -> edges.addAll(graph.outOf(each)));
    return edges;
  }

  /** A flowchart of all columns. */
  public List<String> mermaid() {
    Set<Edge> edges = new LinkedHashSet<>();
    graph.graph().datasets().forEach(dataset -> edges.addAll(graph.of(dataset.name())));
    return mermaid(edges, Set.of());
  }

  /** A flowchart of what a column comes from and of what follows from it. */
  public List<String> mermaid(ColumnOrigin column) {
    Set<Edge> edges = new LinkedHashSet<>(up(column));
    edges.addAll(down(column));
    return mermaid(edges, Set.of(column));
  }

  private static List<String> mermaid(Set<Edge> edges, Set<ColumnOrigin> alone) {
    Map<String, Set<String>> columns = new LinkedHashMap<>();
    alone.forEach(each -> node(columns, each));
    for (Edge edge : edges) {
      node(columns, edge.from());
      node(columns, edge.to());
    }
    Map<ColumnOrigin, String> ids = new LinkedHashMap<>();
    List<String> lines = new ArrayList<>();
    lines.add("flowchart LR");
    columns.forEach(
        (dataset, names) -> {
          lines.add("  subgraph n_" + dataset + "[\"" + dataset + "\"]");
          for (String name : names) {
            String id = "c" + ids.size();
            ids.put(new ColumnOrigin(dataset, name), id);
            String label = name.isEmpty() ? "(its rows)" : name.replace("\"", "#quot;");
            lines.add("    " + id + "[\"" + label + "\"]");
          }
          lines.add("  end");
        });
    Set<String> arrows = new LinkedHashSet<>();
    for (Edge edge : edges) {
      String arrow = edge.influence().isDirect() ? " --> " : " -.-> ";
      arrows.add("  " + ids.get(edge.from()) + arrow + ids.get(edge.to()));
    }
    lines.addAll(arrows);
    return lines;
  }

  private static void node(Map<String, Set<String>> columns, ColumnOrigin column) {
    columns.computeIfAbsent(column.relation(), each -> new TreeSet<>()).add(column.column());
  }
}
