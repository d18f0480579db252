package io.lakebeam.runner;

import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.AdditiveView;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.sink.mirror.MirroredDataset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a database is to know of the datasets that it shows. */
final class MirroredDatasets {
  private MirroredDatasets() {}

  /** A dataset that the pipeline was compiled with. */
  static MirroredDataset of(CompiledPipeline pipeline, String name) {
    Optional<CompiledTable> table = pipeline.table(name);
    if (table.isPresent()) {
      return new MirroredDataset(name, table.get().home(), List.of());
    }
    Optional<CompiledUpsert> upsert = pipeline.upsert(name);
    if (upsert.isPresent()) {
      TableSchema columns = upsert.get().query().columns();
      return new MirroredDataset(
          name, upsert.get().path(), named(columns, upsert.get().query().keys()));
    }
    CompiledView view =
        pipeline.views().stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalStateException("the pipeline was compiled with " + name));
    return new MirroredDataset(name, view.path(), key(view));
  }

  private static List<String> key(CompiledView view) {
    if (view instanceof AdditiveView additive) {
      Set<String> groups =
          additive.query().groups().stream()
              .map(group -> group.column())
              .collect(Collectors.toSet());
      return additive.columns().names().stream().filter(groups::contains).toList();
    }
    return ((ComputedView) view)
        .key()
        .map(key -> named(view.columns(), key.shown()))
        .orElse(List.of());
  }

  private static List<String> named(TableSchema columns, List<Integer> places) {
    return places.stream().distinct().map(columns.names()::get).toList();
  }
}
