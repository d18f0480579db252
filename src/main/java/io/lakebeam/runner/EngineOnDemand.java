package io.lakebeam.runner;

import java.util.function.Supplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/** An engine that is started by whoever needs it first: an update with nothing to do needs none. */
final class EngineOnDemand implements AutoCloseable {
  private final Supplier<Engine> start;
  private @Nullable Engine engine;

  EngineOnDemand(Supplier<Engine> start) {
    this.start = start;
  }

  Engine get() {
    if (engine == null) {
      engine = start.get();
    }
    return engine;
  }

  @Override
  public void close() {
    if (engine != null) {
      engine.close();
    }
  }
}
