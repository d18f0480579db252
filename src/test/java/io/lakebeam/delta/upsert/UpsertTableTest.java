package io.lakebeam.delta.upsert;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.pipeline.CompiledUpsert;
import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Upsert tables on a disk, with files so small that keys are spread over many of them. */
class UpsertTableTest {
  private static final int FILE_ROWS = 4;
  private static final Instant NOW = Instant.parse("2026-01-02T00:00:00Z");

  @TempDir Path dir;
  private int tables;
  private int epoch;
  private UpsertTable table;
  private DeltaTable changes;

  private void make(String partitionBy, String more) {
    Path home = dir.resolve("t" + ++tables);
    CompiledUpsert compiled =
        new TestingPipeline(home)
            .yaml(
                """
                pipeline: p
                sources:
                  feed:
                    files: "in/*.csv"
                    format: csv
                    schema: "id BIGINT, a STRING, b INT, op STRING, seq INT"
                datasets:
                  t:
                    partition_by: %s
                    streaming_table:
                      sql: SELECT id, a, b, op, seq FROM feed
                      upsert:
                        keys: [id]
                        sequence_by: seq
                        delete_when: op = 'D'
                        columns: [id, a, b]
                """
                        .formatted(partitionBy)
                    + more.indent(8))
            .compile()
            .upserts()
            .get(0);
    UpsertTable made = compiled.in("p", Place.of(home.resolve("lake").toString()));
    table =
        new UpsertTable(
            made.path(),
            made.remembered(),
            made.upstream(),
            made.upstreamSchema(),
            made.application(),
            made.query(),
            made.partitionBy(),
            FILE_ROWS);
    changes = DeltaTable.at(table.upstream());
    changes.create(new TableDefinition(table.upstreamSchema(), List.of(), "", Map.of()));
    DeltaTable.at(table.path()).create(compiled.definition());
  }

  private void add(List<TestingFeed> feed) {
    try (DataFileWriter writer =
        new DataFileWriter(table.upstream(), table.upstreamSchema(), List.of(), "")) {
      feed.forEach(each -> writer.write(stored(each)));
      List<DataFile> files = writer.finish();
      changes.commit(Commit.builder("flows", ++epoch).add(files).build());
    }
  }

  private static InternalRow stored(TestingFeed each) {
    return new GenericInternalRow(
        new Object[] {
          each.isTruncation() ? null : each.id(),
          each.a() == null ? null : Utf8.of(each.a()),
          each.b(),
          Utf8.of(each.isTruncation() ? "T" : each.deleted() ? "D" : "U"),
          each.sequence(),
          Utf8.of("feed"),
          Utf8.of("f@" + each.position()),
          NOW.toEpochMilli() * 1000
        });
  }

  private Merge.Counts merge() {
    Optional<Merge> merge = table.merge(NOW);
    if (merge.isEmpty()) {
      return Merge.Counts.NONE;
    }
    List<Merge.Part> parts = new ArrayList<>();
    merge.get().units().forEach(unit -> parts.add(table.merge(unit, "s")));
    UpsertTable.Merged merged = table.commit(merge.get(), parts, NOW, "s");
    assertEquals(CommitOutcome.Committed.class, merged.outcome().getClass());
    return merged.counts();
  }

  private List<DataFile> files() {
    return DeltaTable.at(table.path()).latest().orElseThrow().files();
  }

  private List<InternalRow> rows(DataFile file) {
    TableSchema schema = table.query().storedSchema();
    List<InternalRow> rows = new ArrayList<>();
    try (CloseableIterator<InternalRow> read =
        DataFileReader.read(table.path(), file, schema, schema.names())) {
      read.forEachRemaining(rows::add);
    }
    return rows;
  }

  private List<String> texts() {
    return files().stream()
        .flatMap(file -> rows(file).stream())
        .map(row -> TestingFeed.text(row, table.query().hasHistory()))
        .sorted()
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]   | false | ignore_nulls: false",
        "[id] | false | ignore_nulls: false",
        "[a]  | false | ignore_nulls: {on: [b]}",
        "[]   | true  | history: full",
        "[a]  | true  | 'history: {track: [b]}'",
      })
  void randomFeedsComeToTheSameWhateverTheFiles(
      String partitionBy, boolean history, String declared) {
    boolean trackA = !declared.contains("track");
    for (int seed = 1; seed <= 3; seed++) {
      make(partitionBy, declared);
      Random random = new Random(seed);
      List<TestingFeed> feed = TestingFeed.of(random, 12, 70);
      List<TestingFeed> so = new ArrayList<>();
      Collections.shuffle(feed, random);
      while (so.size() < feed.size()) {
        int to = Math.min(feed.size(), so.size() + 1 + random.nextInt(25));
        add(feed.subList(so.size(), to));
        so.addAll(feed.subList(so.size(), to));
        if (random.nextInt(3) > 0) {
          merge();
          assertEquals(
              TestingFeed.oracle(so, history, trackA, true, declared.contains("nulls: {")),
              texts(),
              "seed " + seed);
        }
      }
      merge();
      assertEquals(
          TestingFeed.oracle(so, history, trackA, true, declared.contains("nulls: {")), texts());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "[], ignore_nulls: false",
    "[id], ignore_nulls: false",
    "[a], ignore_nulls: false",
    "[], ignore_nulls: {on: [b]}",
  })
  void truncationsDeleteWhatIsOlderWheneverTheyCome(String partitionBy, String declared) {
    boolean ignoresB = declared.contains("{");
    for (int seed = 1; seed <= 6; seed++) {
      make(partitionBy, declared + "\ntruncate_when: op = 'T'");
      Random random = new Random(seed);
      List<TestingFeed> feed = TestingFeed.of(random, 12, 70);
      for (int i = 0; i < 4; i++) {
        feed.add(TestingFeed.truncation(random.nextInt(70), 100 + i));
      }
      Collections.shuffle(feed, random);
      List<TestingFeed> so = new ArrayList<>();
      while (so.size() < feed.size()) {
        int to = Math.min(feed.size(), so.size() + 1 + random.nextInt(9));
        add(feed.subList(so.size(), to));
        so.addAll(feed.subList(so.size(), to));
        if (random.nextInt(3) > 0 || to == feed.size()) {
          merge();
          List<TestingFeed> said = TestingFeed.withoutTruncations(so, 12);
          assertEquals(
              TestingFeed.oracle(said, false, true, true, ignoresB), texts(), "seed " + seed);
        }
      }
      add(feed);
      assertEquals(0, merge().deleted());
      table.computeAnew(7);
      merge();
      assertEquals(
          TestingFeed.oracle(TestingFeed.withoutTruncations(feed, 12), false, true, true, ignoresB),
          texts());
    }
  }

  /** The value before both is forgotten when the first one comes, and needed for neither. */
  @Test
  void ofOneMomentANullSaysNothingEither() {
    TestingFeed first = new TestingFeed(6, "c", 3, 55, false, 1);
    TestingFeed lesser = new TestingFeed(6, "a", 0, 68, false, 2);
    TestingFeed greater = new TestingFeed(6, "b", null, 68, false, 3);
    for (List<TestingFeed> order :
        List.of(List.of(first, lesser, greater), List.of(greater, first, lesser))) {
      make("[]", "ignore_nulls: {on: [b]}");
      for (TestingFeed each : order) {
        add(List.of(each));
        merge();
      }
      assertEquals(List.of("6 b 0 68"), texts());
    }
  }

  @Test
  void valuesThatContradictEachOtherAreCounted() {
    make("[]", "ignore_nulls: {on: [b]}");
    add(List.of(new TestingFeed(1, "a", 1, 10, false, 1)));
    merge();
    add(List.of(new TestingFeed(1, "a", null, 10, false, 2)));
    assertEquals(0, merge().ties());
    add(List.of(new TestingFeed(1, "a", 0, 10, false, 3)));
    assertEquals(1, merge().ties());
    assertEquals(List.of("1 a 1 10"), texts());
  }

  /** As of a truncation whose condition is not declared any more when it is merged. */
  @Test
  void aChangeWithoutAKeyIsNone() {
    make("[]", "");
    add(List.of(row(1, 10), TestingFeed.truncation(20, 1)));
    merge();
    assertEquals(List.of("1 a 1 10"), texts());
    assertTrue(!table.isBehind());
  }

  @Test
  void aTruncationIsKnownForGood() {
    make("[]", "truncate_when: op = 'T'\ntombstones: 1h");
    add(List.of(row(1, 10), row(2, 30)));
    merge();
    add(List.of(TestingFeed.truncation(20, 1)));
    Merge.Counts counts = merge();
    assertEquals(1, counts.changes());
    assertEquals(1, counts.deleted());
    assertEquals(List.of("2 a 1 30"), texts());
    Instant later = NOW.plusSeconds(7200);
    add(List.of(row(1, 19), row(3, 19), row(4, 20)));
    Merge merge = table.merge(later).orElseThrow();
    List<Merge.Part> parts = new ArrayList<>();
    merge.units().forEach(unit -> parts.add(table.merge(unit, "s")));
    table.commit(merge, parts, later, "s");
    assertEquals(List.of("2 a 1 30", "4 a 1 20"), texts());
  }

  @Test
  void aTableThatIsEmptyIsTruncatedToo() {
    make("[]", "truncate_when: op = 'T'");
    add(List.of(TestingFeed.truncation(20, 1)));
    merge();
    assertTrue(!table.isBehind());
    add(List.of(row(1, 19), row(2, 21)));
    merge();
    assertEquals(List.of("2 a 1 21"), texts());
  }

  private static TestingFeed row(long id, int sequence) {
    return new TestingFeed(id, "a", 1, sequence, false, (int) id * 100 + sequence);
  }

  @Test
  void onlyFilesThatCanHoldAChangedKeyAreWrittenAgain() {
    make("[]", "");
    List<TestingFeed> feed = new ArrayList<>();
    for (int id = 0; id < 100; id++) {
      feed.add(row(id, 1));
    }
    add(feed);
    merge();
    Set<String> before = paths();
    assertEquals(25, before.size());
    add(List.of(row(50, 2), row(51, 2)));
    Merge.Counts counts = merge();
    assertEquals(2, counts.upserted());
    Set<String> kept = new HashSet<>(before);
    kept.retainAll(paths());
    assertTrue(kept.size() >= 23, kept.size() + " of 25 files stayed");
    assertEquals(100, texts().size());
  }

  private Set<String> paths() {
    Set<String> paths = new TreeSet<>();
    files().forEach(file -> paths.add(file.path()));
    return paths;
  }

  @Test
  void changesThatComeAgainChangeNothing() {
    make("[]", "");
    List<TestingFeed> feed = TestingFeed.of(new Random(5), 20, 60);
    add(feed);
    merge();
    Set<String> before = paths();
    List<String> rows = texts();
    add(feed);
    Merge.Counts counts = merge();
    assertEquals(before, paths());
    assertEquals(rows, texts());
    assertEquals(0, counts.upserted() + counts.deleted());
    assertTrue(!table.isBehind());
  }

  /** Sorted in another order, without our tags, all in one file. */
  @Test
  void filesThatSomebodyElseHasRearrangedAreMergedAllTheSame() {
    make("[]", "");
    List<TestingFeed> feed = TestingFeed.of(new Random(6), 30, 80);
    add(feed);
    merge();
    List<InternalRow> rows = new ArrayList<>();
    files().forEach(file -> rows.addAll(rows(file)));
    Collections.shuffle(rows, new Random(1));
    DeltaTable delta = DeltaTable.at(table.path());
    try (DataFileWriter writer =
        new DataFileWriter(table.path(), table.query().storedSchema(), List.of(), "")) {
      rows.forEach(writer::write);
      delta.commit(
          Commit.builder("optimize", 1)
              .add(writer.finish())
              .remove(files())
              .readFrom(delta.latest().orElseThrow().version())
              .content(Commit.Content.REARRANGED)
              .build());
    }
    List<TestingFeed> more = TestingFeed.of(new Random(7), 30, 40);
    add(more);
    merge();
    List<TestingFeed> all = new ArrayList<>(feed);
    all.addAll(more);
    assertEquals(TestingFeed.oracle(all, false, true, true, false), texts());
  }

  /** Somebody writes between the plan of a merge and its commit. */
  @Test
  void aMergeThatSomebodyElseHasOvertakenIsDoneAgain() {
    make("[]", "");
    add(List.of(row(1, 1), row(2, 1)));
    merge();
    add(List.of(row(1, 2)));
    Merge merge = table.merge(NOW).orElseThrow();
    List<Merge.Part> parts = new ArrayList<>();
    merge.units().forEach(unit -> parts.add(table.merge(unit, "s")));
    DeltaTable delta = DeltaTable.at(table.path());
    delta.commit(
        Commit.builder("delete", 1)
            .remove(files())
            .readFrom(delta.latest().orElseThrow().version())
            .operation(Commit.Operation.DELETE)
            .build());
    UpsertTable.Merged merged = table.commit(merge, parts, NOW, "s");
    assertEquals(CommitOutcome.Committed.class, merged.outcome().getClass());
    assertEquals(List.of("1 a 1 2"), texts());
    assertEquals(Optional.empty(), table.merge(NOW));
  }

  @Test
  void whatIsRememberedIsForgottenInTheEnd() {
    make("[]", "tombstones: 1h");
    add(List.of(new TestingFeed(1, null, null, 20, true, 1)));
    merge();
    DeltaTable remembered = DeltaTable.at(table.remembered());
    assertEquals(1, remembered.latest().orElseThrow().files().size());
    add(List.of(row(1, 18)));
    merge();
    assertEquals(List.of(), texts(), "deleted at 20, so what was said at 18 comes too late");
    Instant later = NOW.plusSeconds(7200);
    add(List.of(row(1, 19)));
    Merge merge = table.merge(later).orElseThrow();
    List<Merge.Part> parts = new ArrayList<>();
    merge.units().forEach(unit -> parts.add(table.merge(unit, "s")));
    table.commit(merge, parts, later, "s");
    assertEquals(List.of("1 a 1 19"), texts());
    assertEquals(0, remembered.latest().orElseThrow().files().size());
  }

  @Test
  void allOfItIsMergedAnewInOneCommit() {
    make("[]", "");
    add(TestingFeed.of(new Random(8), 30, 80));
    merge();
    List<String> rows = texts();
    long version = DeltaTable.at(table.path()).latest().orElseThrow().version();
    table.computeAnew(7);
    table.computeAnew(7);
    assertTrue(table.isToBeMergedAnew());
    merge();
    assertEquals(rows, texts());
    assertEquals(version + 2, DeltaTable.at(table.path()).latest().orElseThrow().version());
    assertTrue(!table.isToBeMergedAnew() && !table.isBehind());
  }

  /** What a row is made of is forgotten as a whole: half of it would say something else. */
  @Test
  void aRowThatIsMadeOfOldAndYoungChangesStaysAsItIs() {
    make("[]", "ignore_nulls: {on: [b]}\ntombstones: 1h");
    add(List.of(new TestingFeed(1, "a", 5, 10, false, 1)));
    merge();
    add(List.of(new TestingFeed(1, "a", null, 20, false, 2)));
    Instant later = NOW.plusSeconds(7200);
    for (int i = 0; i < 3; i++) {
      Merge merge = table.merge(later).orElseThrow();
      List<Merge.Part> parts = new ArrayList<>();
      merge.units().forEach(unit -> parts.add(table.merge(unit, "s")));
      table.commit(merge, parts, later, "s");
      assertEquals(List.of("1 a 5 20"), texts());
      add(List.of(new TestingFeed(1, "a", null, 20, false, 2)));
    }
  }

  /** An empty text is in the partition of NULL, and read back as NULL. */
  @Test
  void anEmptyTextInAPartitionColumnIsNull() {
    make("[a]", "");
    add(List.of(new TestingFeed(1, "", 1, 1, false, 1)));
    merge();
    add(List.of(new TestingFeed(1, "", 1, 2, false, 2)));
    merge();
    assertEquals(List.of("1 null 1 2"), texts());
  }

  /** Somebody deletes one key's changes, and writes those of others once more. */
  @Test
  void aRowThatIsDeletedStaysSoWhenItsChangesAreRearranged() {
    make("[]", "tombstones: 1h");
    add(List.of(row(1, 10), row(2, 10)));
    merge();
    add(List.of(new TestingFeed(1, null, null, 20, true, 5)));
    merge();
    Instant later = NOW.plusSeconds(7200);
    List<DataFile> files = changes.latest().orElseThrow().files();
    DataFile first = files.stream().filter(file -> file.rows() == 2).findFirst().orElseThrow();
    try (DataFileWriter writer =
        new DataFileWriter(table.upstream(), table.upstreamSchema(), List.of(), "")) {
      writer.write(stored(row(1, 10)));
      changes.commit(
          Commit.builder("delete", 1)
              .add(writer.finish())
              .remove(List.of(first))
              .readFrom(changes.latest().orElseThrow().version())
              .build());
    }
    Merge merge = table.merge(later).orElseThrow();
    List<Merge.Part> parts = new ArrayList<>();
    merge.units().forEach(unit -> parts.add(table.merge(unit, "s")));
    table.commit(merge, parts, later, "s");
    assertEquals(List.of("2 a 1 10"), texts());
  }

  /**
   * Somebody has removed the folder of the changes: nothing is lost by it, asked for anew or not.
   */
  @ParameterizedTest
  @CsvSource({"false", "true"})
  void changesThatAreMadeAnewAreMergedWithTheRowsThereAre(boolean wereMergedAnew) {
    make("[]", "");
    add(List.of(row(1, 1), row(2, 1)));
    merge();
    if (wereMergedAnew) {
      table.computeAnew(3);
      merge();
    }
    table.upstream().storage().delete(table.upstream().path());
    changes.create(new TableDefinition(table.upstreamSchema(), List.of(), "", Map.of()));
    add(List.of(row(2, 2), row(3, 1)));
    merge();
    assertEquals(List.of("1 a 1 1", "2 a 1 2", "3 a 1 1"), texts());
  }

  @Test
  void aTableWhoseChangesHaveNoRowsIsNotBehind() {
    make("[]", "");
    assertTrue(!table.isBehind());
    assertEquals(Optional.empty(), table.merge(NOW));
  }
}
