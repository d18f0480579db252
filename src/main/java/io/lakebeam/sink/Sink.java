package io.lakebeam.sink;

import java.util.function.BooleanSupplier;

/** A sink at work. Used by one thread, but for {@link #abort}. */
public interface Sink extends AutoCloseable {
  /** What it is called in the pipeline. */
  String name();

  /** Finds where it stands; before the first epoch of a run. */
  void begin();

  /**
   * Delivers what there is.
   *
   * @param isToStop asked between two parts
   * @throws SinkException when the sink takes nothing now
   */
  void deliver(BooleanSupplier isToStop);

  /** How many rows have arrived, those of failed deliveries among them; it only grows. */
  long arrived();

  /** Ends what is under way, from any thread; what is not delivered is the next run's. */
  void abort();

  /** Lets go of what it holds; it may be used again. */
  @Override
  void close();
}
