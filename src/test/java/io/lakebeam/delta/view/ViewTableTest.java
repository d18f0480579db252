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
import io.lakebeam.delta.view.ViewTable.Refresh;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Refreshes of one view by two runs at once: no row counts twice, whichever is the slow one. */
class ViewTableTest {
  private static final TestingView VIEW =
      TestingView.valid("k BIGINT, x BIGINT", "SELECT k, COUNT(x) AS n FROM t GROUP BY k");

  @TempDir Path lake;
  private DeltaTable upstream;
  private ViewTable view;
  private long commits;

  @BeforeEach
  void tables() {
    upstream = DeltaTable.at(Place.of(lake.resolve("t").toString()));
    upstream.create(TableDefinition.of(VIEW.table()));
    view =
        new ViewTable(
            Place.of(lake.resolve("v").toString()),
            upstream.place(),
            "p/v<-t",
            VIEW.query(),
            List.of(),
            ViewTable.FILE_ROWS);
    DeltaTable.at(view.path()).create(TableDefinition.of(VIEW.stored()));
    append();
    merge(begin());
  }

  /** One row more in the upstream table. */
  private void append() {
    try (DataFileWriter writer =
        new DataFileWriter(upstream.place(), VIEW.table(), List.of(), "")) {
      writer.write(VIEW.row(1L, 1L));
      upstream.commit(Commit.builder("a", ++commits).add(writer.finish()).build());
    }
  }

  private void delete() {
    Snapshot latest = upstream.latest().orElseThrow();
    upstream.commit(
        Commit.builder("d", ++commits)
            .remove(latest.files().subList(0, 1))
            .readFrom(latest.version())
            .operation(Commit.Operation.DELETE)
            .build());
  }

  private Refresh begin() {
    return view.refresh("").orElseThrow();
  }

  private CommitOutcome merge(Refresh refresh) {
    List<InternalRow> read = new ArrayList<>();
    for (DataFile file : refresh.files()) {
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(upstream.place(), file, VIEW.table(), VIEW.table().names())) {
        rows.forEachRemaining(read::add);
      }
    }
    return view.commit(refresh, VIEW.merge(view, refresh, read));
  }

  private List<String> shown() {
    return Tables.texts(view.path(), "k", "n");
  }

  @Test
  void aRefreshThatReachesFurtherThanOneThatWasFasterIsNotAdded() {
    append();
    Refresh fast = begin();
    append();
    Refresh slow = begin();
    assertInstanceOf(CommitOutcome.Committed.class, merge(fast));
    assertInstanceOf(CommitOutcome.Conflicted.class, merge(slow));
    assertEquals(List.of("1|2"), shown());
    assertInstanceOf(CommitOutcome.Committed.class, merge(begin()));
    assertEquals(List.of("1|3"), shown());
    assertInstanceOf(CommitOutcome.AlreadyCommitted.class, merge(fast));
    assertEquals(List.of("1|3"), shown());
  }

  @Test
  void aRefreshIsNotAddedToAViewThatWasComputedAnewMeanwhile() {
    append();
    Refresh slow = begin();
    delete();
    Refresh anew = begin();
    assertTrue(anew.anew());
    assertInstanceOf(CommitOutcome.Committed.class, merge(anew));
    assertInstanceOf(CommitOutcome.Conflicted.class, merge(slow));
    assertEquals(List.of("1|1"), shown());
  }

  @Test
  void anOlderComputationAnewDoesNotReplaceANewerOne() {
    append();
    delete();
    Refresh slow = begin();
    assertTrue(slow.anew());
    merge(begin());
    append();
    append();
    delete();
    merge(begin());
    assertInstanceOf(CommitOutcome.Conflicted.class, merge(slow));
    assertEquals(List.of("1|2"), shown());
    append();
    merge(begin());
    assertEquals(List.of("1|3"), shown());
  }
}
