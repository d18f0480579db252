package io.lakebeam.spec;

import io.lakebeam.expectation.Budget;
import io.lakebeam.expectation.Expectation;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A dataset as declared.
 *
 * @param folder of the lake that its table lies in, such as {@code main/sales}; empty for the lake
 *     itself
 * @param layer a label for people; nothing depends on it
 * @param comment what the dataset is, for its readers
 * @param budgets how many rows it may refuse, and how many may break its rules; none for any number
 * @param refused how the rows are handled that it refuses
 * @param mayBeTable true when a streaming table takes the place of what the definition says, if the
 *     query takes rows one by one: its engine has to say
 */
public record DatasetSpec(
    String name,
    String folder,
    Optional<Layer> layer,
    String comment,
    Definition definition,
    List<String> partitionBy,
    List<Expectation> expectations,
    List<Budget> budgets,
    QuarantineSpec refused,
    boolean mayBeTable,
    SourceLocation at) {
  public DatasetSpec {
    partitionBy = List.copyOf(partitionBy);
    expectations = List.copyOf(expectations);
    budgets = List.copyOf(budgets);
  }

  /** The same, if its query's engine does not say that it is a streaming table. */
  DatasetSpec thatMayBeTable() {
    return with(definition, true);
  }

  /** The query that has to say whether this is a table; empty when it is known what it is. */
  public Optional<QueryText> openQuery() {
    if (mayBeTable && definition instanceof MaterializedView view) {
      return Optional.of(view.query());
    }
    return mayBeTable && definition instanceof View view
        ? Optional.of(view.query())
        : Optional.empty();
  }

  /** The same, as a streaming table with the rows of its {@link #openQuery}. */
  public DatasetSpec asTable() {
    QueryText query = openQuery().orElseThrow();
    FlowSpec flow = new QueryFlow(query, query.at(1, 1));
    return with(new StreamingTable(List.of(flow), Optional.empty(), true, true, ""), mayBeTable);
  }

  private DatasetSpec with(Definition other, boolean otherMayBeTable) {
    return new DatasetSpec(
        name,
        folder,
        layer,
        comment,
        other,
        partitionBy,
        expectations,
        budgets,
        refused,
        otherMayBeTable,
        at);
  }

  /** What the table is called that gets what it does not take; empty when it takes all. */
  public Optional<String> quarantine() {
    return definition.match(
        table -> Optional.of((table.changed().isEmpty() ? name : table.changed()) + "_quarantine"),
        upsert -> Optional.empty(),
        view -> mayBeTable ? Optional.of(name + "_quarantine") : Optional.empty(),
        view -> mayBeTable ? Optional.of(name + "_quarantine") : Optional.empty());
  }

  /** True when it has a table in the lake. */
  public boolean isStored() {
    return mayBeTable || !(definition instanceof View);
  }

  /** What who wrote it may not expect: it is kept as another kind than it is called. */
  public Optional<Problem> note() {
    return mayBeTable && definition instanceof StreamingTable
        ? Optional.of(
            new Problem(
                at,
                name + " is kept as a streaming table",
                "its query takes rows one by one; they are added, and never computed anew",
                ""))
        : Optional.empty();
  }

  /** How far from its source a dataset is: a label, shown and checked. */
  public enum Layer {
    BRONZE,
    SILVER,
    GOLD
  }

  /** What a dataset is. */
  public sealed interface Definition {
    /** An answer for a dataset of any kind. */
    <R> R match(
        Function<StreamingTable, R> ofTable,
        Function<UpsertTable, R> ofUpsert,
        Function<MaterializedView, R> ofMaterialized,
        Function<View, R> ofView);
  }

  /**
   * Rows are added by flows and stay.
   *
   * @param deduplicate which of them are dropped because the table has them
   * @param backfill true when a table that is declared later gets what the tables that it reads
   *     have already
   * @param reset false when it is never to be computed anew
   * @param changed the upsert table whose changes its rows are; empty for most
   */
  public record StreamingTable(
      List<FlowSpec> flows,
      Optional<Deduplicate> deduplicate,
      boolean backfill,
      boolean reset,
      String changed)
      implements Definition {
    public StreamingTable {
      flows = List.copyOf(flows);
    }

    @Override
    public <R> R match(
        Function<StreamingTable, R> ofTable,
        Function<UpsertTable, R> ofUpsert,
        Function<MaterializedView, R> ofMaterialized,
        Function<View, R> ofView) {
      return ofTable.apply(this);
    }
  }

  /**
   * Rows follow from changes, which flows add to a table of their own.
   *
   * @param changes the name of that table
   */
  public record UpsertTable(String changes, UpsertSpec upsert) implements Definition {
    @Override
    public <R> R match(
        Function<StreamingTable, R> ofTable,
        Function<UpsertTable, R> ofUpsert,
        Function<MaterializedView, R> ofMaterialized,
        Function<View, R> ofView) {
      return ofUpsert.apply(this);
    }
  }

  /**
   * Rows are dropped that are near in time to one with the same values.
   *
   * @param by columns whose values are the same
   * @param of a column with the time of a row; empty for when it was ingested
   * @param within how near, at most
   */
  public record Deduplicate(List<String> by, String of, Duration within, SourceLocation at) {
    public Deduplicate {
      by = List.copyOf(by);
    }
  }

  /** How a materialized view is brought up to date. */
  public enum Refresh {
    /** From what has changed where that can be, else whole. */
    AUTO,
    /** From what has changed; a query with which that cannot be is refused. */
    INCREMENTAL,
    /** Whole each time. */
    FULL
  }

  /** The stored result of a query, kept up to date. */
  public record MaterializedView(QueryText query, Refresh refresh) implements Definition {
    @Override
    public <R> R match(
        Function<StreamingTable, R> ofTable,
        Function<UpsertTable, R> ofUpsert,
        Function<MaterializedView, R> ofMaterialized,
        Function<View, R> ofView) {
      return ofMaterialized.apply(this);
    }
  }

  /** A query with a name; not stored. */
  public record View(QueryText query) implements Definition {
    @Override
    public <R> R match(
        Function<StreamingTable, R> ofTable,
        Function<UpsertTable, R> ofUpsert,
        Function<MaterializedView, R> ofMaterialized,
        Function<View, R> ofView) {
      return ofView.apply(this);
    }
  }

  /** What adds rows to a streaming table. */
  public sealed interface FlowSpec {
    SourceLocation at();

    /** An answer for a flow of any kind. */
    <R> R match(
        Function<CopyFlow, R> ofCopy,
        Function<QueryFlow, R> ofQuery,
        Function<TransformFlow, R> ofTransform);
  }

  /** Every row of a source, as it is. */
  public record CopyFlow(String from, SourceLocation at) implements FlowSpec {
    @Override
    public <R> R match(
        Function<CopyFlow, R> ofCopy,
        Function<QueryFlow, R> ofQuery,
        Function<TransformFlow, R> ofTransform) {
      return ofCopy.apply(this);
    }
  }

  /** The rows of a query. */
  public record QueryFlow(QueryText query, SourceLocation at) implements FlowSpec {
    @Override
    public <R> R match(
        Function<CopyFlow, R> ofCopy,
        Function<QueryFlow, R> ofQuery,
        Function<TransformFlow, R> ofTransform) {
      return ofQuery.apply(this);
    }
  }

  /**
   * The rows of a Beam transform.
   *
   * @param className a {@code PTransform<PCollectionTuple, PCollection<Row>>}
   * @param from sources and datasets it reads, by the tags it knows them by
   * @param options handed to its constructor when it takes a {@code Map<String, String>}
   */
  public record TransformFlow(
      String className, List<String> from, Map<String, String> options, SourceLocation at)
      implements FlowSpec {
    public TransformFlow {
      from = List.copyOf(from);
      options = Map.copyOf(options);
    }

    @Override
    public <R> R match(
        Function<CopyFlow, R> ofCopy,
        Function<QueryFlow, R> ofQuery,
        Function<TransformFlow, R> ofTransform) {
      return ofTransform.apply(this);
    }
  }
}
