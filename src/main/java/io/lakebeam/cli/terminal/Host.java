package io.lakebeam.cli.terminal;

import io.lakebeam.spec.PipelineSpec;
import java.time.Clock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * What a command is told by where it runs.
 *
 * @param signals what turns the process's signals into a wish to stop
 * @param place makes of a pipeline as declared what it is there; may refuse it
 * @param whenToEnd given what ends a continuous run after the epoch that is under way
 */
public record Host(
    StopSignals.Watch signals,
    UnaryOperator<PipelineSpec> place,
    Consumer<Runnable> whenToEnd,
    Clock clock) {
  /** A process of its own. */
  public static Host process() {
    return new Host(StopSignals::watch, UnaryOperator.identity(), end -> {}, Clock.systemUTC());
  }
}
