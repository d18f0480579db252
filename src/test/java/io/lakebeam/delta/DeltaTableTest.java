package io.lakebeam.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.CommitOutcome.AlreadyCommitted;
import io.lakebeam.delta.CommitOutcome.Committed;
import io.lakebeam.delta.CommitOutcome.Conflicted;
import io.lakebeam.delta.CommitOutcome.Failed;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.StorageException;
import io.lakebeam.testing.RandomRows;
import io.lakebeam.testing.TestingRows;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeltaTableTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.required("id", Primitive.BIGINT),
          Column.nullable("carrier", Primitive.STRING),
          new Column("delay", new DataType.Decimal(10, 2), true, "minutes"));
  private static final TableDefinition FLIGHTS =
      new TableDefinition(
          SCHEMA,
          List.of("carrier"),
          "one row a flight",
          Map.of("delta.logRetentionDuration", "interval 7 days"));

  @TempDir Path lake;
  private String path;
  private DeltaTable table;

  @BeforeEach
  void table() {
    path = lake.resolve("flights").toString();
    table = DeltaTable.at(Place.of(path));
  }

  @Test
  void thereIsOneInstanceATable() {
    assertSame(table, DeltaTable.at(Place.of("file://" + path)));
  }

  @Test
  void whatDoesNotExistIsEmpty() {
    assertEquals(Optional.empty(), table.latest());
    assertEquals(List.of(), table.history(10));
    assertEquals(OptionalLong.empty(), table.transactionVersion("a"));
    Failed failed = assertInstanceOf(Failed.class, table.commit(Commit.builder("a", 1).build()));
    assertTrue(failed.reason().contains("does not exist"), failed.reason());
  }

  @Test
  void aCommitMayFollowAnotherAndSetOtherVersions() {
    table.create(FLIGHTS);
    assertInstanceOf(Conflicted.class, table.commit(Commit.builder("a", 2).follows(1).build()));
    assertInstanceOf(
        Committed.class,
        table.commit(Commit.builder("a", 2).follows(-1).marks(Map.of("b", 7L, "c", 0L)).build()));
    assertEquals(OptionalLong.of(7), table.transactionVersion("b"));
    assertEquals(OptionalLong.of(0), table.transactionVersion("c"));
    assertInstanceOf(Conflicted.class, table.commit(Commit.builder("a", 4).follows(3).build()));
    assertInstanceOf(
        AlreadyCommitted.class, table.commit(Commit.builder("a", 2).follows(-1).build()));
    assertInstanceOf(Committed.class, table.commit(Commit.builder("a", 4).follows(2).build()));
  }

  /** Somebody who slept is told that all of it was made anew. */
  @Test
  void aCommitIsVoidOnceAnotherApplicationIsBeyondItsBound() {
    table.create(FLIGHTS);
    Commit.Builder slept = Commit.builder("old", 1).unlessBeyond("anew", 4);
    assertInstanceOf(
        Committed.class, table.commit(Commit.builder("a", 1).marks(Map.of("anew", 5L)).build()));
    assertInstanceOf(Conflicted.class, table.commit(slept.build()));
    assertEquals(OptionalLong.empty(), table.transactionVersion("old"));
    assertInstanceOf(Committed.class, table.commit(slept.unlessBeyond("anew", 5).build()));
  }

  @Test
  void aCreatedTableIsAsDefined() {
    assertTrue(table.create(FLIGHTS));
    assertFalse(table.create(FLIGHTS));

    Snapshot snapshot = table.latest().orElseThrow();
    assertEquals(0, snapshot.version());
    assertEquals(SCHEMA, snapshot.schema());
    assertEquals(List.of("carrier"), snapshot.partitionBy());
    assertEquals("one row a flight", snapshot.comment());
    assertEquals(FLIGHTS.properties(), snapshot.properties());
    assertEquals(List.of(), snapshot.files());
  }

  @Test
  void everyTypeSurvivesTheLog() {
    TableSchema schema = RandomRows.everyType();
    table.create(TableDefinition.of(schema));
    List<Column> expected = new ArrayList<>(schema.columns());
    TableSchema actual = table.latest().orElseThrow().schema();

    // Delta refuses NOT NULL inside arrays and maps.
    expected.replaceAll(c -> new Column(c.name(), relaxed(c.type()), c.nullable(), c.comment()));
    assertEquals(expected, actual.columns());
    table.create(TableDefinition.of(schema));
  }

  @Test
  void anotherTableInItsPlaceIsToldColumnByColumn() {
    table.create(FLIGHTS);
    TableSchema other =
        TableSchema.of(
            Column.nullable("id", Primitive.BIGINT),
            Column.nullable("carrier", Primitive.STRING),
            Column.nullable("delay", Primitive.INT),
            Column.nullable("origin", Primitive.STRING));

    TableMismatchException mismatch =
        assertThrows(TableMismatchException.class, () -> table.create(TableDefinition.of(other)));

    assertEquals(
        List.of(
            new TableMismatchException.Difference(
                "column delay", "DECIMAL(10,2)", "INT", "a type does not change in place"),
            new TableMismatchException.Difference(
                "partition columns", "carrier", "none", "files are laid out by them")),
        mismatch.differences());
    assertTrue(
        mismatch
            .getMessage()
            .contains("column delay: the table has DECIMAL(10,2), the pipeline declares INT"),
        mismatch.getMessage());
  }

  /**
   * A first run that failed before any row was written does not hold the pipeline to its columns.
   */
  @Test
  void aTableThatNobodyHasWrittenToBecomesWhatIsAskedFor() throws Exception {
    table.create(FLIGHTS);
    TableSchema mended =
        TableSchema.of(
            Column.nullable("id", Primitive.STRING), Column.nullable("origin", Primitive.STRING));
    TableDefinition definition =
        new TableDefinition(mended, List.of("origin"), "", FLIGHTS.properties());
    for (int i = 0; i < 2; i++) {
      assertFalse(table.create(definition));
      Snapshot snapshot = table.latest().orElseThrow();
      assertEquals(mended, snapshot.schema());
      assertEquals(List.of("origin"), snapshot.partitionBy());
      assertEquals(1, snapshot.version(), "once, however often it is asked for");
    }
    assertFalse(table.create(FLIGHTS));
    assertEquals(SCHEMA, table.latest().orElseThrow().schema());

    assertInstanceOf(Committed.class, table.commit(Commit.builder("a", 1).build()));
    assertThrows(
        TableMismatchException.class, () -> table.create(definition), "an epoch was committed");
    assertThrows(
        TableMismatchException.class,
        () -> table.create(new TableDefinition(mended, List.of(), "", Map.of("x", "another's"))));
  }

  @Test
  void manyCreatorsMakeOneTable() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    CountDownLatch start = new CountDownLatch(1);
    List<Future<?>> creators = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      creators.add(
          threads.submit(
              () -> {
                start.await();
                table.create(FLIGHTS);
                return null;
              }));
    }
    start.countDown();
    for (Future<?> creator : creators) {
      creator.get();
    }
    threads.shutdown();
    assertEquals(0, table.latest().orElseThrow().version());
  }

  @Test
  void aCommitHappensOnce() {
    table.create(FLIGHTS);
    List<DataFile> files = write(20, 1);

    assertEquals(new Committed(1), table.commit(append(7, files)));
    assertEquals(new AlreadyCommitted(7), table.commit(append(7, write(20, 2))));
    assertEquals(new AlreadyCommitted(7), table.commit(append(6, write(20, 3))));

    Snapshot snapshot = table.latest().orElseThrow();
    assertEquals(1, snapshot.version());
    assertEquals(Set.copyOf(files), Set.copyOf(snapshot.files()));
    assertEquals(Optional.of(20L), snapshot.rows());
    assertEquals(OptionalLong.of(7), table.transactionVersion("airlines/flights"));
    assertEquals(OptionalLong.empty(), table.transactionVersion("somebody else"));
  }

  @Test
  void racingAttemptsOfOneCommitLeaveOne() throws Exception {
    table.create(FLIGHTS);
    ExecutorService threads = Executors.newFixedThreadPool(6);
    List<Future<CommitOutcome>> attempts = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      Commit commit = append(1, write(5, i));
      attempts.add(threads.submit(() -> table.commit(commit)));
    }
    int committed = 0;
    for (Future<CommitOutcome> attempt : attempts) {
      if (attempt.get() instanceof Committed) {
        committed++;
      } else {
        assertEquals(new AlreadyCommitted(1), attempt.get());
      }
    }
    threads.shutdown();
    assertEquals(1, committed);
    assertEquals(Optional.of(5L), table.latest().orElseThrow().rows());
  }

  @Test
  void checkpointsKeepEverything() {
    table.create(FLIGHTS);
    Set<DataFile> files = new HashSet<>();
    for (int i = 0; i < 25; i++) {
      List<DataFile> more = write(3, i);
      files.addAll(more);
      assertEquals(new Committed(i + 1), table.commit(append(i, more)));
    }
    assertTrue(
        Files.exists(lake.resolve("flights/_delta_log/00000000000000000020.checkpoint.parquet")));

    assertEquals(files, Set.copyOf(table.latest().orElseThrow().files()));
    assertEquals(11, table.at(11).version());
    assertEquals(Optional.of(33L), table.at(11).rows());
  }

  @Test
  void replacedFilesConflictWithForeignChanges() {
    table.create(FLIGHTS);
    List<DataFile> first = write(4, 1);
    table.commit(append(1, first));
    List<DataFile> second = write(4, 2);

    Commit rewrite =
        Commit.builder("rewriter", 1)
            .readFrom(1)
            .remove(first)
            .add(second)
            .operation(Commit.Operation.MERGE)
            .build();
    assertEquals(new Committed(2), table.commit(rewrite));
    assertEquals(Set.copyOf(second), Set.copyOf(table.latest().orElseThrow().files()));

    Commit late = Commit.builder("other", 1).readFrom(1).add(write(1, 3)).build();
    Conflicted conflict = assertInstanceOf(Conflicted.class, table.commit(late));
    assertTrue(conflict.reason().contains("version 2"), conflict.reason());
  }

  @Test
  void changesAreWhatCameAndWent() {
    table.create(FLIGHTS);
    List<DataFile> first = write(4, 1);
    table.commit(append(1, first));
    List<DataFile> second = write(4, 2);
    table.commit(append(2, second));
    List<DataFile> third = write(4, 3);
    table.commit(Commit.builder("m", 1).readFrom(2).remove(first).add(third).build());
    List<DataFile> compacted = write(8, 4);
    table.commit(
        Commit.builder("c", 1)
            .readFrom(3)
            .remove(second)
            .add(compacted)
            .content(Commit.Content.REARRANGED)
            .build());

    Changes all = table.changes(-1, 4);
    assertEquals(concat(concat(first, second), third), Set.copyOf(all.added()));
    assertEquals(Set.copyOf(first), Set.copyOf(all.removed()));
    Changes last = table.changes(2, 4);
    assertEquals(Set.copyOf(third), Set.copyOf(last.added()));
    assertEquals(paths(first), paths(last.removed()));
    assertEquals(
        first.stream().map(DataFile::partitionValues).toList(),
        last.removed().stream().map(DataFile::partitionValues).toList());
    assertTrue(table.changes(4, 4).isEmpty());
    assertThrows(DeltaException.class, () -> table.changes(4, 5));
  }

  @Test
  void changesBeforeTheOldestLogFileAreGone() throws Exception {
    table.create(FLIGHTS);
    for (int i = 0; i < 11; i++) {
      table.commit(append(i, write(1, i)));
    }
    for (int i = 0; i < 5; i++) {
      Files.delete(lake.resolve("flights/_delta_log/0000000000000000000" + i + ".json"));
    }

    assertThrows(ChangesGoneException.class, () -> table.changes(2, 11));
    assertEquals(Optional.of(11L), table.latest().orElseThrow().rows());
  }

  @Test
  void historyTellsWhatWasDone() {
    table.create(FLIGHTS);
    List<DataFile> files = write(9, 1);
    table.commit(
        Commit.builder("airlines/flights", 3)
            .add(files)
            .parameters(Map.of("epoch", "3", "said", "\"yes\""))
            .metrics(Map.of("numDroppedRows", 2L))
            .build());

    List<HistoryEntry> history = table.history(10);

    assertEquals(List.of(1L, 0L), history.stream().map(HistoryEntry::version).toList());
    HistoryEntry entry = history.get(0);
    assertEquals("STREAMING UPDATE", entry.operation());
    assertEquals(Map.of("epoch", "3", "said", "\"yes\""), entry.parameters());
    assertEquals("9", entry.metrics().get("numOutputRows"));
    assertEquals(Integer.toString(files.size()), entry.metrics().get("numFiles"));
    assertEquals("2", entry.metrics().get("numDroppedRows"));
    assertTrue(entry.engine().startsWith("Lakebeam/"), entry.engine());
    assertEquals("CREATE TABLE", history.get(1).operation());
    assertEquals(List.of(entry), table.history(1));
  }

  @Test
  void propertiesComeWithACommitAndAppendsSurviveThem() {
    table.create(FLIGHTS);
    table.commit(
        Commit.builder("p", 1).properties(Map.of("lakebeam.pipeline", "airlines")).build());

    assertEquals("airlines", table.latest().orElseThrow().properties().get("lakebeam.pipeline"));
    assertEquals(new Committed(2), table.commit(append(1, write(1, 1))));
  }

  @Test
  void aFolderThatCannotBeWrittenIsExplained() throws Exception {
    Path file = Files.createFile(lake.resolve("no-folder"));
    DeltaTable inFile = DeltaTable.at(Place.of(file.resolve("flights").toString()));

    StorageException error = assertThrows(StorageException.class, () -> inFile.create(FLIGHTS));
    assertTrue(error.getMessage().startsWith("cannot create table"), error.getMessage());
  }

  @Test
  void everyByteOfAnOddPathAndPartitionSurvives() {
    DeltaTable odd =
        DeltaTable.at(Place.of(lake.resolve("my lake %41 é").resolve("t+1").toString()));
    odd.create(FLIGHTS);
    String carrier = "a b/c=%41:ü#?&+\"'\\";
    List<DataFile> files;
    try (DataFileWriter writer = new DataFileWriter(odd.place(), SCHEMA, List.of("carrier"), "")) {
      writer.write(TestingRows.of(SCHEMA, 1L, carrier, null));
      files = writer.finish();
    }
    odd.commit(append(1, files));

    DataFile file = odd.latest().orElseThrow().files().get(0);
    assertEquals(files.get(0), file);
    try (CloseableIterator<InternalRow> rows =
        DataFileReader.read(odd.place(), file, SCHEMA, List.of("carrier"))) {
      assertEquals(carrier, rows.next().getString(0));
    }
  }

  private static Commit append(long version, List<DataFile> files) {
    return Commit.builder("airlines/flights", version).add(files).build();
  }

  private List<DataFile> write(int rows, long seed) {
    try (DataFileWriter writer =
        new DataFileWriter(Place.of(path), SCHEMA, List.of("carrier"), Long.toString(seed))) {
      TestingRows.internal(SCHEMA, new RandomRows(new Random(seed)).rows(SCHEMA, rows))
          .forEach(writer::write);
      return writer.finish();
    }
  }

  private static Set<DataFile> concat(java.util.Collection<DataFile> a, List<DataFile> b) {
    Set<DataFile> both = new HashSet<>(a);
    both.addAll(b);
    return both;
  }

  private static List<String> paths(List<DataFile> files) {
    return files.stream().map(DataFile::path).toList();
  }

  private static DataType relaxed(DataType type) {
    if (type instanceof DataType.Array array) {
      return new DataType.Array(nullable(array.element()));
    }
    if (type instanceof DataType.Map map) {
      return new DataType.Map(map.key(), nullable(map.value()));
    }
    return type;
  }

  private static DataType nullable(DataType type) {
    return type instanceof DataType.Struct struct
        ? new DataType.Struct(
            struct.fields().stream()
                .map(f -> new Column(f.name(), nullable(f.type()), true, f.comment()))
                .toList())
        : relaxed(type);
  }
}
