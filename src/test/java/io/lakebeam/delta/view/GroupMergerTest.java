package io.lakebeam.delta.view;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Commit;
import io.lakebeam.delta.CommitOutcome;
import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.DeltaTable;
import io.lakebeam.delta.Snapshot;
import io.lakebeam.delta.TableDefinition;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Views of many files: what rows they have, and which files a refresh touches. */
class GroupMergerTest {
  private static final TestingView VIEW =
      TestingView.valid(
          "d INT, k STRING, x BIGINT",
          "SELECT k, d, COUNT(*) AS n, SUM(x) AS s, AVG(x) AS a FROM t GROUP BY k, d");

  private static final int FILE_ROWS = 8;

  @TempDir Path lake;
  private final List<InternalRow> all = new ArrayList<>();
  private DeltaTable upstream;
  private ViewTable view;
  private long commits;

  private void tables(TestingView of, List<String> partitionBy) {
    upstream = DeltaTable.at(Place.of(lake.resolve("t").toString()));
    upstream.create(TableDefinition.of(of.table()));
    view =
        new ViewTable(
            Place.of(lake.resolve("v").toString()),
            upstream.place(),
            "p/v<-t",
            of.query(),
            partitionBy,
            FILE_ROWS);
    DeltaTable.at(view.path())
        .create(TableDefinition.of(of.stored()).partitionedBy(partitionBy.toArray(new String[0])));
  }

  private void append(List<InternalRow> rows) {
    try (DataFileWriter writer =
        new DataFileWriter(upstream.place(), VIEW.table(), List.of(), "")) {
      rows.forEach(writer::write);
      upstream.commit(Commit.builder("a", ++commits).add(writer.finish()).build());
    }
    all.addAll(rows);
  }

  private List<GroupMerger.Merged> refresh() {
    ViewTable.Refresh refresh = view.refresh("").orElseThrow();
    List<GroupMerger.Merged> merged = VIEW.merge(view, refresh, read(refresh));
    assertInstanceOf(CommitOutcome.Committed.class, view.commit(refresh, merged));
    return merged;
  }

  private List<InternalRow> read(ViewTable.Refresh refresh) {
    List<InternalRow> read = new ArrayList<>();
    for (DataFile file : refresh.files()) {
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(upstream.place(), file, VIEW.table(), VIEW.table().names())) {
        rows.forEachRemaining(read::add);
      }
    }
    return read;
  }

  private Snapshot snapshot() {
    return DeltaTable.at(view.path()).latest().orElseThrow();
  }

  /** As OPTIMIZE of another engine does: the same rows in one file a partition, without tags. */
  private void rearrange() {
    Snapshot before = snapshot();
    try (DataFileWriter writer =
        new DataFileWriter(view.path(), VIEW.stored(), view.partitionBy(), "")) {
      for (DataFile file : before.files()) {
        try (CloseableIterator<InternalRow> rows =
            DataFileReader.read(view.path(), file, VIEW.stored(), VIEW.stored().names())) {
          rows.forEachRemaining(writer::write);
        }
      }
      DeltaTable.at(view.path())
          .commit(
              Commit.builder("foreign", ++commits)
                  .add(writer.finish())
                  .remove(before.files())
                  .readFrom(before.version())
                  .build());
    }
  }

  private void assertShown() {
    List<String> expected =
        VIEW.shown(VIEW.groups(all)).stream()
            .map(row -> row.getString("k") + "|" + row.getInt32("d") + "|" + row.getInt64("n"))
            .sorted()
            .toList();
    assertEquals(expected, Tables.texts(view.path(), "k", "d", "n"));
    List<String> sums =
        VIEW.shown(VIEW.groups(all)).stream()
            .map(row -> row.getInt64("s") + "|" + row.getDouble("a"))
            .sorted()
            .toList();
    assertEquals(sums, Tables.texts(view.path(), "s", "a"));
  }

  @ParameterizedTest
  @CsvSource({"1,false", "2,false", "3,true", "4,true"})
  void aViewOfManyFilesIsTheQuerysResult(long seed, boolean isPartitioned) {
    tables(VIEW, isPartitioned ? List.of("d") : List.of());
    Random random = new Random(seed);
    int most = 0;
    for (int epoch = 0; epoch < 14; epoch++) {
      List<InternalRow> rows = new ArrayList<>();
      for (int i = random.nextInt(1, 40); i >= 0; i--) {
        String key = random.nextInt(20) == 0 ? null : "k" + random.nextInt(60);
        Integer day = random.nextInt(20) == 0 ? null : random.nextInt(3);
        rows.add(VIEW.row(day, key, random.nextLong(-1000, 1000)));
      }
      append(rows);
      refresh();
      assertShown();
      most = Math.max(most, snapshot().files().size());
      if (random.nextInt(5) == 0) {
        rearrange();
        assertShown();
      }
    }
    assertTrue(most > 6, most + " files");
    assertEquals(
        isPartitioned ? Set.of("d") : Set.of(),
        snapshot().files().stream()
            .flatMap(file -> file.partitionValues().keySet().stream())
            .collect(Collectors.toSet()));
  }

  @Test
  void filesWithoutAChangedGroupAreLeftAlone() {
    tables(VIEW, List.of());
    append(rows(0, 200));
    refresh();
    assertTrue(snapshot().files().size() >= 200 / FILE_ROWS, "files");
    append(rows(100, 103));
    assertTrue(replaced(refresh()) <= 2, "files of three groups that lie together");
    append(rows(300, 303));
    assertTrue(replaced(refresh()) <= 1, "new groups behind all others");
    append(Stream.of(0, 50, 100, 150).flatMap(at -> rows(at, at + 1).stream()).toList());
    assertTrue(replaced(refresh()) <= 4, "four groups far from each other");
    assertShown();
  }

  @Test
  void filesThatSomebodyHasRearrangedGetTheGroupsOnce() {
    tables(VIEW, List.of());
    append(rows(0, 40));
    refresh();
    append(rows(10, 20));
    ViewTable.Refresh refresh = view.refresh("").orElseThrow();
    List<GroupBatch> batches =
        VIEW.batches(view, refresh, read(refresh)).values().stream().flatMap(List::stream).toList();
    List<GroupMerger.Merged> merged = VIEW.merge(view, refresh, read(refresh));
    rearrange();
    assertInstanceOf(CommitOutcome.Conflicted.class, view.commit(refresh, merged));
    ViewTable.Refresh now = view.rebased(refresh).orElseThrow();
    Groups groups = view.groups();
    GroupMerger.Merged again =
        new GroupMerger(view, groups).merge(batches, view.slots(now, groups).files(), "");
    assertInstanceOf(CommitOutcome.Committed.class, view.commit(now, List.of(again)));
    assertShown();
    assertTrue(view.rebased(refresh).isEmpty(), "it is in the view by now");
    assertInstanceOf(CommitOutcome.AlreadyCommitted.class, view.commit(now, List.of(again)));
    assertShown();
  }

  @Test
  void batchesThatMeetAreAddedUp() {
    tables(VIEW, List.of());
    append(rows(0, 5_000));
    append(rows(2_500, 7_500));
    ViewTable.Refresh refresh = view.refresh("").orElseThrow();
    List<GroupBatch> batches = new ArrayList<>();
    for (List<InternalRow> part : List.of(all.subList(0, 5_000), all.subList(5_000, 10_000))) {
      Groups groups = view.groups();
      groups.merge(VIEW.groups(part).parts());
      groups.drain(groups.slots(List.of()), (slot, batch) -> batches.add(batch));
      assertEquals(0, groups.size());
    }
    assertTrue(batches.size() > 2, "several batches of each");
    GroupMerger.Merged merged = new GroupMerger(view, view.groups()).merge(batches, List.of(), "");
    assertEquals(7_500, merged.rows());
    assertInstanceOf(CommitOutcome.Committed.class, view.commit(refresh, List.of(merged)));
    assertShown();
  }

  private static long replaced(List<GroupMerger.Merged> merged) {
    return merged.stream().mapToLong(each -> new HashSet<>(each.removed()).size()).sum();
  }

  private static List<InternalRow> rows(int from, int to) {
    List<InternalRow> rows = new ArrayList<>();
    for (int i = from; i < to; i++) {
      rows.add(VIEW.row(1, String.format("%05d", i), (long) i));
    }
    return rows;
  }
}
