package io.lakebeam.pipeline.compile;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Deduplication;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.sql.InvalidQueryException;
import io.lakebeam.sql.QueryAnalyzer;
import io.lakebeam.sql.catalyst.RowPlan;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compiles what is said of a table's duplicates: {@code deduplicate:}, or DISTINCT over a WATERMARK
 * in the query of its only flow.
 */
public final class Duplicates {
  private final QueryAnalyzer analyzer;
  private final DatasetSpec dataset;
  private final DatasetSpec.StreamingTable table;

  public Duplicates(QueryAnalyzer analyzer, DatasetSpec dataset, DatasetSpec.StreamingTable table) {
    this.analyzer = analyzer;
    this.dataset = dataset;
    this.table = table;
  }

  public Optional<Deduplication> of(CompiledTable compiled) throws InvalidDatasetException {
    Optional<DatasetSpec.Deduplicate> declared = table.deduplicate();
    for (DatasetSpec.FlowSpec flow : table.flows()) {
      Optional<RowPlan.Distinct> distinct = distinct(flow);
      if (distinct.isPresent() && (declared.isPresent() || table.flows().size() > 1)) {
        throw refused(
            flow.at(),
            "this query cannot be DISTINCT",
            declared.isPresent()
                ? "deduplicate: of " + dataset.name() + " says which rows are dropped"
                : "a row that comes from another flow would come twice",
            "leave DISTINCT out, and say deduplicate: {by: [...], within: ...} of the table");
      }
      if (distinct.isPresent()) {
        return Optional.of(
            new Deduplication(
                keys(compiled.columns(), compiled.columns().names(), flow.at()),
                time(compiled, distinct.get().column(), flow.at()),
                distinct.get().microseconds()));
      }
    }
    return declared.isEmpty() ? Optional.empty() : Optional.of(declared(compiled, declared.get()));
  }

  private Optional<RowPlan.Distinct> distinct(DatasetSpec.FlowSpec flow)
      throws InvalidDatasetException {
    try {
      return flow instanceof DatasetSpec.QueryFlow query
          ? analyzer.distinct(query.query())
          : Optional.empty();
    } catch (InvalidQueryException e) {
      throw new InvalidDatasetException(e.problems());
    }
  }

  private Deduplication declared(CompiledTable compiled, DatasetSpec.Deduplicate declared)
      throws InvalidDatasetException {
    String of = declared.of().isEmpty() ? HiddenColumns.INGESTED_AT.name() : declared.of();
    return new Deduplication(
        keys(compiled.storedSchema(), declared.by(), declared.at()),
        time(compiled, of, declared.at()),
        microseconds(declared.within()));
  }

  private static long microseconds(Duration duration) {
    return Math.multiplyExact(duration.toMillis(), 1000L);
  }

  private List<String> keys(TableSchema columns, List<String> names, SourceLocation at)
      throws InvalidDatasetException {
    List<String> keys = new ArrayList<>();
    for (String name : names) {
      Column column = column(columns, name, at);
      if (hasMap(column.type())) {
        throw refused(
            at,
            "rows of " + dataset.name() + " cannot be told apart by " + column.name(),
            "it is a " + column.type().sql() + ", and maps are not compared",
            "name other columns");
      }
      keys.add(column.name());
    }
    return keys;
  }

  private static boolean hasMap(DataType type) {
    return type.match(
        primitive -> false,
        decimal -> false,
        array -> hasMap(array.element()),
        map -> true,
        struct -> struct.fields().stream().anyMatch(field -> hasMap(field.type())));
  }

  private String time(CompiledTable compiled, String name, SourceLocation at)
      throws InvalidDatasetException {
    Column column = column(compiled.storedSchema(), name, at);
    if (column.type() != DataType.Primitive.TIMESTAMP) {
      throw refused(
          at,
          "rows of " + dataset.name() + " cannot be compared by " + column.name(),
          "it is a " + column.type().sql() + ", and no time",
          "name a column of type TIMESTAMP");
    }
    return column.name();
  }

  private Column column(TableSchema columns, String name, SourceLocation at)
      throws InvalidDatasetException {
    return columns.columns().stream()
        .filter(column -> column.name().equalsIgnoreCase(name))
        .findFirst()
        .orElseThrow(
            () ->
                refused(
                    at,
                    "rows of " + dataset.name() + " cannot be compared by " + name,
                    "the table has no such column",
                    "select it, or name one of " + String.join(", ", columns.names())));
  }

  private static InvalidDatasetException refused(
      SourceLocation at, String problem, String cause, String fix) {
    return new InvalidDatasetException(new Problem(at, problem, cause, fix));
  }
}
