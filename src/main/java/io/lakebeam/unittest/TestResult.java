package io.lakebeam.unittest;

import io.lakebeam.spec.testcase.PipelineTest;
import java.util.List;

/**
 * What a test has shown.
 *
 * @param failures what is otherwise than expected, as lines for people; none when it passes
 * @param millis that it took
 */
public record TestResult(PipelineTest test, List<String> failures, long millis) {
  public TestResult {
    failures = List.copyOf(failures);
  }

  public boolean passes() {
    return failures.isEmpty();
  }
}
