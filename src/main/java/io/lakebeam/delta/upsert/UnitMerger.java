package io.lakebeam.delta.upsert;

import io.lakebeam.delta.DataFile;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.sorted.KeyRange;
import io.lakebeam.delta.sorted.Keys;
import io.lakebeam.delta.sorted.LeafRows;
import io.lakebeam.delta.sorted.LeafWriter;
import io.lakebeam.delta.sorted.RowSorter;
import io.lakebeam.delta.sorted.SortedRows;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.UnsafeRow;
import io.lakebeam.sql.UpsertQuery;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Does a unit of a merge: goes through changes, remembered changes and the rows of the files in the
 * order of their keys, all at once, and writes the rows as they are then. In memory are as many
 * changes as {@link RowSorter} keeps there, and a row of each file. For one thread.
 */
final class UnitMerger {
  private final UpsertTable table;
  private final UpsertQuery query;
  private final MergeUnit unit;
  private final String stem;
  private final Keys keys;
  private final Comparator<InternalRow> order;
  private final KeyHistory history;
  private final @Nullable UnsafeRow from;
  private final @Nullable UnsafeRow until;
  private final @Nullable Object truncated;
  private boolean isChanged;
  private Merge.Counts counts = Merge.Counts.NONE;

  UnitMerger(UpsertTable table, MergeUnit unit, String stem) {
    this.table = table;
    this.query = table.query();
    this.unit = unit;
    this.stem = stem;
    this.keys = table.keys();
    this.order = keys.ofRows();
    this.history = new KeyHistory(query);
    this.from = unit.from() == null ? null : keys.of(unit.from());
    this.until = unit.until() == null ? null : keys.of(unit.until());
    this.truncated =
        unit.truncated() == null ? null : Truncations.sequence(query, unit.truncated());
  }

  Merge.Part merge() {
    try (RowSorter changes = new RowSorter(query.changeSchema(), order);
        RowSorter beside = new RowSorter(query.changeSchema(), order)) {
      readChanges(changes);
      return changes.count() == 0 && !unit.truncates()
          ? new Merge.Part(unit.merge(), unit.number(), List.of(), List.of(), List.of(), counts)
          : merge(changes, beside);
    }
  }

  private Merge.Part merge(RowSorter changes, RowSorter beside) {
    SortedRows news = changes.sorted();
    readRemembered(changes, beside);
    SortedRows remembered = beside.sorted();
    long expected = expected(changes.count());
    try (LeafRows leaves = new LeafRows(table.path(), query.storedSchema(), keys, unit.leaves());
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
                changes.count(),
                table.fileRows())) {
      while (news.head() != null) {
        InternalRow next = news.head();
        leaves.before(next, row -> keep(row, remembered, written));
        List<InternalRow> rows = leaves.like(next);
        KeyHistory.Result result =
            history.of(rows, known(rows, next, remembered.like(next)), news.like(next));
        result.rows().forEach(written::write);
        result.remembered().forEach(kept::write);
        isChanged |= result.isChanged();
        counts =
            counts.plus(
                new Merge.Counts(
                    0, result.upserted(), result.deleted(), result.late(), result.ties()));
      }
      counts = counts.plus(new Merge.Counts(changes.count(), 0, 0, 0, 0));
      if (unit.truncates()) {
        leaves.rest(row -> keep(row, remembered, written));
      }
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

  /** What is known of a key beside its rows: a truncation is a deletion of every key. */
  private List<InternalRow> known(
      List<InternalRow> rows, InternalRow change, List<InternalRow> remembered) {
    List<InternalRow> known = history.known(rows, remembered, unit.since());
    if (truncated == null) {
      return known;
    }
    List<InternalRow> all = new ArrayList<>(known);
    all.add(history.deletion(change, truncated));
    return all;
  }

  /**
   * Writes a row of which nothing is said by itself. A truncation takes it out; or takes out of it
   * what has been filled in from before.
   */
  private void keep(InternalRow row, SortedRows remembered, LeafWriter written) {
    if (!unit.truncates()) {
      written.write(row);
    } else if (history.isBefore(row, truncated)) {
      isChanged = true;
      counts = counts.plus(new Merge.Counts(0, 0, 1, 0, 0));
    } else if (query.ignoredNulls().isEmpty()) {
      written.write(row);
    } else {
      List<InternalRow> rows = List.of(row);
      KeyHistory.Result result =
          history.of(rows, known(rows, history.change(row), remembered.like(row)), List.of());
      result.rows().forEach(written::write);
      isChanged |= result.isChanged();
      counts = counts.plus(new Merge.Counts(0, result.upserted(), result.deleted(), 0, 0));
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

  /** The changes of the unit's keys. */
  private void readChanges(RowSorter into) {
    new ChangeReader(table)
        .read(
            unit.changes(),
            change -> {
              if (isMine(change)) {
                into.add(change);
              }
            });
  }

  /** True for a row or a change whose key is among those of the unit. */
  private boolean isMine(InternalRow row) {
    UnsafeRow key = keys.of(row);
    return (from == null || keys.order().compare(key, from) >= 0)
        && (until == null || keys.order().compare(key, until) < 0);
  }

  /** What is remembered of changed keys; of all keys of the unit where all change. */
  private void readRemembered(RowSorter changes, RowSorter into) {
    boolean isOfAll = unit.truncates() && !query.ignoredNulls().isEmpty();
    if (changes.count() == 0 && !isOfAll) {
      return;
    }
    KeyRange range = isOfAll ? null : keys.range(changes.ends());
    for (DataFile file : unit.remembered()) {
      Optional<KeyRange> ofFile = keys.range(file);
      if (range != null && ofFile.isPresent() && !ofFile.get().meets(range, keys.order())) {
        continue;
      }
      try (CloseableIterator<InternalRow> rows =
          DataFileReader.read(
              table.remembered(), file, query.changeSchema(), query.changeSchema().names())) {
        while (rows.hasNext()) {
          InternalRow row = rows.next();
          if (isOfAll ? isMine(row) : changes.mayHave(row)) {
            into.add(row);
          }
        }
      }
    }
  }
}
