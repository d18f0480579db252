package io.lakebeam.unittest;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.ExplainedException;
import io.lakebeam.graph.NearestName;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.row.JavaValues;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.spec.PipelineSpec;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.spec.StorageSpec;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.spec.testcase.PipelineTest;
import io.lakebeam.spec.testcase.PipelineTest.Expected;
import io.lakebeam.spec.testcase.PipelineTest.Row;
import io.lakebeam.spec.testcase.PipelineTest.Step;
import io.lakebeam.storage.Place;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Runs tests of a pipeline, each in a lake of its own: its sources get what the test gives, an
 * update takes it through the whole graph on the direct runner, and the tables are read back.
 */
public final class TestRun {
  private static final RunnerProfile RUNNER =
      new RunnerProfile("direct", Map.of("target_parallelism", "2"), Map.of());

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
    GivenFiles given = new GivenFiles(own.resolve("in"), pipeline);
    Set<String> names = new HashSet<>();
    test.steps().forEach(step -> names.addAll(step.given().keySet()));
    given.prepare(names);
    PipelineSpec tested =
        given
            .readBy(pipeline, names)
            .withLake(own.resolve("lake").toString())
            .withCommitEvery(Duration.ofMillis(1));
    CompiledPipeline compiled =
        PipelineCompiler.compile(isLocal(tested) ? tested.withStorage(StorageSpec.NONE) : tested)
            .tellingNobody();
    Clock clock = test.now().map(TestRun::from).orElse(Clock.systemUTC());
    List<String> failures = new ArrayList<>();
    for (int i = 0; i < test.steps().size() && failures.isEmpty(); i++) {
      Step step = test.steps().get(i);
      try {
        step.given().forEach(given::land);
        new Update(compiled, RUNNER, new UpdateListener() {}, clock).run(Update.Mode.TRIGGERED);
        step.expected().forEach((table, expected) -> compare(compiled, table, expected, failures));
      } catch (ExplainedException e) {
        failures.addAll(told(test, e));
      }
    }
    return new TestResult(test, failures, (System.nanoTime() - start) / 1_000_000);
  }

  /** True when no store has to be signed in to. */
  private static boolean isLocal(PipelineSpec pipeline) {
    return pipeline.sources().stream()
        .flatMap(
            source ->
                source
                    .connection()
                    .<List<String>>match(topic -> List.of(), SourceSpec.Files::places)
                    .stream())
        .noneMatch(place -> place.contains("://"));
  }

  /** A clock that goes on from a moment. */
  private static Clock from(Instant now) {
    Clock real = Clock.systemUTC();
    return Clock.offset(real, Duration.between(real.instant(), now)).withZone(ZoneOffset.UTC);
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
      CompiledPipeline compiled, String table, Expected expected, List<String> failures) {
    Optional<Snapshot> snapshot = DeltaTable.at(place(compiled, table)).latest();
    snapshot.ifPresent(each -> requireColumns(table, expected, each));
    List<String> diff =
        RowsDiff.of(
            expected.rows(),
            snapshot.map(each -> rows(place(compiled, table), each)).orElse(List.of()));
    if (!diff.isEmpty()) {
      failures.add(expected.at() + ": " + table + " has other rows:");
      failures.addAll(diff);
    }
  }

  private static Place place(CompiledPipeline compiled, String table) {
    return compiled.streamingTables().stream()
        .filter(each -> each.quarantineName().equals(table))
        .map(CompiledTable::quarantinePath)
        .findFirst()
        .orElseGet(() -> compiled.pathOf(table));
  }

  private static void requireColumns(String table, Expected expected, Snapshot snapshot) {
    List<String> known = snapshot.schema().names();
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

  private static List<Map<String, @Nullable Object>> rows(Place place, Snapshot snapshot) {
    List<Map<String, @Nullable Object>> rows = new ArrayList<>();
    for (DataFile file : snapshot.files()) {
      try (CloseableIterator<InternalRow> read =
          DataFileReader.read(place, file, snapshot.schema(), snapshot.schema().names())) {
        while (read.hasNext()) {
          rows.add(JavaValues.of(read.next(), snapshot.schema().columns()));
        }
      }
    }
    rows.sort(
        (one, other) -> new TreeMap<>(one).toString().compareTo(new TreeMap<>(other).toString()));
    return rows;
  }
}
