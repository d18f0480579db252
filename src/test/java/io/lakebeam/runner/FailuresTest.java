package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.junit.jupiter.api.Test;

class FailuresTest {
  @Test
  void outOfMemorySaysWhatToDo() {
    UpdateFailedException failure =
        (UpdateFailedException)
            Failures.explain(
                new PipelineExecutionException(new OutOfMemoryError("Java heap space")));
    assertEquals("out of memory", failure.problem());
    assertEquals("Java heap space", failure.reason());
    assertTrue(failure.fix().startsWith("give it more (LAKEBEAM_JAVA_OPTS=-Xmx4g;"), failure.fix());
    assertTrue(failure.fix().contains("lower max_rows_per_epoch"), failure.fix());
  }
}
