package io.lakebeam.runner;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.pipeline.graph.EpochGraph;
import java.util.function.Consumer;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.options.PipelineOptions;

/** An engine that is one of Beam's runners. */
abstract class BeamEngine implements Engine {
  final EpochGraph graph;
  private long optionsId;

  BeamEngine(EpochGraph graph) {
    this.graph = graph;
  }

  /** Options for the next graph. */
  abstract PipelineOptions options();

  /** How many workers read at the same time. */
  abstract int workers();

  /** Gets ready for the next graph. */
  void prepare() {}

  /** Ends what of the last graph may still be running, though nobody waits for it any more. */
  void abandon() {}

  /** Lets go of what the last graph has left. */
  void clean() {}

  /** The graph with a bounded root, built and run for one epoch. */
  @Override
  public final void run(EpochPlan plan) {
    prepare();
    try {
      start(beam -> graph.build(beam, plan, workers())).waitUntilFinish();
    } catch (RuntimeException | Error e) {
      abandon();
      throw e;
    } finally {
      clean();
    }
  }

  /** Builds a graph, and starts it. */
  final PipelineResult start(Consumer<Pipeline> building) {
    PipelineOptions options = options();
    // Beam keeps the options of every id for good (RuntimeValueProvider): one for all graphs.
    optionsId = optionsId == 0 ? options.getOptionsId() : optionsId;
    options.setOptionsId(optionsId);
    Pipeline beam = Pipeline.create(options);
    building.accept(beam);
    return beam.run();
  }
}
