package io.lakebeam.pipeline.graph;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.graph.plan.PlanRoots;
import io.lakebeam.source.Patience;
import io.lakebeam.spec.secret.Secrets;
import io.lakebeam.testing.TestingPipeline;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.core.construction.SerializablePipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.runners.TransformHierarchy;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.util.SerializableUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How to sign in to stores travels with the graph; the secrets themselves never do. */
class StorageTransportTest {
  private static final String KEY =
      Base64.getEncoder()
          .encodeToString("an account key nobody may see".getBytes(StandardCharsets.UTF_8));

  private static final String PIPELINE =
      """
      pipeline: p
      storage:
        azure:
          transported: {account_key: "${TRANSPORTED_KEY}"}
        s3:
          transported: {access_key: "${TRANSPORTED_KEY}", secret_key: "${TRANSPORTED_KEY}"}
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, amount INT"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        silver: {streaming_table: {sql: "SELECT id, amount FROM bronze"}}
        total: {materialized_view: {sql: "SELECT COUNT(*) AS n FROM silver"}}
        counts: {streaming_table: {sql: "SELECT COUNT(*) AS n FROM STREAM timed WATERMARK at DELAY OF INTERVAL 1 HOUR GROUP BY window(at, '1 day')"}}
        timed: {streaming_table: {sql: "SELECT CURRENT_TIMESTAMP() AS at FROM bronze"}}
      """;

  @TempDir Path dir;
  private CompiledPipeline compiled;
  private Pipeline beam;

  @BeforeEach
  void build() {
    Secrets.provide("TRANSPORTED_KEY", KEY);
    compiled = new TestingPipeline(dir).yaml(PIPELINE).compile();
    beam = Pipeline.create(PipelineOptionsFactory.create());
    EpochPlan plan = new EpochPlan("p", 1, Instant.EPOCH, List.of(), Map.of());
    new EpochGraph(compiled, Patience.ENDLESS).build(beam, PlanRoots.of(plan), 2);
  }

  @AfterEach
  void forget() {
    Secrets.forget("TRANSPORTED_KEY");
  }

  private List<DoFn<?, ?>> functions() {
    List<DoFn<?, ?>> functions = new ArrayList<>();
    beam.traverseTopologically(
        new Pipeline.PipelineVisitor.Defaults() {
          @Override
          public void visitPrimitiveTransform(TransformHierarchy.Node node) {
            if (node.getTransform() instanceof ParDo.MultiOutput<?, ?> parDo) {
              functions.add(parDo.getFn());
            }
          }
        });
    return functions;
  }

  @Test
  void noSecretIsInWhatIsSerialized() {
    List<DoFn<?, ?>> functions = functions();
    assertTrue(functions.size() > 10);
    for (DoFn<?, ?> function : functions) {
      assertNoSecret(SerializableUtils.serializeToByteArray(function), function.toString());
    }
    assertNoSecret(SerializableUtils.serializeToByteArray(compiled.spec().storage()), "spec");
    String options = new SerializablePipelineOptions(beam.getOptions()).toString();
    assertFalse(options.contains(KEY), options);
    assertFalse(compiled.spec().toString().contains(KEY));
  }

  private static void assertNoSecret(byte[] bytes, String what) {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertFalse(text.contains(KEY), what);
    assertFalse(
        text.contains(new String(Base64.getDecoder().decode(KEY), StandardCharsets.ISO_8859_1)),
        what);
  }
}
