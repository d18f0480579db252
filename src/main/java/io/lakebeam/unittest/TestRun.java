package io.lakebeam.unittest;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.Problem;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.testcase.PipelineTest;
import io.lakebeam.spec.testcase.PipelineTest.Expected;
import io.lakebeam.spec.testcase.PipelineTest.Row;
import io.lakebeam.spec.testcase.PipelineTest.Step;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Runs tests of a pipeline, each in a lake of its own: its sources get what the test gives, an
 * update takes it through the whole graph on the direct runner, and the tables are read back.
 */
public final class TestRun {
  private final PipelineSpec pipeline;
  private final Path folder;
  private int number;

  /**
   * @param folder that is empty; what tests leave is below it
   */
  public TestRun(PipelineSpec pipeline, Path folder) {
    this.pipeline = pipeline;
    this.folder = folder;
  }

  /**
   * Runs a test.
   *
   * @throws io.lakebeam.graph.PipelineException when the pipeline is wrong
   */
  public TestResult run(PipelineTest test) {
    long start = System.nanoTime();
    Path own = folder.resolve(Integer.toString(++number));
    Set<String> names = new HashSet<>();
    test.steps().forEach(step -> names.addAll(step.given().keySet()));
    OwnLake lake = new OwnLake(pipeline, own, names);
    Clock clock = test.now().map(OwnLake::from).orElse(Clock.systemUTC());
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < test.steps().size() && failures.isEmpty(); i++) {
      Step step = test.steps().get(i);
      try {
        step.given().forEach(lake::land);
        lake.update(clock);
        step.expected().forEach((table, expected) -> compare(lake, table, expected, failures));
      } catch (ExplainedException e) {
        failures.addAll(told(test, e));
      }
    }
    return new TestResult(test, failures, (System.nanoTime() - start) / 1_000_000);
  }

  private static List<String> told(PipelineTest test, ExplainedException e) {
    List<String> lines = new ArrayList<>();
    Problem told = e.told();
    boolean isPlaced = told.at().line() > 0;
    lines.add((isPlaced ? told.at() : test.at()) + ": " + told.problem());
    if (!told.cause().isEmpty()) {
      lines.add("  cause: " + told.cause());
    }
    if (!told.fix().isEmpty()) {
      lines.add("  fix: " + told.fix());
    }
    return lines;
  }

  private static void compare(
      OwnLake lake, String table, Expected expected, List<String> failures) {
    lake.columns(table).ifPresent(known -> requireColumns(table, expected, known));
    List<String> diff = RowsDiff.of(expected.rows(), lake.rows(table));
    if (!diff.isEmpty()) {
      failures.add(expected.at() + ": " + table + " has other rows:");
      failures.addAll(diff);
    }
  }

  private static void requireColumns(String table, Expected expected, List<String> known) {
    for (Row row : expected.rows()) {
      for (String column : row.values().keySet()) {
        if (!known.contains(column)) {
          throw new TestProblemException(
              new Problem(
                      row.at(),
                      table + " has no column " + column,
                      NearestName.question(column, known).strip(),
                      "there are " + String.join(", ", known))
                  .as(ErrorCode.WRONG_USE));
        }
      }
    }
  }
}
