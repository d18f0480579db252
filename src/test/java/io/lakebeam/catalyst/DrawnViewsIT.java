package io.lakebeam.catalyst;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.epoch.EpochPlan;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledView;
import io.lakebeam.pipeline.ComputedView;
import io.lakebeam.pipeline.graph.DatasetOutcome;
import io.lakebeam.pipeline.graph.computed.TestingComputation;
import io.lakebeam.pipeline.graph.held.RegisterLookups;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.row.SparkTypes;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.types.DataType;
import io.lakebeam.sql.catalyst.QueryReader;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.beam.sdk.transforms.windowing.IntervalWindow;
import org.joda.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Views of any shape over tables to which rows come, whose rows change and go: after each refresh a
 * view has the rows that the real Spark computes of the tables as they stand.
 *
 * <p>{@code -Dlakebeam.views=N -Dlakebeam.views.seed=N} plays more, or others.
 */
class DrawnViewsIT {
  private static final int WORLDS = Integer.getInteger("lakebeam.views", 4);
  private static final long SEED = Long.getLong("lakebeam.views.seed", 1);
  private static final int VIEWS = 6;
  private static final int ROUNDS = 4;
  private static final List<String> TABLES = List.of("t", "u", "v");
  private static final String SELECTED =
      "SELECT CAST(k AS INT) AS k, CAST(x AS BIGINT) AS x, CAST(s AS STRING) AS s, CAST(at AS TIMESTAMP) AS at FROM (%s)";

  @TempDir private Path folder;
  private final TableSchema schema = DrawnQueries.schema();
  private final List<DataType> types =
      schema.columns().stream().map(column -> (DataType) SparkTypes.of(column.type())).toList();
  private final QueryReader reader = new QueryReader(Map.of(), name -> false);
  private int computed;
  private int filesLeft;

  @Test
  void viewsAreWhatTheirQueriesGive() throws Exception {
    List<String> differences = new ArrayList<>();
    try (RealSpark spark = new RealSpark(folder.resolve("spark"))) {
      spark.forSmallQueries();
      for (long seed = SEED; seed < SEED + WORLDS; seed++) {
        play(seed, spark, differences);
      }
    }
    assertEquals("", String.join("\n", differences));
    assertTrue(computed > WORLDS, "views that were compared: " + computed);
    assertTrue(filesLeft > WORLDS, "refreshes that left files of a view: " + filesLeft);
  }

  private void play(long seed, RealSpark spark, List<String> differences) throws Exception {
    DrawnQueries drawn = new DrawnQueries(seed);
    Random random = new Random(seed);
    List<String> queries = new ArrayList<>();
    StringBuilder yaml =
        new StringBuilder(
            """
            pipeline: p
            sources: {feed: {files: "in/*.csv", format: csv, schema: "%s"}}
            datasets:
            """
                .formatted(DrawnQueries.COLUMNS));
    TABLES.forEach(table -> yaml.append("  " + table + ": {streaming_table: {from: feed}}\n"));
    for (int i = 0; i < VIEWS; i++) {
      String query = drawn.query(random.nextInt(3));
      queries.add(query);
      yaml.append("  view" + i + ": {materialized_view: {sql: \"")
          .append(SELECTED.formatted(query))
          .append("\"}, expect: {any: {expect: \"TRUE\", on_violation: warn}}}\n");
    }
    TestingPipeline project =
        new TestingPipeline(folder.resolve("world" + seed)).yaml(yaml.toString());
    CompiledPipeline pipeline = project.compile();
    Map<String, List<String>> rows = new HashMap<>();
    TABLES.forEach(table -> rows.put(table, new ArrayList<>()));
    for (CompiledView view : pipeline.views()) {
      make(view.path(), view.definition());
    }
    TABLES.forEach(
        table -> {
          make(pipeline.pathOf(table), pipeline.table(table).orElseThrow().definition());
        });
    for (int round = 1; round <= ROUNDS; round++) {
      for (String table : TABLES) {
        if (round == 1 || random.nextBoolean()) {
          change(pipeline, table, rows.get(table), drawn, random, round);
        }
      }
      Map<String, Set<String>> before = new HashMap<>();
      pipeline.computedViews().forEach(view -> before.put(view.name(), paths(view)));
      EpochPlan plan = new EpochPlan("p", round, Instant.EPOCH, List.of(), Map.of());
      List<DatasetOutcome> outcomes =
          new TestingComputation(
                  pipeline,
                  plan,
                  new RegisterLookups(pipeline),
                  new IntervalWindow(Epochs.timestamp(round), Duration.millis(1)),
                  random,
                  Once.INSTANCE)
              .run();
      Set<String> behind =
          outcomes.stream()
              .filter(DatasetOutcome.Behind.class::isInstance)
              .map(DatasetOutcome::dataset)
              .collect(Collectors.toSet());
      for (ComputedView view : pipeline.computedViews()) {
        int number = Integer.parseInt(view.name().substring(4));
        String wanted =
            DrawnQueries.sorted(
                spark.ask(
                    DrawnQueries.with(
                        TABLES.stream().map(rows::get).toList(),
                        "SELECT struct(*) FROM ("
                            + SELECTED.formatted(queries.get(number))
                            + ")")));
        String found = behind.contains(view.name()) ? "behind" : shown(view);
        if (wanted.startsWith("!")) {
          continue;
        }
        computed++;
        Set<String> after = paths(view);
        filesLeft +=
            outcomes.stream().anyMatch(each -> each.dataset().equals(view.name()))
                    && before.get(view.name()).stream().anyMatch(after::contains)
                ? 1
                : 0;
        if (!wanted.equals(found)) {
          differences.add(
              "seed "
                  + seed
                  + ", round "
                  + round
                  + ": "
                  + queries.get(number)
                  + "\n  Spark  "
                  + wanted
                  + "\n  view   "
                  + found);
          return;
        }
      }
    }
  }

  /** A runner that loses nothing. */
  private enum Once implements TestingComputation.Steps {
    INSTANCE;

    @Override
    public <T> T step(Supplier<T> step) {
      return step.get();
    }
  }

  private static void make(Place path, TableDefinition definition) {
    DeltaTable.at(path).create(definition);
  }

  /** Rows come, and some of those that are there go or are written once more. */
  private void change(
      CompiledPipeline pipeline,
      String table,
      List<String> rows,
      DrawnQueries drawn,
      Random random,
      int round)
      throws Exception {
    Place path = pipeline.pathOf(table);
    TableSchema stored = pipeline.table(table).orElseThrow().storedSchema();
    Snapshot now = DeltaTable.at(path).latest().orElseThrow();
    List<DataFile> removed = now.files().stream().filter(f -> random.nextInt(3) == 0).toList();
    Set<String> gone = removed.stream().map(DataFile::path).collect(Collectors.toSet());
    List<List<String>> files = new ArrayList<>();
    files.add(drawn.rows(6));
    // Of what is written again some rows stay, and one may be another one.
    List<String> again = new ArrayList<>();
    contents.entrySet().stream()
        .filter(each -> gone.contains(each.getKey()))
        .forEach(each -> again.addAll(each.getValue()));
    again.removeIf(row -> random.nextInt(4) == 0);
    again.addAll(drawn.rows(1));
    files.add(again);
    gone.forEach(contents::remove);
    List<DataFile> added = new ArrayList<>();
    for (List<String> file : files) {
      if (file.isEmpty()) {
        continue;
      }
      List<InternalRow> made =
          new LocalQuery(
                  reader.operators(DrawnQueries.table(file)).operators(),
                  Map.of(),
                  schema.names(),
                  types,
                  1,
                  1)
              .rows();
      try (DataFileWriter writer = new DataFileWriter(path, stored, List.of(), "r" + round)) {
        made.forEach(row -> writer.write(wide(row, stored)));
        for (DataFile each : writer.finish()) {
          contents.put(each.path(), file);
          files(path).add(each.path());
          added.add(each);
        }
      }
    }
    files(path).removeAll(gone);
    DeltaTable.at(path)
        .commit(
            Commit.builder("test", round)
                .add(added)
                .remove(removed)
                .readFrom(now.version())
                .build());
    rows.clear();
    files(path).forEach(each -> rows.addAll(contents.get(each)));
  }

  private final Map<String, List<String>> contents = new HashMap<>();
  private final Map<String, List<String>> filesOf = new HashMap<>();

  private List<String> files(Place table) {
    return filesOf.computeIfAbsent(table.toString(), key -> new ArrayList<>());
  }

  private InternalRow wide(InternalRow row, TableSchema stored) {
    Object[] values = new Object[stored.columns().size()];
    for (int i = 0; i < types.size(); i++) {
      values[stored.names().indexOf(schema.names().get(i))] =
          row.isNullAt(i) ? null : row.get(i, types.get(i));
    }
    return new GenericInternalRow(values);
  }

  private String shown(ComputedView view) {
    Snapshot now = DeltaTable.at(view.path()).latest().orElseThrow();
    List<InternalRow> structs = new ArrayList<>();
    for (DataFile file : now.files()) {
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(view.path(), file, now.schema(), schema.names())) {
        rows.forEachRemaining(
            row -> structs.add(new GenericInternalRow(new Object[] {row.copy()})));
      }
    }
    return DrawnQueries.sorted(
        SparkAnswers.told(
            structs,
            new io.lakebeam.shaded.spark.sql.types.StructType().add("r", SparkTypes.of(schema))));
  }

  private static Set<String> paths(ComputedView view) {
    return DeltaTable.at(view.path()).latest().orElseThrow().files().stream()
        .map(DataFile::path)
        .collect(Collectors.toSet());
  }
}
