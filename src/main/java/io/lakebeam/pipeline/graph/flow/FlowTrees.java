package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledFlow;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Deduplication;
import io.lakebeam.source.SourceReader;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.sql.RowProgram;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The flow trees of a pipeline's sources and transforms. */
public final class FlowTrees {
  private final CompiledPipeline pipeline;
  private final Set<String> readByTransforms = new HashSet<>();
  private final Map<String, FlowTree> trees = new HashMap<>();

  public FlowTrees(CompiledPipeline pipeline) {
    this.pipeline = pipeline;
    for (CompiledTable table : pipeline.tables()) {
      for (CompiledFlow flow : table.flows()) {
        if (flow.input() instanceof CompiledFlow.FromTransform transform) {
          readByTransforms.addAll(transform.from());
        }
      }
    }
  }

  /** What becomes of a source's rows. */
  public FlowTree of(SourceSpec source) {
    return tree(source.name(), SourceReader.rowSchema(source));
  }

  /** What becomes of a source's rows in some of the tables that read it. */
  public FlowTree of(SourceSpec source, Set<String> into) {
    return of(source).into(into, isReadByTransforms(source.name(), into));
  }

  /** What becomes of the rows that a table has accepted in some of those that read it. */
  public FlowTree rows(CompiledTable table, Set<String> into) {
    return tree(table.name(), table.rowSchema()).into(into, isReadByTransforms(table.name(), into));
  }

  private boolean isReadByTransforms(String relation, Set<String> into) {
    return pipeline.tables().stream()
        .filter(reader -> into.contains(reader.name()))
        .flatMap(reader -> reader.flows().stream())
        .anyMatch(
            flow ->
                flow.input() instanceof CompiledFlow.FromTransform transform
                    && transform.from().contains(relation));
  }

  /** What becomes of the rows of the transform behind a flow. */
  public FlowTree of(CompiledTable table, CompiledFlow flow, TableSchema rows) {
    return new FlowTree(
        CompiledFlow.FromTransform.RELATION, rows, false, List.of(branch(table, query(flow))));
  }

  /** What becomes of a table's rows once those are dropped that it has already. */
  public FlowTree withoutDuplicates(CompiledTable table) {
    FlowTree.Branch branch =
        new FlowTree.Branch(
            table.asWritten(), null, List.of(), tree(table.name(), table.rowSchema()));
    return new FlowTree(
        Deduplication.candidates(table.name()), table.rowSchema(), false, List.of(branch));
  }

  /** What becomes of rows of a table that it judges once more. */
  public FlowTree again(CompiledTable table) {
    return new FlowTree(table.name(), table.rowSchema(), false, List.of(branch(table, null)));
  }

  /** What becomes of rows of a table that no flow reads. */
  public static FlowTree into(CompiledTable table) {
    FlowTree none = new FlowTree(table.name(), table.rowSchema(), false, List.of());
    return new FlowTree(
        table.name(),
        table.rowSchema(),
        false,
        List.of(new FlowTree.Branch(table, null, List.of(), none)));
  }

  private FlowTree tree(String relation, TableSchema rows) {
    FlowTree known = trees.get(relation);
    if (known != null) {
      return known;
    }
    List<FlowTree.Branch> branches = new ArrayList<>();
    for (CompiledTable table : pipeline.tables()) {
      for (CompiledFlow flow : table.flows()) {
        if (relation.equals(read(flow))) {
          branches.add(branch(table, query(flow)));
        }
      }
    }
    FlowTree tree = new FlowTree(relation, rows, readByTransforms.contains(relation), branches);
    trees.put(relation, tree);
    return tree;
  }

  private static @Nullable String read(CompiledFlow flow) {
    return flow.input()
        .<@Nullable String>match(
            CompiledFlow.FromSource::source, CompiledFlow.FromTable::table, transform -> null);
  }

  private FlowTree.Branch branch(CompiledTable table, @Nullable RowProgram query) {
    FlowTree accepted =
        table.deduplication().isPresent()
            ? new FlowTree(
                Deduplication.candidates(table.name()), table.rowSchema(), true, List.of())
            : tree(table.name(), table.rowSchema());
    return new FlowTree.Branch(table, query, dependents(table.name()), accepted);
  }

  private static @Nullable RowProgram query(CompiledFlow flow) {
    return flow.query() instanceof CompiledFlow.Rows rows ? rows.program() : null;
  }

  /** Every table that reads a table's rows, itself or through others. */
  private List<CompiledTable> dependents(String table) {
    Set<String> reached = new LinkedHashSet<>(Set.of(table));
    List<CompiledTable> dependents = new ArrayList<>();
    // In topological order, so one pass reaches all.
    for (CompiledTable candidate : pipeline.tables()) {
      Set<String> inputs = new HashSet<>();
      candidate.flows().forEach(flow -> inputs.addAll(flow.takes()));
      if (!candidate.name().equals(table) && !Collections.disjoint(inputs, reached)) {
        reached.add(candidate.name());
        dependents.add(candidate);
      }
    }
    return dependents;
  }
}
