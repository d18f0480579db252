package io.lakebeam.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is deleted, and above all what is not. */
class VacuumTest {
  private static final Duration WEEK = Duration.ofDays(7);
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.required("id", Primitive.BIGINT), Column.nullable("_code", Primitive.STRING));

  @TempDir Path lake;
  private String path;
  private DeltaTable table;
  private long commits;

  @BeforeEach
  void table() {
    path = lake.resolve("a flight: ü").toString();
    table = DeltaTable.at(Place.of(path));
    table.create(new TableDefinition(SCHEMA, List.of("_code"), "", Map.of()));
  }

  private List<DataFile> write(long id, String code) {
    try (DataFileWriter writer =
        new DataFileWriter(Place.of(path), SCHEMA, List.of("_code"), "1")) {
      writer.write(TestingRows.of(SCHEMA, id, code));
      return writer.finish();
    }
  }

  private DataFile commit(long id, String code) {
    List<DataFile> files = write(id, code);
    commit(Commit.builder("a", ++commits).add(files));
    return files.get(0);
  }

  private void commit(Commit.Builder commit) {
    assertEquals(
        CommitOutcome.Committed.class, table.commit(commit.build()).getClass(), "a commit");
  }

  private void remove(DataFile file) {
    commit(Commit.builder("a", ++commits).remove(List.of(file)).readFrom(Tables.version(path)));
  }

  private static void age(Path file, Duration by) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(by)));
  }

  private void ageAll(Duration by) throws IOException {
    try (Stream<Path> files = Files.walk(lake)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        age(file, by);
      }
    }
  }

  private List<String> unneeded(Duration retention) {
    return unneeded(retention, Instant.now());
  }

  private List<String> unneeded(Duration retention, Instant now) {
    return unneeded(retention, now, Set.of());
  }

  private List<String> unneeded(Duration retention, Instant now, Set<String> pending) {
    return Vacuum.find(table, retention, now, pending).stream()
        .map(each -> Path.of(each.file().toUri().getPath()))
        .map(each -> Path.of(path).relativize(each).toString())
        .toList();
  }

  private String name(DataFile file) {
    return Path.of(path)
        .relativize(Path.of(file.location(Place.of(path)).toUri().getPath()))
        .toString();
  }

  @Test
  void filesOfAttemptsThatDiedAreFoundOnceTheyAreOld() throws Exception {
    commit(1, "a:b/c %41");
    commit(2, null);
    DataFile orphan = write(1, "a:b/c %41").get(0);
    assertEquals(List.of(), unneeded(WEEK), "its commit may be under way");
    ageAll(WEEK.minusMinutes(1));
    assertEquals(List.of(), unneeded(WEEK));
    ageAll(WEEK.plusMinutes(1));
    assertEquals(List.of(name(orphan)), unneeded(WEEK));
    assertEquals(List.of("1|a:b/c %41", "2|null"), Tables.texts(path, "id", "_code"));
  }

  @Test
  void whatAnEpochHasDecidedToCommitStaysHoweverOldItIs() throws Exception {
    commit(1, null);
    DataFile decided = write(2, "a:b/c %41").get(0);
    DataFile orphan = write(2, "a:b/c %41").get(0);
    ageAll(WEEK.multipliedBy(10));
    Set<String> pending = Set.of(decided.path(), "of/another.parquet");
    assertEquals(List.of(name(orphan)), unneeded(WEEK, Instant.now(), pending));
  }

  @Test
  void whatLiesBehindALinkIsNotLookedAt() throws Exception {
    DataFile kept = commit(1, "x");
    DataFile orphan = write(2, "x").get(0);
    Path outside = Files.createDirectories(lake.resolve("outside/deep"));
    Path important = Files.writeString(outside.resolve("important.parquet"), "x");
    Files.createSymbolicLink(Path.of(path, "link"), outside.getParent());
    Files.createSymbolicLink(Path.of(path, "file.parquet"), important);
    Path partition = Path.of(path, name(kept)).getParent();
    Path elsewhere = Files.move(partition, lake.resolve("elsewhere"));
    Files.createSymbolicLink(partition, elsewhere);
    ageAll(Duration.ofDays(30));
    assertEquals(List.of(), unneeded(WEEK), name(orphan) + " is behind a link by now");
  }

  @Test
  void aLinkThatIsMadeMeanwhileLeadsNowhere() throws Exception {
    commit(1, "x");
    DataFile orphan = write(2, "y").get(0);
    ageAll(Duration.ofDays(30));
    List<Vacuum.Unneeded> found = Vacuum.find(table, WEEK, Instant.now(), Set.of());
    assertEquals(1, found.size());
    Path partition = Path.of(path, name(orphan)).getParent();
    Path elsewhere = Files.move(partition, lake.resolve("elsewhere"));
    Files.createSymbolicLink(partition, elsewhere);
    String told = assertThrows(StorageException.class, found.get(0)::delete).getMessage();
    assertTrue(told.contains("a symbolic link leads from there out of " + path), told);
    try (Stream<Path> files = Files.list(elsewhere)) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void aLogThatIsALinkIsNotLookedAt() throws Exception {
    commit(1, "x");
    Path log = Path.of(path, "_delta_log");
    Path elsewhere = Files.move(log, lake.resolve("elsewhere"));
    Path half = elsewhere.resolve(".00000000000000000002.json." + UUID.randomUUID() + ".tmp");
    Files.writeString(half, "{");
    Files.createSymbolicLink(log, elsewhere);
    ageAll(Duration.ofDays(30));
    assertThrows(
        StorageException.class,
        () ->
            Vacuum.temporaries(
                Storage.PLAIN,
                new org.apache.hadoop.fs.Path(path),
                new org.apache.hadoop.fs.Path(path, "_delta_log"),
                Instant.now()));
    assertThrows(StorageException.class, () -> unneeded(WEEK));
  }

  @Test
  void whatOlderVersionsHaveStaysForTheRetention() throws Exception {
    DataFile removed = commit(1, "x");
    commit(2, "y");
    remove(removed);
    ageAll(Duration.ofDays(30));
    assertEquals(List.of(), unneeded(WEEK), "it was removed just now");
    assertEquals(
        List.of(name(removed)),
        unneeded(Duration.ofHours(1), Instant.now().plus(Duration.ofHours(2))));
    assertEquals(List.of(), unneeded(Duration.ofHours(3), Instant.now().plus(Duration.ofHours(2))));
  }

  @Test
  void aCheckpointForgetsNothingThatIsNeeded() throws Exception {
    DataFile removed = commit(0, "x");
    remove(removed);
    for (int i = 1; i <= 25; i++) {
      commit(i, "y");
    }
    ageAll(Duration.ofDays(30));
    assertTrue(Files.exists(Path.of(path, "_delta_log/00000000000000000020.checkpoint.parquet")));
    assertEquals(List.of(), unneeded(WEEK));
    assertEquals(25, Tables.rows(path).size());
  }

  @Test
  void aRetentionIsAtMostTheTablesOwn() throws Exception {
    commit(
        Commit.builder("p", 1)
            .properties(Map.of("delta.deletedFileRetentionDuration", "interval 2 days")));
    assertEquals(Duration.ofDays(2), table.fileRetention());
    DataFile orphan = write(1, "x").get(0);
    ageAll(Duration.ofDays(3));
    assertEquals(List.of(name(orphan)), unneeded(WEEK));
  }

  @Test
  void whatNoWriterOfTablesWroteIsLeftAlone() throws Exception {
    commit(1, "x");
    Path folder = Path.of(path);
    Files.writeString(folder.resolve("README.txt"), "of somebody");
    Files.createDirectories(folder.resolve("_change_data"));
    Files.writeString(folder.resolve("_change_data/c.parquet"), "of Delta");
    Files.createDirectories(folder.resolve(".hidden"));
    Files.writeString(folder.resolve(".hidden/c.parquet"), "of somebody");
    Files.createDirectories(folder.resolve("inner/_delta_log"));
    Files.writeString(folder.resolve("inner/_delta_log/00000000000000000000.json"), "{}");
    Files.writeString(folder.resolve("inner/c.parquet"), "of another table");
    ageAll(Duration.ofDays(30));
    assertEquals(List.of(), unneeded(WEEK));
  }

  @Test
  void temporaryFilesOfTheLogAreFound() throws Exception {
    commit(1, "x");
    String half = "_delta_log/.00000000000000000002.json." + UUID.randomUUID() + ".tmp";
    Files.writeString(Path.of(path, half), "{");
    Files.writeString(Path.of(path, "_delta_log/.notes"), "");
    assertEquals(List.of(), unneeded(WEEK));
    ageAll(Duration.ofDays(30));
    assertEquals(List.of(half), unneeded(WEEK));
  }

  @Test
  void aTableThatLacksFilesIsNotTouched() throws Exception {
    DataFile lost = commit(1, "x");
    write(2, "x");
    Files.delete(Path.of(path, name(lost)));
    ageAll(Duration.ofDays(30));
    String message = assertThrows(DeltaException.class, () -> unneeded(WEEK)).getMessage();
    assertTrue(message.startsWith("nothing is deleted from table "), message);
    assertTrue(message.contains("1 of its files are missing, the first is "), message);
  }
}
