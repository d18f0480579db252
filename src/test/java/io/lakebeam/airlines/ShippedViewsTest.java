package io.lakebeam.airlines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.project.PipelineLocation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The views of the airline pipeline are kept up to date as {@code docs/concepts/views.md} says. */
class ShippedViewsTest {
  @Test
  void eachIsKeptInTheCheapestWay() {
    Path root = Path.of("").toAbsolutePath();
    CompiledPipeline pipeline =
        PipelineCompiler.compile(
            new PipelineReader()
                .read(
                    PipelineLocation.of(root.resolve("pipelines/airlines/pipeline.yaml"), root),
                    Map.of(),
                    name -> name.equals("LAKE") ? null : "x"));
    assertEquals(
        List.of("network_by_minute [arrival_delay_minutes, status, updated_at, _source]"),
        pipeline.additiveViews().stream()
            .map(view -> view.name() + " " + view.query().reads())
            .toList());
    assertEquals(
        List.of(
            "carrier_performance true",
            "airport_delays true",
            "delay_causes true",
            "worst_hours false"),
        pipeline.computedViews().stream()
            .map(view -> view.name() + " " + view.isIncremental())
            .toList());
  }
}
