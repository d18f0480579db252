package io.lakebeam.benchmark;

import jdk.jfr.Category;
import jdk.jfr.Event;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.StackTrace;

/**
 * Which step of the Beam graph a thread was at: stacks alone do not tell one table's from
 * another's.
 */
@Name("io.lakebeam.Step")
@Label("Beam Step")
@Category("Lakebeam")
@StackTrace(false)
final class StepEvent extends Event {
  @Label("Java Thread Id")
  long worker;

  @Label("Step")
  String step;
}
