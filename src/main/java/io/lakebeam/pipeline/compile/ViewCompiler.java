package io.lakebeam.pipeline.compile;

import io.lakebeam.delta.view.Groups;
import io.lakebeam.expectation.Expectation;
import io.lakebeam.expectation.OnViolation;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.AdditiveView;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.NotIncremental;
import io.lakebeam.sql.QueryAnalyzer;
import io.lakebeam.sql.TableQuery;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.checkerframework.checker.nullness.qual.Nullable;

/** Compiles materialized views. */
final class ViewCompiler {
  private final PipelineSpec spec;
  private final QueryAnalyzer analyzer;
  private final List<Followed> tables;

  ViewCompiler(PipelineSpec spec, QueryAnalyzer analyzer, List<Followed> tables) {
    this.spec = spec;
    this.analyzer = analyzer;
    this.tables = tables;
  }

  /**
   * A table that views may read, and what it stores.
   *
   * @param onlyGrows true when rows are added to it and stay
   */
  record Followed(String name, Place path, TableSchema storedSchema, boolean onlyGrows) {}

  /** A view that is kept up to date from new rows alone where it can be, and else is computed. */
  CompiledView compile(DatasetSpec dataset, DatasetSpec.MaterializedView view)
      throws InvalidQueryException, InvalidDatasetException {
    for (String input : analyzer.reads(view.query())) {
      refuseSource(dataset, view, input);
    }
    if (view.refresh() == DatasetSpec.Refresh.FULL) {
      return computed(dataset, view, NotIncremental.REFRESH_FULL);
    }
    Optional<AdditiveView> additive = additive(dataset, view);
    NotIncremental why = null;
    if (additive.isPresent() && !onlyGrows(additive.get().upstream())) {
      why = NotIncremental.INPUT_ROWS_CHANGE;
    } else if (additive.isPresent() && !dataset.expectations().isEmpty()) {
      why = NotIncremental.EXPECTATIONS;
    } else if (additive.isPresent()) {
      return additive.get();
    }
    ComputedView computed = computed(dataset, view, why);
    if (view.refresh() == DatasetSpec.Refresh.INCREMENTAL && !computed.isIncremental()) {
      throw new InvalidDatasetException(
          new Problem(
              dataset.at(),
              "the view " + dataset.name() + " cannot be kept up to date incrementally",
              computed.why() + ": " + computed.why().text(),
              "write refresh: auto, which computes it whole where it has to be"));
    }
    return computed;
  }

  private boolean onlyGrows(String name) {
    return tables.stream().anyMatch(table -> table.name().equals(name) && table.onlyGrows());
  }

  private Optional<Followed> followed(String name) {
    return tables.stream().filter(table -> table.name().equals(name)).findFirst();
  }

  private ComputedView computed(
      DatasetSpec dataset, DatasetSpec.MaterializedView view, @Nullable NotIncremental why)
      throws InvalidQueryException, InvalidDatasetException {
    TableQuery query = analyzer.tableQuery(view.query());
    List<Problem> refused = new ArrayList<>();
    TreeMap<String, ComputedView.Table> read = new TreeMap<>();
    for (Map.Entry<String, TreeSet<String>> each : query.reads().entrySet()) {
      String name = each.getKey();
      Followed table = followed(name).orElseThrow(() -> notATable(dataset, view, name));
      read.put(name, new ComputedView.Table(table.path(), table.storedSchema()));
      refuseUnstored(dataset, view, table, each.getValue(), refused);
    }
    List<String> partitions = new ArrayList<>();
    for (String column : dataset.partitionBy()) {
      Optional<String> known =
          query.columns().names().stream().filter(column::equalsIgnoreCase).findFirst();
      known.ifPresent(partitions::add);
      if (known.isEmpty()) {
        refused.add(
            new Problem(
                dataset.at(),
                dataset.name() + " cannot be partitioned by " + column,
                "its query gives no such column",
                "choose among " + query.columns().names()));
      }
    }
    for (Expectation rule : dataset.expectations()) {
      if (rule.onViolation() == OnViolation.QUARANTINE) {
        refused.add(
            new Problem(
                rule.at(),
                "expectation " + rule.name() + " cannot put rows of a view into a quarantine",
                "they are computed anew each time, and would come there again and again",
                "write warn, drop or fail; or put the rule on a table that the view reads"));
      }
      analyzer.check(rule, query.columns(), dataset.name());
    }
    if (!refused.isEmpty()) {
      throw new InvalidDatasetException(refused);
    }
    return new ComputedView(
        dataset.name(),
        TablePaths.of(spec, dataset.name()),
        dataset.comment(),
        read,
        query,
        partitions,
        why == null ? query.reason() : why,
        dataset.expectations(),
        analyzer.rules(dataset.expectations(), query.columns(), dataset.name()));
  }

  private static void refuseUnstored(
      DatasetSpec dataset,
      DatasetSpec.MaterializedView view,
      Followed table,
      Collection<String> columns,
      List<Problem> refused) {
    for (String column : columns) {
      if (table.storedSchema().column(column).isEmpty()) {
        refused.add(
            new Problem(
                place(dataset, view),
                "the view reads " + column + ", which " + table.name() + " does not store",
                "it is handed on between tables, but only tables fed by a source keep it",
                "select it in the queries of " + table.name()));
      }
    }
  }

  /** Empty when it is more than groups of one table, whose rows say which group they are. */
  private Optional<AdditiveView> additive(DatasetSpec dataset, DatasetSpec.MaterializedView view)
      throws InvalidQueryException {
    Optional<ViewQuery> grouped = analyzer.viewQuery(view.query());
    Optional<Followed> upstream = grouped.flatMap(query -> followed(query.input()));
    if (grouped.isEmpty() || upstream.isEmpty()) {
      return Optional.empty();
    }
    ViewQuery query = grouped.get();
    TableSchema stored = upstream.get().storedSchema();
    List<String> partitions =
        dataset.partitionBy().stream().flatMap(column -> group(query, column).stream()).toList();
    boolean isPossible =
        query.reads().stream().allMatch(column -> stored.column(column).isPresent())
            && query.groups().stream().allMatch(group -> isToldApart(query, group))
            && !hidesStates(query)
            && partitions.size() == dataset.partitionBy().size();
    return isPossible
        ? Optional.of(
            new AdditiveView(
                dataset.name(),
                TablePaths.of(spec, dataset.name()),
                dataset.comment(),
                query.input(),
                upstream.get().path(),
                stored,
                query,
                partitions))
        : Optional.empty();
  }

  private static Optional<String> group(ViewQuery query, String column) {
    return query.groups().stream()
        .map(ViewQuery.Group::column)
        .filter(name -> name.equalsIgnoreCase(column))
        .findFirst();
  }

  /** Groups are told apart by numbers, text, dates and times. */
  private static boolean isToldApart(ViewQuery query, ViewQuery.Group group) {
    DataType type = query.columns().column(group.column()).orElseThrow().type();
    return (type instanceof DataType.Primitive || type instanceof DataType.Decimal)
        && type != DataType.Primitive.BINARY;
  }

  /** True when a column has the name of what an average is stored with, its sum for instance. */
  private static boolean hidesStates(ViewQuery query) {
    return query.aggregates().stream()
        .flatMap(aggregate -> Groups.stateColumns(aggregate).stream())
        .anyMatch(state -> query.columns().column(state).isPresent());
  }

  /** The query's file, or where the pipeline file holds the query itself. */
  private static SourceLocation place(DatasetSpec dataset, DatasetSpec.MaterializedView view) {
    String file = view.query().file();
    return file.equals(dataset.at().file()) ? dataset.at() : new SourceLocation(file, 1, 0);
  }

  private void refuseSource(DatasetSpec dataset, DatasetSpec.MaterializedView view, String input)
      throws InvalidDatasetException {
    boolean isSource =
        spec.sources().stream()
            .anyMatch(source -> source.name().equalsIgnoreCase(input) && !source.reference());
    if (isSource) {
      throw notATable(dataset, view, input);
    }
  }

  private InvalidDatasetException notATable(
      DatasetSpec dataset, DatasetSpec.MaterializedView view, String input) {
    boolean isSource = spec.sources().stream().anyMatch(source -> source.name().equals(input));
    if (dataset.mayBeTable() && isSource) {
      return new InvalidDatasetException(
          new Problem(
              dataset.at(),
              "the materialized view " + dataset.name() + " reads files itself",
              "a view is computed of tables and views of the lake",
              "write CREATE STREAMING TABLE raw AS SELECT * FROM STREAM read_files(...), and read"
                  + " raw"));
    }
    return new InvalidDatasetException(
        new Problem(
            place(dataset, view),
            "the view reads " + input + ", which is no streaming table",
            "a materialized view is computed of tables and views of the lake",
            "read a streaming table; make one with {streaming_table: {from: " + input + "}}"));
  }
}
