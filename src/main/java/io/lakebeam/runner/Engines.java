package io.lakebeam.runner;

import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.graph.EpochGraph;
import io.lakebeam.source.Patience;
import io.lakebeam.spec.profile.RunnerProfile;
import java.util.function.Consumer;

/** Starts engines of one kind. Starting one plans the pipeline's queries. */
@FunctionalInterface
interface Engines {
  /**
   * The kind that a profile asks for.
   *
   * @param warnings told what of the place where the engine runs may harm it
   */
  static Engines of(RunnerProfile profile, Consumer<String> warnings) {
    if (!profile.runner().equals("direct")) {
      return (pipeline, patience) ->
          SparkEngine.start(profile, pipeline.name(), new EpochGraph(pipeline, patience), warnings);
    }
    return new Engines() {
      @Override
      public Engine start(CompiledPipeline pipeline, Patience patience) {
        EpochGraph graph = new EpochGraph(pipeline, patience);
        return new DirectEngine(profile, graph, DirectEngine.EPOCHS_OF_A_GRAPH);
      }

      @Override
      public long mostRowsOfAnEpoch(CompiledPipeline pipeline) {
        return pipeline.keepsRows()
            ? Runtime.getRuntime().maxMemory() / DirectEngine.HEAP_OF_A_ROW
            : Long.MAX_VALUE;
      }
    };
  }

  /**
   * An engine for a pipeline, as patient as told with brokers that go away.
   *
   * @throws UpdateFailedException when it cannot start here
   */
  Engine start(CompiledPipeline pipeline, Patience patience);

  /**
   * What an engine's memory allows a plan to have of one source; without bound unless it says so.
   */
  default long mostRowsOfAnEpoch(CompiledPipeline pipeline) {
    return Long.MAX_VALUE;
  }
}
