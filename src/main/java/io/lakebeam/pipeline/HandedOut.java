package io.lakebeam.pipeline;

import io.lakebeam.source.SourceReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;

/** Rows that leave their flow trees because authors' transforms read them. */
final class HandedOut {
  private final CompiledPipeline pipeline;
  private final Map<String, List<PCollection<Row>>> rows = new HashMap<>();

  HandedOut(CompiledPipeline pipeline) {
    this.pipeline = pipeline;
  }

  /** An output for each relation that a tree hands out. */
  static Map<String, TupleTag<Row>> tags(FlowTree tree) {
    Map<String, TupleTag<Row>> tags = new LinkedHashMap<>();
    if (tree.isHandedOut()) {
      tags.put(tree.relation(), new TupleTag<>(tree.relation()));
    }
    tree.branches().forEach(branch -> tags.putAll(tags(branch.accepted())));
    return tags;
  }

  void add(PCollectionTuple outputs, Map<String, TupleTag<Row>> tags) {
    tags.forEach(
        (relation, tag) ->
            rows.computeIfAbsent(relation, name -> new ArrayList<>())
                .add(outputs.get(tag).setRowSchema(schema(relation))));
  }

  /** The rows of a transform's inputs, by relation. */
  PCollectionTuple inputs(String transform, List<String> relations) {
    PCollectionTuple inputs = null;
    for (String relation : relations) {
      PCollection<Row> input =
          PCollectionList.of(rows.get(relation))
              .apply("Rows of " + relation + " for " + transform, Flatten.pCollections());
      inputs = inputs == null ? PCollectionTuple.of(relation, input) : inputs.and(relation, input);
    }
    return inputs;
  }

  private Schema schema(String relation) {
    return pipeline
        .table(relation)
        .map(table -> table.rowSchema().beamSchema())
        .orElseGet(() -> SourceReader.rowSchema(pipeline.source(relation)).beamSchema());
  }
}
