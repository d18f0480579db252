package io.lakebeam.unittest;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
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
import io.lakebeam.spec.testcase.PipelineTest.Given;
import io.lakebeam.storage.Place;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/** A pipeline with a lake of its own in a folder, whose sources get what a test gives. */
final class OwnLake {
  private static final RunnerProfile RUNNER =
      new RunnerProfile("direct", Map.of("target_parallelism", "2"), Map.of());

  private final GivenFiles given;
  private final CompiledPipeline compiled;

  /**
   * @param folder that is empty or absent
   * @param sources that are given something at any time
   * @throws io.lakebeam.graph.PipelineException when the pipeline is wrong
   */
  OwnLake(PipelineSpec pipeline, Path folder, Set<String> sources) {
    this.given = new GivenFiles(folder.resolve("in"), pipeline);
    given.prepare(sources);
    PipelineSpec tested =
        given
            .readBy(pipeline, sources)
            .withLake(folder.resolve("lake").toString())
            .withCommitEvery(Duration.ofMillis(1));
    this.compiled =
        PipelineCompiler.compile(isLocal(tested) ? tested.withStorage(StorageSpec.NONE) : tested)
            .tellingNobody();
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
  static Clock from(Instant now) {
    Clock real = Clock.systemUTC();
    return Clock.offset(real, Duration.between(real.instant(), now)).withZone(ZoneOffset.UTC);
  }

  /** As {@link GivenFiles#land}. */
  void land(String source, Given records) {
    given.land(source, records);
  }

  /**
   * Takes what was given through the whole graph.
   *
   * @throws io.lakebeam.graph.ExplainedException when the update stops
   */
  void update(Clock clock) {
    new Update(compiled, RUNNER, new UpdateListener() {}, clock).run(Update.Mode.TRIGGERED);
  }

  /** Names of all tables that an update may make. */
  List<String> tables() {
    List<String> tables = new ArrayList<>();
    compiled.spec().datasets().forEach(dataset -> tables.add(dataset.name()));
    compiled.streamingTables().forEach(table -> tables.add(table.quarantineName()));
    return tables;
  }

  /** The columns of a table, hidden ones included; empty when there is none yet. */
  Optional<List<String>> columns(String table) {
    return DeltaTable.at(place(table)).latest().map(snapshot -> snapshot.schema().names());
  }

  /** All rows of a table, in the order of their texts; none where there is no table. */
  List<Map<String, @Nullable Object>> rows(String table) {
    Place place = place(table);
    return DeltaTable.at(place).latest().map(snapshot -> rows(place, snapshot)).orElse(List.of());
  }

  private Place place(String table) {
    return compiled.streamingTables().stream()
        .filter(each -> each.quarantineName().equals(table))
        .map(CompiledTable::quarantinePath)
        .findFirst()
        .orElseGet(() -> compiled.pathOf(table));
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
