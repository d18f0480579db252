package io.lakebeam.pipeline.compile;

import io.lakebeam.graph.DataType;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.QueryAnalyzer;
import io.lakebeam.sql.WindowQuery;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Compiles streaming tables whose query groups a stream by windows of time. */
final class WindowCompiler {
  private final QueryAnalyzer analyzer;
  private final List<CompiledTable> tables;
  private final TableCompiler compiler;

  WindowCompiler(QueryAnalyzer analyzer, List<CompiledTable> tables, TableCompiler compiler) {
    this.analyzer = analyzer;
    this.tables = tables;
    this.compiler = compiler;
  }

  /** Empty when none of its flows groups rows by a WATERMARK. */
  Optional<CompiledWindows> compile(DatasetSpec dataset, DatasetSpec.StreamingTable table)
      throws InvalidQueryException, InvalidDatasetException {
    for (DatasetSpec.FlowSpec flow : table.flows()) {
      if (flow instanceof DatasetSpec.QueryFlow query) {
        Optional<WindowQuery> windows = analyzer.windowQuery(query.query());
        if (windows.isPresent()) {
          return Optional.of(compile(dataset, table, query, windows.get()));
        }
      }
    }
    return Optional.empty();
  }

  private CompiledWindows compile(
      DatasetSpec dataset,
      DatasetSpec.StreamingTable table,
      DatasetSpec.QueryFlow flow,
      WindowQuery query)
      throws InvalidDatasetException {
    List<Problem> refused = new ArrayList<>();
    SourceLocation at = TableCompiler.place(flow);
    if (table.flows().size() > 1) {
      refused.add(
          new Problem(
              at,
              dataset.name() + " cannot have other flows beside this query",
              "its rows are windows, which are told once",
              "write a streaming table of its own for it"));
    }
    table
        .deduplicate()
        .ifPresent(
            declared ->
                refused.add(
                    new Problem(
                        declared.at(),
                        dataset.name() + " cannot drop duplicates",
                        "each group of a window is told once, and is like no other",
                        "say deduplicate: of " + query.input() + ", whose rows are grouped")));
    Optional<CompiledTable> upstream =
        tables.stream().filter(each -> each.name().equals(query.input())).findFirst();
    if (upstream.isEmpty()) {
      refused.add(notATable(at, query.input()));
      throw new InvalidDatasetException(refused);
    }
    refused.addAll(missing(at, upstream.get(), query));
    if (!refused.isEmpty()) {
      throw new InvalidDatasetException(refused);
    }
    return new CompiledWindows(
        compiler.judged(dataset, query.columns(), false),
        upstream.get().name(),
        upstream.get().path(),
        upstream.get().storedSchema(),
        query);
  }

  private static Problem notATable(SourceLocation at, String input) {
    return new Problem(
        at,
        "windows cannot be made of " + input,
        "rows of open windows are kept nowhere but in the table that is read, and "
            + input
            + " is no streaming table that flows add rows to",
        "read a streaming table; make one with {streaming_table: {from: source}}, or in SQL CREATE"
            + " STREAMING TABLE ... AS SELECT * FROM STREAM ...");
  }

  private static List<Problem> missing(
      SourceLocation at, CompiledTable upstream, WindowQuery query) {
    List<Problem> missing = new ArrayList<>();
    for (String column : query.groups().reads()) {
      if (upstream.storedSchema().column(column).isEmpty()) {
        missing.add(
            new Problem(
                at,
                "the query reads " + column + ", which " + upstream.name() + " does not store",
                "it is handed on between tables, but only tables fed by a source keep it",
                "select it in the queries of " + upstream.name()));
      }
    }
    upstream
        .storedSchema()
        .column(query.time())
        .filter(column -> column.type() != DataType.Primitive.TIMESTAMP)
        .ifPresent(
            column ->
                missing.add(
                    new Problem(
                        at,
                        "the WATERMARK cannot be of " + column.name(),
                        "it is a " + column.type().sql() + ", and no time",
                        "name a column of type TIMESTAMP")));
    return missing;
  }

  /** Of a dataset that takes rows of a table of windows one by one. */
  static InvalidDatasetException readsWindows(DatasetSpec dataset, String input) {
    return new InvalidDatasetException(
        new Problem(
            dataset.at(),
            dataset.name() + " takes the rows of " + input + ", which are windows",
            "windows are closed by all that an epoch has committed, when its flows are through",
            "JOIN with "
                + input
                + ", read it in a materialized view, or let one query do both: windows may have"
                + " HAVING and expressions over aggregates"));
  }
}
