package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.expectation.RowCounts;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.BadFile;
import io.lakebeam.sql.RowProgram;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A flow tree at work on the rows of one epoch in one bundle. */
public final class FlowRun implements AutoCloseable {
  private final long epoch;
  private final TableWriter.Manner manner;
  private final Node root;
  private final Map<String, TableWriter> writers = new LinkedHashMap<>();
  private final Map<String, CompiledTable> tables = new LinkedHashMap<>();
  private final Map<String, List<CompiledTable>> dependents = new LinkedHashMap<>();
  private final Map<String, List<BadFile>> setAside = new HashMap<>();
  private BiConsumer<String, InternalRow> handOut = (relation, row) -> {};

  public FlowRun(FlowTree tree, long epoch) {
    this(tree, epoch, TableWriter.Manner.USUAL);
  }

  FlowRun(FlowTree tree, long epoch, TableWriter.Manner manner) {
    this.epoch = epoch;
    this.manner = manner;
    this.root = new Node(tree);
  }

  /** Where rows go whose relation is handed out, for the calls that follow. */
  void handOutTo(BiConsumer<String, InternalRow> receiver) {
    handOut = receiver;
  }

  /** Takes a row of the tree's relation through all of its flows. */
  public void row(InternalRow row) {
    root.accept(row);
  }

  /** Puts a record that could not be decoded into a table's quarantine. */
  public void reject(CompiledTable table, RejectedRow rejected) {
    writer(table).reject(rejected);
  }

  /** Puts a file, of which no row was taken, into a table's quarantine as one row. */
  public void setAside(CompiledTable table, BadFile file, Instant ingestedAt) {
    writer(table).reject(RejectedRow.of(file, ingestedAt));
    setAside.computeIfAbsent(table.name(), name -> new ArrayList<>()).add(file);
  }

  /** The tables that get rows, and those below them. */
  List<CompiledTable> tables() {
    return List.copyOf(tables.values());
  }

  /** What was counted of a table so far. */
  RowCounts counts(CompiledTable table) {
    return writer(table).counts();
  }

  /** What was written, a report for each table; tables that must wait for another say so. */
  public List<FlowReport> finish() {
    List<FlowReport> reports = new ArrayList<>();
    writers.forEach(
        (name, writer) -> {
          FlowReport report = writer.finish().withSetAside(setAside.getOrDefault(name, List.of()));
          if (report.counts().in() > 0) {
            reports.add(report);
          }
          if (report.counts().failed() > 0) {
            dependents
                .getOrDefault(name, List.of())
                .forEach(dependent -> reports.add(FlowReport.waiting(dependent, name)));
          }
        });
    return reports;
  }

  @Override
  public void close() {
    writers.values().forEach(TableWriter::close);
  }

  private TableWriter writer(CompiledTable table) {
    return writers.computeIfAbsent(table.name(), name -> new TableWriter(table, epoch, manner));
  }

  /** The rows of a relation. */
  private final class Node {
    private final String relation;
    private final boolean isHandedOut;
    private final List<Step> steps;

    public Node(FlowTree tree) {
      this.relation = tree.relation();
      this.isHandedOut = tree.isHandedOut();
      RowFields fields = new RowFields(tree.rows());
      this.steps = tree.branches().stream().map(branch -> new Step(branch, fields)).toList();
    }

    boolean isRead() {
      return isHandedOut || !steps.isEmpty();
    }

    public void accept(InternalRow row) {
      if (isHandedOut) {
        handOut.accept(relation, row);
      }
      for (Step step : steps) {
        step.accept(row);
      }
    }
  }

  /** A flow into a table. */
  private final class Step {
    private final RowFields input;
    private final RowProgram.@Nullable Evaluator query;
    private final TableWriter writer;
    private final Node accepted;
    private final boolean isCandidate;

    Step(FlowTree.Branch branch, RowFields input) {
      this.input = input;
      this.query = branch.query() == null ? null : branch.query().evaluator();
      this.writer = writer(branch.table());
      this.accepted = new Node(branch.accepted());
      this.isCandidate = branch.table().deduplication().isPresent();
      tables.put(branch.table().name(), branch.table());
      dependents.put(branch.table().name(), branch.dependents());
    }

    public void accept(InternalRow row) {
      try {
        write(row);
      } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
        throw StoppedAtException.of(writer.place(input, row), e);
      }
    }

    private void write(InternalRow row) {
      if (query == null) {
        store(row);
        return;
      }
      try {
        query.evaluate(row, this::store);
      } catch (RowProgram.RowFailedException e) {
        writer.reject(RejectedRow.ofFailedQuery(input, row, e.getMessage()));
      }
    }

    private void store(InternalRow row) {
      // A table that may have the row already is written once that is known.
      boolean isAccepted = isCandidate ? writer.judge(row) : writer.write(row);
      if (isAccepted && accepted.isRead()) {
        accepted.accept(row);
      }
    }
  }
}
