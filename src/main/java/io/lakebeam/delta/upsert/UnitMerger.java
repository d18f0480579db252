package io.lakebeam.delta.upsert;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.sql.UpsertQuery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Does a unit of a merge: goes through changes, remembered changes and the rows of the files in the
 * order of their keys, all at once, and writes the rows as they are then. In memory are the
 * changes, and a row of each file. For one thread.
 */
final class UnitMerger {
  private final UpsertTable table;
  private final UpsertQuery query;
  private final MergeUnit unit;
  private final String stem;
  private final Keys keys;
  private final Comparator<InternalRow> order;
  private final KeyHistory history;
  private boolean isChanged;
  private Merge.Counts counts = Merge.Counts.NONE;

  UnitMerger(UpsertTable table, MergeUnit unit, String stem) {
    this.table = table;
    this.query = table.query();
    this.unit = unit;
    this.stem = stem;
    this.keys = new Keys(query);
    this.order = keys.ofRows();
    this.history = new KeyHistory(query);
  }

  Merge.Part merge() {
    List<InternalRow> changes = changes();
    if (changes.isEmpty()) {
      return new Merge.Part(unit.merge(), unit.number(), List.of(), List.of(), List.of(), counts);
    }
    SortedRows remembered = new SortedRows(order, remembered(changes));
    long expected = expected(changes.size());
    try (LeafRows leaves = new LeafRows(table, keys, unit.leaves());
        LeafWriter written =
            new LeafWriter(
                table.path(),
                query.storedSchema(),
                table.partitionBy(),
                keys,
                stem,
                expected,
                table.fileRows());
        LeafWriter kept =
            new LeafWriter(
                table.remembered(),
                query.changeSchema(),
                List.of(),
                keys,
                stem,
                changes.size(),
                table.fileRows())) {
      SortedRows news = new SortedRows(order, changes);
      while (news.head() != null) {
        InternalRow next = news.head();
        leaves.before(next, written::write);
        List<InternalRow> rows = leaves.like(next);
        KeyHistory.Result result =
            history.of(
                rows, history.known(rows, remembered.like(next), unit.since()), news.like(next));
        result.rows().forEach(written::write);
        result.remembered().forEach(kept::write);
        isChanged |= result.isChanged();
        counts =
            counts.plus(
                new Merge.Counts(
                    0, result.upserted(), result.deleted(), result.late(), result.ties()));
      }
      counts = counts.plus(new Merge.Counts(changes.size(), 0, 0, 0, 0));
      if (!isChanged) {
        written.abort();
        return new Merge.Part(
            unit.merge(), unit.number(), List.of(), List.of(), kept.finish(), counts);
      }
      leaves.rest(written::write);
      return new Merge.Part(
          unit.merge(), unit.number(), written.finish(), unit.leaves(), kept.finish(), counts);
    }
  }

  /**
   * How many rows there will be, about; where a file does not say it, as many as one should have.
   */
  private long expected(long changes) {
    boolean isKnown = unit.leaves().stream().allMatch(file -> file.rows() >= 0);
    return isKnown
        ? unit.leaves().stream().mapToLong(DataFile::rows).sum() + changes
        : table.fileRows();
  }

  /** The changes of the unit's keys, in the order of the keys. */
  private List<InternalRow> changes() {
    UnsafeRow from = unit.from() == null ? null : keys.of(unit.from());
    UnsafeRow until = unit.until() == null ? null : keys.of(unit.until());
    Comparator<InternalRow> ofKeys = keys.order();
    List<InternalRow> changes = new ArrayList<>();
    new ChangeReader(table)
        .read(
            unit.changes(),
            change -> {
              UnsafeRow key = keys.of(change);
              boolean isMine =
                  (from == null || ofKeys.compare(key, from) >= 0)
                      && (until == null || ofKeys.compare(key, until) < 0);
              if (isMine) {
                changes.add(change.copy());
              }
            });
    changes.sort(order);
    return changes;
  }

  /** What is remembered of changed keys, in their order. */
  private List<InternalRow> remembered(List<InternalRow> changes) {
    KeyRange range = keys.range(changes);
    List<InternalRow> found = new ArrayList<>();
    for (DataFile file : unit.remembered()) {
      Optional<KeyRange> ofFile = keys.range(file);
      if (ofFile.isPresent() && !ofFile.get().meets(range, keys.order())) {
        continue;
      }
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(
              table.remembered(), file, query.changeSchema(), query.changeSchema().names())) {
        while (rows.hasNext()) {
          InternalRow row = rows.next();
          if (Collections.binarySearch(changes, row, order) >= 0) {
            found.add(row);
          }
        }
      }
    }
    found.sort(order);
    return found;
  }
}
