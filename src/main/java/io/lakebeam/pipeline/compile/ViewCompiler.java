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
    NotIncremental why = null;
    try {
      AdditiveView additive = additive(dataset, view);
      if (!onlyGrows(additive.upstream())) {
        why = NotIncremental.INPUT_ROWS_CHANGE;
      } else if (!dataset.expectations().isEmpty()) {
        why = NotIncremental.EXPECTATIONS;
      } else {
        return additive;
      }
    } catch (InvalidQueryException | InvalidDatasetException e) {
      // What is wrong with a query of any shape is told below.
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

  private AdditiveView additive(DatasetSpec dataset, DatasetSpec.MaterializedView view)
      throws InvalidQueryException, InvalidDatasetException {
    ViewQuery query = analyzer.viewQuery(view.query());
    String input = query.input();
    Followed upstream = followed(input).orElseThrow(() -> notATable(dataset, view, input));
    List<Problem> refused = new ArrayList<>();
    refuseUnstored(dataset, view, upstream, query.reads(), refused);
    for (ViewQuery.Group group : query.groups()) {
      DataType type = query.columns().column(group.column()).orElseThrow().type();
      boolean isScalar = type instanceof DataType.Primitive || type instanceof DataType.Decimal;
      if (!isScalar || type == DataType.Primitive.BINARY) {
        refused.add(
            new Problem(
                place(dataset, view),
                "the view groups by " + group.column() + ", which is a " + type.sql(),
                "groups are told apart by numbers, text, dates and times",
                "group by something that names it, for instance CAST(.. AS STRING)"));
      }
    }
    refuseStateColumns(dataset, view, query, refused);
    List<String> partitions = new ArrayList<>();
    for (String column : dataset.partitionBy()) {
      Optional<String> group =
          query.groups().stream()
              .map(ViewQuery.Group::column)
              .filter(name -> name.equalsIgnoreCase(column))
              .findFirst();
      group.ifPresent(partitions::add);
      if (group.isEmpty()) {
        refused.add(
            new Problem(
                dataset.at(),
                dataset.name() + " cannot be partitioned by " + column,
                "a view is partitioned by columns that it groups by",
                "choose among " + query.groups().stream().map(ViewQuery.Group::column).toList()));
      }
    }
    if (!refused.isEmpty()) {
      throw new InvalidDatasetException(refused);
    }
    return new AdditiveView(
        dataset.name(),
        TablePaths.of(spec, dataset.name()),
        dataset.comment(),
        input,
        upstream.path(),
        upstream.storedSchema(),
        query,
        partitions);
  }

  /** An average is stored with its sum and count beside it. */
  private static void refuseStateColumns(
      DatasetSpec dataset,
      DatasetSpec.MaterializedView view,
      ViewQuery query,
      List<Problem> refused) {
    for (ViewQuery.Aggregate average : query.aggregates()) {
      for (String state : Groups.stateColumns(average)) {
        query
            .columns()
            .column(state)
            .ifPresent(
                column ->
                    refused.add(
                        new Problem(
                            place(dataset, view),
                            "the view cannot have the column " + column.name(),
                            "what "
                                + average.column()
                                + " is computed from is stored under that name",
                            "give one of them another name with AS")));
      }
    }
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
              "a view follows the changes of a streaming table",
              "write CREATE STREAMING TABLE raw AS SELECT * FROM STREAM read_files(...), and read"
                  + " raw"));
    }
    return new InvalidDatasetException(
        new Problem(
            place(dataset, view),
            "the view reads " + input + ", which is no streaming table",
            "a materialized view follows the changes of one streaming table",
            "read a streaming table; make one with {streaming_table: {from: " + input + "}}"));
  }
}
