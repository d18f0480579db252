package io.lakebeam.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A log that is kept for a week, after nine days. */
class LogRetentionTest {
  private static final TableSchema SCHEMA = TableSchema.of(Column.required("id", Primitive.BIGINT));

  @TempDir Path lake;
  private String path;
  private DeltaTable table;

  @BeforeEach
  void aTableOfTwelveOldVersions() throws Exception {
    path = lake.resolve("t").toString();
    table = DeltaTable.at(Place.of(path));
    table.create(new TableDefinition(SCHEMA, List.of(), "", TableDefinition.LOG_KEPT_A_WEEK));
    for (int version = 1; version <= 12; version++) {
      commit(version);
    }
    age(Duration.ofDays(9));
  }

  private void commit(long id) {
    try (DataFileWriter writer = new DataFileWriter(Place.of(path), SCHEMA, List.of(), "")) {
      writer.write(TestingRows.of(SCHEMA, id));
      CommitOutcome outcome = table.commit(Commit.builder("a", id).add(writer.finish()).build());
      assertEquals(new CommitOutcome.Committed(id), outcome);
    }
  }

  /** Each version a second younger than the one before, as Delta expects it. */
  private void age(Duration by) throws IOException {
    Instant time = Instant.now().minus(by);
    for (Path file : log()) {
      time = time.plusSeconds(1);
      Files.setLastModifiedTime(file, FileTime.from(time));
    }
  }

  private List<Path> log() throws IOException {
    try (Stream<Path> files = Files.list(lake.resolve("t/_delta_log"))) {
      return files.filter(file -> file.getFileName().toString().matches("\\d.*")).sorted().toList();
    }
  }

  @Test
  void oldVersionsGoWithTheNextCheckpointAndTheTableStaysWhole() throws Exception {
    for (int version = 13; version <= 20; version++) {
      commit(version);
    }
    assertFalse(Files.exists(lake.resolve("t/_delta_log/00000000000000000011.json")));
    assertEquals("00000000000000000013.json", log().get(0).getFileName().toString());
    assertEquals(20, Tables.rows(path).size());
    assertEquals(20, table.transactionVersion("a").orElseThrow(), "who has committed what stays");
    assertEquals(8, table.history(100).size());
    assertThrows(ChangesGoneException.class, () -> table.changes(3, 20));
    assertEquals(4, table.changes(16, 20).added().size());
  }

  @Test
  void aVersionThatIsNeededToReadTheTableStays() throws Exception {
    commit(13);
    age(Duration.ofDays(9));
    commit(14);
    assertTrue(Files.exists(lake.resolve("t/_delta_log/00000000000000000010.checkpoint.parquet")));
    assertEquals(14, Tables.rows(path).size());
  }
}
