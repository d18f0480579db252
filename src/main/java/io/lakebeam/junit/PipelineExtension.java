package io.lakebeam.junit;

import io.lakebeam.unittest.LocalPipeline;
import java.nio.file.Path;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/**
 * Gives each test a pipeline in an empty lake of its own, and removes the lake when the test is
 * over.
 *
 * <pre>{@code
 * @RegisterExtension
 * static final PipelineExtension SHOP = PipelineExtension.of(Path.of("pipelines/shop"));
 *
 * @Test
 * void ordersAreSummedByCity(LocalPipeline shop) {
 *   shop.given("orders", Map.of("id", 1, "city", "Ulm", "amount", 10)).update();
 *   assertEquals(List.of(Map.of("city", "ULM", "amount", 10L)), shop.rows("totals"));
 * }
 * }</pre>
 *
 * <p>One in a test class: two could both give the parameter.
 */
public final class PipelineExtension implements ParameterResolver {
  private static final ExtensionContext.Namespace NAMESPACE =
      ExtensionContext.Namespace.create(PipelineExtension.class);

  private final Path pipeline;

  private PipelineExtension(Path pipeline) {
    this.pipeline = pipeline;
  }

  /**
   * @param pipeline its file, or the folder of its {@code pipeline.yaml}
   */
  public static PipelineExtension of(Path pipeline) {
    return new PipelineExtension(pipeline);
  }

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    return parameter.getParameter().getType() == LocalPipeline.class;
  }

  /**
   * The test's pipeline, also where the methods before it ask for it.
   *
   * @throws io.lakebeam.graph.PipelineException with everything that is wrong with its files
   */
  @Override
  public LocalPipeline resolveParameter(ParameterContext parameter, ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .getOrComputeIfAbsent(
            pipeline, unknown -> new Closing(LocalPipeline.of(pipeline)), Closing.class)
        .pipeline();
  }

  /** Closed by JUnit with the test. */
  private record Closing(LocalPipeline pipeline)
      implements ExtensionContext.Store.CloseableResource {
    @Override
    public void close() {
      pipeline.close();
    }
  }
}
