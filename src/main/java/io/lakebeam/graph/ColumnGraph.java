package io.lakebeam.graph;

import io.lakebeam.graph.DataflowGraph.Dataset;
import io.lakebeam.graph.DataflowGraph.Flow;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What each column of a pipeline follows from, over all of its flows. Of a transform, into which
 * nobody can look, every column follows from every column of what it reads.
 */
public final class ColumnGraph {
  private final DataflowGraph graph;
  private final Set<Edge> edges = new LinkedHashSet<>();

  /**
   * A column that something follows from.
   *
   * @param dataset what follows from it, a dataset
   * @param column of the dataset; empty where the column decides which rows the dataset has
   * @param flow that computes it; empty where that is the dataset itself, by a rule of its own
   * @param by what uses it, such as {@code expectation has_shop}; empty where that is the flow
   */
  public record Edge(
      ColumnOrigin from,
      String dataset,
      String column,
      Influence influence,
      String flow,
      String by) {
    /** True where the column decides which rows the dataset has. */
    public boolean isOfRows() {
      return column.isEmpty();
    }

    /** The column that follows. */
    public ColumnOrigin to() {
      return new ColumnOrigin(dataset, column);
    }
  }

  public ColumnGraph(DataflowGraph graph) {
    this.graph = graph;
    for (Dataset dataset : graph.datasets()) {
      for (Flow flow : dataset.flows()) {
        if (flow.lineage().isUnknown()) {
          addAll(dataset, flow);
        } else {
          add(dataset, flow);
        }
      }
      for (ColumnUse use : dataset.uses()) {
        edges.add(
            new Edge(declared(use.origin()), dataset.name(), "", use.influence(), "", use.by()));
      }
    }
  }

  private void add(Dataset dataset, Flow flow) {
    flow.lineage()
        .columns()
        .forEach(
            (column, uses) -> {
              String name = declared(new ColumnOrigin(dataset.name(), column)).column();
              uses.forEach(use -> edges.add(edge(use, dataset, name, flow)));
            });
    flow.lineage().rows().forEach(use -> edges.add(edge(use, dataset, "", flow)));
  }

  private Edge edge(ColumnUse use, Dataset dataset, String column, Flow flow) {
    return new Edge(
        declared(use.origin()), dataset.name(), column, use.influence(), flow.name(), use.by());
  }

  private void addAll(Dataset dataset, Flow flow) {
    for (String column : own(dataset.schema())) {
      for (String input : flow.inputs()) {
        for (String from : own(schema(input).orElseThrow())) {
          edges.add(
              new Edge(
                  new ColumnOrigin(input, from),
                  dataset.name(),
                  column,
                  Influence.TRANSFORMATION,
                  flow.name(),
                  "transform"));
        }
      }
    }
  }

  private static List<String> own(TableSchema schema) {
    return schema.names().stream().filter(name -> !HiddenColumns.isReserved(name)).toList();
  }

  /** The column as it is declared: a query may spell it otherwise. */
  private ColumnOrigin declared(ColumnOrigin named) {
    return schema(named.relation())
        .flatMap(schema -> schema.column(named.column()))
        .map(column -> new ColumnOrigin(named.relation(), column.name()))
        .orElse(named);
  }

  private Optional<TableSchema> schema(String relation) {
    return graph
        .dataset(relation)
        .map(Dataset::schema)
        .or(() -> graph.source(relation).map(DataflowGraph.Source::schema));
  }

  /** Whose columns are followed. */
  public DataflowGraph graph() {
    return graph;
  }

  /** All that a dataset's columns and rows follow from. */
  public List<Edge> of(String dataset) {
    return edges.stream().filter(edge -> edge.dataset().equals(dataset)).toList();
  }

  /** What the value of a column follows from. */
  public List<Edge> into(ColumnOrigin column) {
    return edges.stream().filter(edge -> edge.to().equals(column)).toList();
  }

  /** What decides which rows a dataset has. */
  public List<Edge> intoRows(String dataset) {
    return edges.stream()
        .filter(edge -> edge.isOfRows() && edge.dataset().equals(dataset))
        .toList();
  }

  /** What follows from a column. */
  public List<Edge> outOf(ColumnOrigin column) {
    return edges.stream().filter(edge -> edge.from().equals(column)).toList();
  }

  /** The columns that a column's value follows from, through all datasets; itself first. */
  public Set<ColumnOrigin> upstream(ColumnOrigin column) {
    Set<ColumnOrigin> found = new LinkedHashSet<>(Set.of(column));
    Deque<ColumnOrigin> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      for (Edge edge : into(open.remove())) {
        if (found.add(edge.from())) {
          open.add(edge.from());
        }
      }
    }
    return found;
  }

  /** The columns whose values follow from a column, through all datasets; itself first. */
  public Set<ColumnOrigin> downstream(ColumnOrigin column) {
    Set<ColumnOrigin> found = new LinkedHashSet<>(Set.of(column));
    Deque<ColumnOrigin> open = new ArrayDeque<>(found);
    while (!open.isEmpty()) {
      for (Edge edge : outOf(open.remove())) {
        if (!edge.isOfRows() && found.add(edge.to())) {
          open.add(edge.to());
        }
      }
    }
    return found;
  }

  /**
   * The datasets that follow from a column, by values or by which rows there are, in their order;
   * without its own, unless it decides which rows that has.
   */
  public List<String> reached(ColumnOrigin column) {
    Set<String> reached = new LinkedHashSet<>();
    Set<String> withOtherRows = new LinkedHashSet<>();
    for (ColumnOrigin each : downstream(column)) {
      for (Edge edge : outOf(each)) {
        if (edge.influence() == Influence.CHECK) {
          continue;
        }
        reached.add(edge.dataset());
        if (edge.isOfRows()) {
          withOtherRows.add(edge.dataset());
        }
      }
    }
    List<String> inOrder = new ArrayList<>();
    for (Dataset dataset : graph.datasets()) {
      boolean readsOtherRows = dataset.inputs().stream().anyMatch(withOtherRows::contains);
      if (readsOtherRows) {
        withOtherRows.add(dataset.name());
      }
      if (readsOtherRows || reached.contains(dataset.name())) {
        inOrder.add(dataset.name());
      }
    }
    return inOrder;
  }

  /** A column of a source or dataset, as it is declared; empty when there is none of the name. */
  public Optional<ColumnOrigin> find(String relation, String column) {
    Optional<ColumnOrigin> declared =
        schema(relation)
            .flatMap(schema -> schema.column(column))
            .map(found -> new ColumnOrigin(relation, found.name()));
    // What comes only when it is named, such as the key of a message, is in no schema.
    return declared.or(
        () ->
            edges.stream()
                .map(Edge::from)
                .filter(from -> from.relation().equals(relation))
                .filter(from -> from.column().equalsIgnoreCase(column))
                .findFirst());
  }

  /** The columns of a source or dataset; empty when there is none of the name. */
  public List<String> columns(String relation) {
    return schema(relation).map(TableSchema::names).orElse(List.of());
  }
}
