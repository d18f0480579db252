package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import org.apache.beam.sdk.Pipeline.PipelineExecutionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void ofWhatNobodyHasForeseenOnlyTheClassIsToldWhereColumnsAreMasked(@TempDir Path folder) {
    String yaml =
        """
        pipeline: p
        sources: {feed: {files: "in/*.json", format: json, schema: "passenger STRING"}}
        datasets: {bronze: {streaming_table: {from: feed}}}
        """;
    RuntimeException thrown = new IllegalStateException(new NumberFormatException("Zora Zimt"));
    CompiledPipeline open = new TestingPipeline(folder).yaml(yaml).compile();
    assertEquals(
        "java.lang.NumberFormatException: Zora Zimt",
        ((UpdateFailedException) Failures.masked(Failures.explain(thrown), open)).reason());
    CompiledPipeline masking =
        new TestingPipeline(folder).yaml(yaml + "quarantine: {mask: [passenger]}\n").compile();
    RuntimeException masked = Failures.masked(Failures.explain(thrown), masking);
    assertEquals("java.lang.NumberFormatException: …", ((UpdateFailedException) masked).reason());
    assertSame(thrown, masked.getCause(), "for --verbose");
  }
}
