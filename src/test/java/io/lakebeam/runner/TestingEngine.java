package io.lakebeam.runner;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.spec.SourceSpec;
import java.time.Clock;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Runs epochs without Beam, by a function.
 *
 * @param run does an epoch, to its end
 */
public record TestingEngine(Consumer<EpochPlan> run) implements Engine {
  /** An update that is the product's but for what runs its epochs and what it reads. */
  public static Update update(
      CompiledPipeline pipeline,
      BiConsumer<CompiledPipeline, EpochPlan> run,
      Function<SourceSpec, SourceDiscovery> discoveries,
      Ledger.Retention retention,
      UpdateListener listener,
      Clock clock) {
    return new Update(
        pipeline,
        (now, patience) -> new TestingEngine(plan -> run.accept(now, plan)),
        discoveries,
        retention,
        listener,
        clock);
  }

  @Override
  public void run(EpochPlan plan) {
    run.accept(plan);
  }
}
