package io.lakebeam.sql;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.extensions.sql.impl.rel.BeamCalcRel;
import org.apache.beam.sdk.extensions.sql.impl.rel.BeamSqlRelUtils;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionList;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.POutput;
import org.apache.beam.sdk.values.Row;
import org.apache.beam.sdk.values.TupleTagList;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.plan.RelOptCluster;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.plan.RelTraitSet;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.RelNode;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rel.core.Calc;
import org.apache.beam.vendor.calcite.v1_40_0.org.apache.calcite.rex.RexProgram;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Beam's projections and conditions, with the rows on which they fail handed out whole. Beam's own
 * way to its errors transformer dies on every such row that has a date or a timestamp, and logs the
 * generated code and a stack trace for each of the others.
 */
final class GuardedCalcRel extends BeamCalcRel {
  GuardedCalcRel(RelOptCluster cluster, RelTraitSet traits, RelNode input, RexProgram program) {
    super(cluster, traits, input, program);
  }

  @Override
  public Calc copy(RelTraitSet traits, RelNode input, RexProgram program) {
    return new GuardedCalcRel(getCluster(), traits, input, program);
  }

  @Override
  public PTransform<PCollectionList<Row>, PCollection<Row>> buildPTransform(
      @Nullable PTransform<PCollection<Row>, ? extends POutput> errors) {
    PTransform<PCollectionList<Row>, PCollection<Row>> plain = super.buildPTransform();
    return errors == null ? plain : new Guarded(plain, errors);
  }

  private static final class Guarded extends PTransform<PCollectionList<Row>, PCollection<Row>> {
    private final transient PTransform<PCollectionList<Row>, PCollection<Row>> plain;
    private final transient PTransform<PCollection<Row>, ? extends POutput> errors;

    Guarded(
        PTransform<PCollectionList<Row>, PCollection<Row>> plain,
        PTransform<PCollection<Row>, ? extends POutput> errors) {
      this.plain = plain;
      this.errors = errors;
    }

    @Override
    public PCollection<Row> expand(PCollectionList<Row> inputs) {
      PCollection<Row> input = inputs.get(0);
      Schema schema = input.getSchema();
      Pipeline scratch = Pipeline.create(input.getPipeline().getOptions());
      Schema result =
          PCollectionList.of(scratch.apply(Create.empty(schema))).apply(plain).getSchema();
      Schema failure = BeamSqlRelUtils.getErrorRowSchema(schema);
      PCollectionTuple outputs =
          input.apply(
              ParDo.of(new GuardedCalc(calc(scratch), failure))
                  .withOutputTags(GuardedCalc.ROWS, TupleTagList.of(GuardedCalc.FAILURES)));
      outputs.get(GuardedCalc.FAILURES).setCoder(RowCoder.of(failure)).apply(errors);
      return outputs.get(GuardedCalc.ROWS).setRowSchema(result);
    }
  }

  /** What Beam makes of the program: the only DoFn of a graph that is never run. */
  @SuppressWarnings("unchecked") // rows in, rows out
  private static DoFn<Row, Row> calc(Pipeline scratch) {
    List<DoFn<?, ?>> found = new ArrayList<>();
    scratch.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            if (node.getTransform() instanceof ParDo.MultiOutput<?, ?> calc) {
              found.add(calc.getFn());
            }
          }
        });
    List<DoFn<?, ?>> calcs =
        found.stream().filter(fn -> GuardedCalc.evaluator(fn.getClass()).isPresent()).toList();
    if (calcs.size() != 1) {
      throw new IllegalStateException("this Beam computes rows in another way: " + found);
    }
    return (DoFn<Row, Row>) calcs.get(0);
  }
}
