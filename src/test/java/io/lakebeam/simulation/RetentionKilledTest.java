package io.lakebeam.simulation;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.epoch.ReviewRequest.Action;
import io.lakebeam.event.EventLog;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.QuarantineLog;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.pipeline.replay.RequestedRow;
import io.lakebeam.quarantine.QuarantineReader;
import io.lakebeam.quarantine.Retention;
import io.lakebeam.quarantine.Review;
import io.lakebeam.quarantine.RowFilter;
import io.lakebeam.row.JavaValues;
import io.lakebeam.row.Microseconds;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.TestingClock;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Refused rows that are too old go, once and with an entry, wherever the run dies that does it. */
class RetentionKilledTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");
  private static final Instant OLD = Instant.parse("2026-02-01T00:00:00Z");
  private static final Instant YOUNG = Instant.parse("2026-02-28T00:00:00Z");

  private final DyingGate gate = new DyingGate();
  private final TestingClock clock = new TestingClock(NOW);
  private TestingStore store;

  /** Stores that have been opened stay so: each test has one of its own. */
  private static int tests;

  private int lakes;
  @TempDir Path dir;

  @BeforeEach
  void aStore() {
    tests++;
    store = new TestingStore("retention", gate);
  }

  @AfterEach
  void close() {
    store.close();
  }

  /**
   * @param isDone whether what the store does last is done, though nobody hears of it
   */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void oldRowsGoOnce(boolean isDone) {
    gate.isDone = isDone;
    int died = 0;
    boolean hasEnded = false;
    for (int operations = 0; !hasEnded; operations++) {
      CompiledPipeline pipeline = pipeline();
      Map<String, String> ids = ids(pipeline);
      discard(pipeline, ids.get("2"));
      gate.left = operations;
      try {
        hasEnded = new Retention(pipeline, clock).expire();
      } catch (RuntimeException e) {
        died++;
      }
      gate.left = Integer.MAX_VALUE;

      assertTrue(new Retention(pipeline, clock).expire());
      assertTrue(new Retention(pipeline, clock).expire());
      String at = "died after " + operations;
      Map<String, String> left = ids(pipeline);
      assertEquals(List.of("4", "5"), List.copyOf(left.keySet()), at);
      assertEquals(ids.get("4"), left.get("4"), "a row keeps its id");
      assertEquals(
          List.of(
              ids.get("1") + " expired",
              ids.get("3") + " expired",
              ids.get("2") + " discarded",
              ids.get("2") + " expired"),
          texts(QuarantineLog.in(pipeline.lake()), "id", "outcome"),
          at);
      assertEquals(
          List.of(
              "3 rows that silver_quarantine has had since before 2026-02-19T10:00:00Z are deleted,"
                  + " 3 of them open"),
          texts(pipeline.lake().child(EventLog.TABLE), "message").stream()
              .filter(each -> each.contains("silver_quarantine"))
              .toList(),
          at);
    }
    assertTrue(died > 20, "died " + died);
  }

  @Test
  void whoComesLaterFindsARowThatIsGoneClosed() {
    CompiledPipeline pipeline = pipeline();
    Map<String, String> ids = ids(pipeline);
    // Whole hours count, and a row that is just as old as it may be stays.
    Instant almost = OLD.plus(Duration.ofDays(10)).plus(Duration.ofMinutes(59));
    clock.step(Duration.between(NOW, almost));
    assertTrue(new Retention(pipeline, clock).expire());
    assertEquals(5, ids(pipeline).size());

    clock.step(Duration.between(almost, NOW));
    List<Retention.Due> due = new Retention(pipeline, clock).due();
    assertEquals(1, due.size());
    assertEquals(2, due.get(0).rows(), "those of the file that has no others");
    // What is asked for before it is taken again first; rows are kept until it is.
    Review review = new Review(pipeline, clock, "me", "");
    assertEquals(1, review.replay(choice(pipeline, ids.get("1"))).orElseThrow().count());
    assertFalse(new Retention(pipeline, clock).expire());
    assertEquals(5, ids(pipeline).size());
  }

  private Review.Choice choice(CompiledPipeline pipeline, String id) {
    return (states, out) ->
        new QuarantineReader(pipeline)
            .readStored(
                RowFilter.ofId(id),
                (row, table, stored) ->
                    out.accept(new RequestedRow(row.id(), false, "", stored, table)));
  }

  private void discard(CompiledPipeline pipeline, String id) {
    new Review(pipeline, clock, "me", "test").note(Action.DISCARD, choice(pipeline, id));
  }

  /** Ids of the rows that are there, by the column {@code id}. */
  private static Map<String, String> ids(CompiledPipeline pipeline) {
    Map<String, String> ids = new TreeMap<>();
    new QuarantineReader(pipeline)
        .read(RowFilter.ALL, true, row -> ids.put(row.values().get("id").toString(), row.id()));
    return ids;
  }

  private static List<String> texts(Place table, String... columns) {
    Snapshot now = DeltaTable.at(table).latest().orElseThrow();
    TableSchema schema = now.schema();
    List<String> texts = new ArrayList<>();
    for (DataFile file : now.files()) {
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(table, file, schema, schema.names())) {
        while (rows.hasNext()) {
          Map<String, Object> values = JavaValues.of(rows.next(), schema.columns());
          texts.add(
              String.join(
                  " ", List.of(columns).stream().map(each -> "" + values.get(each)).toList()));
        }
      }
    }
    return texts.stream().sorted().toList();
  }

  /** With a quarantine of three files: old rows, an old and a young one, a young one. */
  private CompiledPipeline pipeline() {
    String lake = "wasb://run-" + tests + ".retention/lake-" + lakes++;
    CompiledPipeline pipeline =
        PipelineCompiler.compile(
            new TestingPipeline(dir)
                .yaml(
                    """
                        pipeline: shop
                        quarantine: {keep: 10d}
                        sources:
                          orders: {files: "in/*.csv", format: csv, schema: "id BIGINT"}
                        datasets:
                          silver: {streaming_table: {from: orders}}
                        """)
                .spec()
                .withLake(lake)
                .withStorage(TestingFileSystem.STORAGE));
    new EventLog(pipeline.lake(), pipeline.id(), pipeline.name()).create();
    CompiledTable table = pipeline.streamingTables().get(0);
    DeltaTable.at(table.quarantinePath()).create(table.quarantineDefinition());
    add(table, 1, Map.of(1L, OLD, 2L, OLD));
    add(table, 2, new TreeMap<>(Map.of(3L, OLD, 4L, YOUNG)));
    add(table, 3, Map.of(5L, YOUNG));
    return pipeline;
  }

  private static void add(CompiledTable table, long epoch, Map<Long, Instant> rows) {
    TableSchema schema = table.quarantineSchema();
    String stem = String.format("%08d", epoch);
    try (DataFileWriter writer =
        new DataFileWriter(table.quarantinePath(), schema, List.of(), stem)) {
      rows.forEach(
          (id, at) -> {
            Object[] values = new Object[schema.columns().size()];
            values[schema.names().indexOf("id")] = id;
            values[schema.names().indexOf("_source")] = Utf8.of("orders");
            values[schema.names().indexOf("_position")] = Utf8.of("a.csv:" + id);
            values[schema.names().indexOf("_ingested_at")] = Microseconds.of(at);
            values[schema.names().indexOf("_error")] = Utf8.of("it is bad");
            writer.write(new GenericInternalRow(values));
          });
      DeltaTable.at(table.quarantinePath())
          .commit(Commit.builder("shop/silver_quarantine", epoch).add(writer.finish()).build());
    }
  }
}
