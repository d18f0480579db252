package io.lakebeam.pipeline.graph.flow;

import io.lakebeam.row.BeamRows;
import io.lakebeam.row.BeamSchemas;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.beam.sdk.transforms.DoFn.MultiOutputReceiver;
import org.apache.beam.sdk.transforms.Flatten;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.beam.sdk.values.TupleTagList;

/** Rows that leave their flow trees because authors' transforms read them. */
public final class HandedOut {
  private final Map<String, List<PCollection<Row>>> rows = new HashMap<>();

  /**
   * What a step hands out, as Beam's rows.
   *
   * @param outputs by relation
   */
  public record Outputs(Map<String, Output> outputs) implements Serializable {
    public Outputs {
      outputs = Map.copyOf(outputs);
    }

    public TupleTagList tags() {
      return TupleTagList.of(outputs.values().stream().<TupleTag<?>>map(Output::tag).toList());
    }

    /** Gives a row of a relation to its output. */
    public BiConsumer<String, InternalRow> to(MultiOutputReceiver out) {
      return (relation, row) -> {
        Output output = outputs.get(relation);
        out.get(output.tag()).output(output.rows().toBeam(row));
      };
    }
  }

  /** Where the rows of a relation leave. */
  record Output(TupleTag<Row> tag, BeamRows rows) implements Serializable {}

  /** An output for each relation that a tree hands out. */
  public Outputs outputs(FlowTree tree) {
    Map<String, Output> outputs = new LinkedHashMap<>();
    collect(tree, outputs);
    return new Outputs(outputs);
  }

  private void collect(FlowTree tree, Map<String, Output> outputs) {
    if (tree.isHandedOut()) {
      String relation = tree.relation();
      BeamRows rows = new BeamRows(tree.rows().columns(), BeamSchemas.of(tree.rows()));
      outputs.put(relation, new Output(new TupleTag<>(relation), rows));
    }
    tree.branches().forEach(branch -> collect(branch.accepted(), outputs));
  }

  public void add(PCollectionTuple read, Outputs outputs) {
    outputs
        .outputs()
        .forEach(
            (relation, output) ->
                rows.computeIfAbsent(relation, name -> new ArrayList<>())
                    .add(read.get(output.tag()).setRowSchema(output.rows().schema())));
  }

  /** The rows of a transform's inputs, by relation. */
  public PCollectionTuple inputs(String transform, List<String> relations) {
    PCollectionTuple inputs = null;
    for (String relation : relations) {
      PCollection<Row> input =
          PCollectionList.of(rows.get(relation))
              .apply("Rows of " + relation + " for " + transform, Flatten.pCollections());
      inputs = inputs == null ? PCollectionTuple.of(relation, input) : inputs.and(relation, input);
    }
    return inputs;
  }
}
