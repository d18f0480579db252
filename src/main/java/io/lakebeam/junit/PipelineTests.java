package io.lakebeam.junit;

import io.lakebeam.spec.testcase.PipelineTest;
import io.lakebeam.unittest.LocalPipeline;
import io.lakebeam.unittest.TestFolder;
import io.lakebeam.unittest.TestResult;
import io.lakebeam.unittest.TestRun;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The tests of a pipeline that are written in YAML, as tests of JUnit.
 *
 * <pre>{@code
 * @TestFactory
 * Stream<DynamicTest> shop() {
 *   return PipelineTests.of(Path.of("pipelines/shop"));
 * }
 * }</pre>
 */
public final class PipelineTests {
  private PipelineTests() {}

  /**
   * A test for each in the files {@code tests/*.yaml} beside a pipeline.
   *
   * @param pipeline its file, or the folder of its {@code pipeline.yaml}
   * @throws io.lakebeam.graph.PipelineException with everything that is wrong with its files
   */
  public static Stream<DynamicTest> of(Path pipeline) {
    LocalPipeline.Tests tested = LocalPipeline.tests(pipeline);
    return tested.tests().stream()
        .map(test -> DynamicTest.dynamicTest(test.name(), () -> run(tested, test)));
  }

  private static void run(LocalPipeline.Tests tested, PipelineTest test) {
    try (TestFolder folder = TestFolder.make()) {
      TestResult result = new TestRun(tested.spec(), folder.path()).run(test);
      if (!result.passes()) {
        throw new AssertionError(String.join("\n", result.failures()));
      }
    }
  }
}
