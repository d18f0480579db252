package io.lakebeam.pipeline.compile;

import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.Problem;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.CompiledWindows;
import io.lakebeam.spec.DatasetSpec;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SinkSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What keeps sinks from delivering what they name. */
final class SinkCheck {
  private final PipelineSpec spec;
  private final Map<String, TableSchema> tables = new TreeMap<>();
  private final Set<String> views = new TreeSet<>();
  private final Set<String> upserts = new TreeSet<>();

  SinkCheck(
      PipelineSpec spec,
      List<CompiledTable> tables,
      List<CompiledWindows> windows,
      List<CompiledView> views) {
    this.spec = spec;
    Stream<CompiledTable> added =
        Stream.concat(tables.stream(), windows.stream().map(CompiledWindows::table));
    for (CompiledTable table : (Iterable<CompiledTable>) added::iterator) {
      this.tables.put(table.name(), table.storedSchema());
      this.tables.put(table.quarantineName(), table.quarantineSchema());
    }
    views.forEach(view -> this.views.add(view.name()));
    spec.datasets().stream()
        .filter(dataset -> dataset.definition() instanceof DatasetSpec.UpsertTable)
        .forEach(dataset -> upserts.add(dataset.name()));
  }

  List<Problem> problems() {
    List<Problem> problems = new ArrayList<>();
    for (SinkSpec sink : spec.sinks()) {
      TableSchema schema = tables.get(sink.dataset());
      if (schema == null) {
        problems.add(notDelivered(sink));
        continue;
      }
      for (String column : sink.key()) {
        if (schema.column(column).isEmpty()) {
          problems.add(
              new Problem(
                  sink.at(),
                  sink.dataset() + " has no column " + column,
                  "the sink " + sink.name() + " names it as a key",
                  NearestName.question(column, schema.names())
                      + "the columns are "
                      + String.join(", ", schema.names())));
        }
      }
    }
    return problems;
  }

  private Problem notDelivered(SinkSpec sink) {
    String dataset = sink.dataset();
    if (upserts.contains(dataset)) {
      return new Problem(
          sink.datasetAt(),
          "the rows of " + dataset + " change, and a sink delivers rows that are added",
          "it is an upsert table",
          "deliver its changes: dataset: " + dataset + "_changes");
    }
    if (views.contains(dataset)) {
      return new Problem(
          sink.datasetAt(),
          "the rows of " + dataset + " change, and a sink delivers rows that are added",
          "it is a materialized view",
          "deliver a streaming table");
    }
    return new Problem(
        sink.datasetAt(),
        "there is no table " + dataset,
        "the sink " + sink.name() + " is to deliver its rows",
        NearestName.question(dataset, tables.keySet())
            + "the tables are "
            + String.join(", ", tables.keySet()));
  }
}
