package io.lakebeam.airlines;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.project.PipelineLocation;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The views of the shipped pipelines are kept up to date as {@code docs/concepts/views.md} says.
 */
class ShippedViewsTest {
  @Test
  void eachIsKeptInTheCheapestWay() {
    CompiledPipeline pipeline = compiled("airlines");
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
        computed(pipeline));
  }

  @Test
  void eachOfStocksAndVehiclesToo() {
    CompiledPipeline stocks = compiled("stocks");
    assertEquals(
        List.of("volume_by_sector"),
        stocks.additiveViews().stream().map(CompiledView::name).toList());
    assertEquals(List.of("alerts false", "top_movers true"), computed(stocks));
    CompiledPipeline vehicles = compiled("vehicles");
    assertEquals(List.of("fence_events true", "dwell_by_fence true"), computed(vehicles));
  }

  private static List<String> computed(CompiledPipeline pipeline) {
    return pipeline.computedViews().stream()
        .map(view -> view.name() + " " + view.isIncremental())
        .toList();
  }

  private static CompiledPipeline compiled(String pipeline) {
    Path root = Path.of("").toAbsolutePath();
    return PipelineCompiler.compile(
        new PipelineReader()
            .read(
                PipelineLocation.of(root.resolve("pipelines/" + pipeline + "/pipeline.yaml"), root),
                Map.of(),
                name -> name.equals("LAKE") ? null : "x"));
  }
}
