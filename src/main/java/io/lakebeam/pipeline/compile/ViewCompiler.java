package io.lakebeam.pipeline.compile;

import io.lakebeam.delta.view.Groups;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.TablePaths;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.QueryAnalyzer;
import io.lakebeam.sql.ViewQuery;
import io.lakebeam.storage.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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

  /** A table that views may follow, and what it stores. */
  record Followed(String name, Place path, TableSchema storedSchema) {}

  CompiledView compile(DatasetSpec dataset, DatasetSpec.MaterializedView view)
      throws InvalidQueryException, InvalidDatasetException {
    ViewQuery query = analyzer.viewQuery(view.query());
    String input = query.input();
    Followed upstream =
        tables.stream()
            .filter(table -> table.name().equals(input))
            .findFirst()
            .orElseThrow(() -> notATable(dataset, view, input));
    List<Problem> refused = new ArrayList<>();
    if (!dataset.expectations().isEmpty()) {
      refused.add(
          new Problem(
              dataset.expectations().get(0).at(),
              dataset.name() + " cannot have expectations",
              "rows of a materialized view change; a rule would see them half counted",
              "put the rules on " + input));
    }
    for (String column : query.reads()) {
      if (upstream.storedSchema().column(column).isEmpty()) {
        refused.add(
            new Problem(
                place(dataset, view),
                "the view reads " + column + ", which " + input + " does not store",
                "it is handed on between tables, but only tables fed by a source keep it",
                "select it in the queries of " + input));
      }
    }
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
    return new CompiledView(
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
