package io.lakebeam.pipeline.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaException;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TimeRange;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledTable;
import io.lakebeam.pipeline.Deduplication;
import io.lakebeam.pipeline.graph.held.JoinedTableException;
import io.lakebeam.pipeline.graph.held.KeptRows;
import io.lakebeam.pipeline.graph.plan.Epochs;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.catalyst.RowKey;
import io.lakebeam.testing.TestingPipeline;
import io.lakebeam.testing.TestingRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is said of duplicates, and what a table has already. */
class DuplicatesTest {
  private static final String YAML =
      """
      pipeline: p
      sources:
        raw: {files: "in/*.csv", format: csv, schema: "id BIGINT, at TIMESTAMP, tags ARRAY<MAP<STRING, INT>>"}
      datasets:
        q:
          %s
      """;

  @TempDir Path dir;

  private TestingPipeline project(String dataset) {
    return new TestingPipeline(dir).yaml(YAML.formatted(dataset.replace("; ", "\n    ")));
  }

  private Optional<Deduplication> compiled(String dataset) {
    return project(dataset).compile().table("q").orElseThrow().deduplication();
  }

  @Test
  void yamlAndSqlSayTheSame() {
    assertEquals(
        Optional.of(new Deduplication(List.of("id"), "at", 90_000_000L)),
        compiled("streaming_table: {from: raw}; deduplicate: {by: [ID], of: AT, within: 90s}"));
    assertEquals(
        Optional.of(new Deduplication(List.of("id", "_source"), "_ingested_at", 3_600_000_000L)),
        compiled("streaming_table: {from: raw}; deduplicate: {by: [id, _source], within: 1h}"));
    String sql = "streaming_table: {sql: \"SELECT %s FROM raw %s\"}";
    assertEquals(
        Optional.of(new Deduplication(List.of("id", "at"), "at", 600_000_000L)),
        compiled(sql.formatted("DISTINCT id, at", "WATERMARK at DELAY OF INTERVAL 10 MINUTES")));
    assertEquals(
        Optional.of(new Deduplication(List.of("at", "n"), "at", 86_401_000_000L)),
        compiled(
            sql.formatted(
                "DISTINCT r.at, r.id + 1 AS n",
                "WATERMARK at DELAY OF INTERVAL '1 00:00:01' DAY TO SECOND AS r")));
    assertEquals(
        Optional.empty(),
        compiled(sql.formatted("id", "WATERMARK at DELAY OF INTERVAL 10 MINUTES WHERE id > 1")));
    assertEquals(
        List.of("q"),
        project(sql.formatted("DISTINCT id, at", "WATERMARK at DELAY OF INTERVAL 10 MINUTES"))
            .compile()
            .joinedTables()
            .keySet()
            .stream()
            .toList());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      textBlock =
          """
          streaming_table: {from: raw}; deduplicate: {by: [nope], within: 1h} # the table has no such column
          streaming_table: {from: raw}; deduplicate: {by: [tags], within: 1h} # maps are not compared
          streaming_table: {from: raw}; deduplicate: {by: [id], of: id, within: 1h} # it is a BIGINT, and no time
          streaming_table: {from: raw}; deduplicate: {by: [id], within: 1 hour} # deduplicate.within takes a duration in ms, s, m or h
          streaming_table: {from: raw}; deduplicate: {by: [id]} # the key within is missing
          streaming_table: {sql: "SELECT DISTINCT id, at FROM raw WATERMARK at DELAY OF INTERVAL 1 HOUR"}; deduplicate: {by: [id], within: 1h} # this query cannot be DISTINCT
          streaming_table: {flows: [{from: raw}, {sql: "SELECT DISTINCT id, at FROM raw WATERMARK at DELAY OF INTERVAL 1 HOUR"}]} # a row that comes from another flow would come twice
          streaming_table: {sql: "SELECT DISTINCT id FROM raw WATERMARK at DELAY OF INTERVAL 1 HOUR"} # the table has no such column
          streaming_table: {sql: "SELECT DISTINCT id, at FROM raw WATERMARK at DELAY OF INTERVAL 1 MONTH"} # months differ in length
          streaming_table: {sql: "SELECT DISTINCT id, at FROM raw"} # none is remembered for ever
          view: {sql: "SELECT id FROM raw"}; deduplicate: {by: [id], within: 1h} # only a streaming_table has deduplicate
          """)
  void whatCannotBeComparedIsRefused(String dataset, String told) {
    List<String> problems = project(dataset).told();
    assertTrue(problems.get(0).contains(told), problems.toString());
  }

  @Test
  void rowsThatAreNearAreFoundInTheFilesThatMayHaveThem() throws Exception {
    CompiledTable table =
        project("streaming_table: {from: raw}; deduplicate: {by: [id], of: at, within: 10s}")
            .compile()
            .table("q")
            .orElseThrow();
    DeltaTable stored = DeltaTable.at(table.path());
    stored.create(table.definition());
    for (int epoch = 1; epoch <= 3; epoch++) {
      DataFileWriter writer =
          new DataFileWriter(table.path(), table.storedSchema(), List.of(), Epochs.stem(epoch));
      Instant at = Instant.parse("2026-01-01T00:00:00.000001Z").plusSeconds(3600L * epoch);
      writer.write(row(table, 1L, at));
      writer.write(row(table, null, null));
      stored.commit(Commit.builder("p/q", epoch).add(writer.finish()).build());
    }
    KeptRows kept = new KeptRows(table, 3, 3, 1_000, null);
    RowKey keys = RowKey.of(table.rowSchema(), List.of("id"));
    byte[] one = keys.bytes(row(table, 1L, null));
    long at = 3_600_000_000L * 2 + 1_767_225_600_000_000L + 1;
    assertTrue(kept.has(one, at));
    assertTrue(kept.has(one, at - 10_000_000));
    assertTrue(kept.has(one, at + 10_000_000));
    assertFalse(kept.has(one, at + 10_000_001));
    assertFalse(kept.has(one, at - 10_000_001));
    assertFalse(kept.has(one, Long.MAX_VALUE));
    assertFalse(kept.has(one, Long.MIN_VALUE));
    assertFalse(kept.has(keys.bytes(row(table, 2L, null)), at));
    assertFalse(kept.has(one, at + 3_600_000_000L), "the epoch's own rows");
    assertTrue(new KeptRows(table, 3, 4, 1_000, null).has(one, at + 3_600_000_000L));
    assertFalse(new KeptRows(table, 2, 4, 1_000, null).has(one, at + 3_600_000_000L));
    assertThrows(
        JoinedTableException.class, () -> new KeptRows(table, 3, 4, 100, null).has(one, at));
    assertSame(KeptRows.inThisJvm(table, 3, 4), KeptRows.inThisJvm(table, 3, 4));
    assertFalse(KeptRows.inThisJvm(table, 2, 4).has(one, at + 3_600_000_000L));
    assertFalse(KeptRows.inThisJvm(table, 3, 3).has(one, at + 3_600_000_000L));
    assertTrue(KeptRows.inThisJvm(table, 3, 4).has(one, at + 3_600_000_000L));
    // Files that were asked stay read, and count.
    KeptRows more = new KeptRows(table, 3, 4, 1_000, kept);
    Files.delete(data(table, 2));
    assertTrue(more.has(one, at));
    KeptRows forgotten = new KeptRows(table, 3, 4, 1_000, new KeptRows(table, 3, 4, 1_000, more));
    assertThrows(DeltaException.class, () -> forgotten.has(one, at));
    // What cannot have a row that is near is not read.
    Files.delete(data(table, 1));
    assertTrue(new KeptRows(table, 3, 4, 1_000, null).has(one, at + 3_600_000_000L));
  }

  private static Path data(CompiledTable table, int epoch) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(table.path().uri()))) {
      return files
          .filter(f -> f.getFileName().toString().startsWith("part-0000000" + epoch))
          .findFirst()
          .orElseThrow();
    }
  }

  private static InternalRow row(CompiledTable table, Long id, Instant at) {
    Object[] values = new Object[table.rowSchema().columns().size()];
    values[0] = id;
    values[1] = at;
    return TestingRows.of(table.rowSchema(), values);
  }

  @Test
  void keysAreThoseOfDistinct() {
    TableSchema schema = SchemaDdl.parse("x DOUBLE, s STRING, a ARRAY<FLOAT>");
    RowKey keys = RowKey.of(schema, List.of("X", "a"));
    byte[] first = keys.bytes(TestingRows.of(schema, -0.0, "one", List.of(Float.NaN, -0.0f)));
    assertTrue(
        Arrays.equals(
            first,
            keys.bytes(
                TestingRows.of(
                    schema, 0.0, "two", List.of(Float.intBitsToFloat(0x7fc00001), 0.0f)))));
    byte[] none = keys.bytes(TestingRows.of(schema, null, "one", null));
    assertTrue(Arrays.equals(none, keys.bytes(TestingRows.of(schema, null, "two", null))));
    assertFalse(Arrays.equals(first, none));
  }

  @Test
  void aFileWithoutBoundsMayHaveAnyTime() {
    assertEquals(
        new TimeRange(Long.MIN_VALUE, Long.MAX_VALUE),
        TimeRange.of(
            new DataFile("a", Map.of(), 1, 1, "{\"minValues\":{\"at\":\"soon\"}}", 0), "at"));
    assertEquals(
        new TimeRange(1_767_225_600_000_000L, 1_767_225_601_001_000L),
        TimeRange.of(
            new DataFile(
                "a",
                Map.of(),
                1,
                1,
                "{\"minValues\":{\"at\":\"2026-01-01T01:00:00.000+01:00\"},"
                    + "\"maxValues\":{\"at\":\"2026-01-01T00:00:01.000Z\"}}",
                0),
            "at"));
  }
}
