package io.lakebeam.delta.upsert;

import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.RowFields;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.sql.UpsertQuery;
import io.lakebeam.sql.catalyst.RowOrder;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Makes the rows of a key of its changes. What a key has is a function of the set of its changes,
 * so it does not matter in which order they come, in which epochs, or how often.
 *
 * <p>That set is not stored: it is read back from the rows that the table has, and from what is
 * remembered beside it, which are the changes that no row shows.
 *
 * <pre>
 * changes        history: none           history: full                          remembered
 * -------------- ----------------------- -------------------------------------- ---------------
 * a@10 b@20      b                       a [10, 20)  b [20, )
 * a@10 -@20      nothing                 a [10, 20)                             -@20 without history
 * -@20 a@10      nothing                 a [10, 20)                             -@20 without history
 * a@10 a@20 (1)  a                       a [10, )                               a@10 a@20 with history
 * (1) equal in all columns that are tracked
 * </pre>
 *
 * <p>Of changes with one sequence, a deletion comes first, so that a row which is deleted and made
 * anew at one moment is there. Of two rows the greater one counts, column by column in the order of
 * the table; of equal ones the one with the lesser position. Where NULL says that a value stays, a
 * column counts by itself: the greatest value that is said at that moment. For one thread.
 */
final class KeyHistory {
  private final UpsertQuery query;
  private final int width;
  private final int sequence;
  private final int deleted;
  private final RowFields changeFields;
  private final RowFields rowFields;
  private final Comparator<InternalRow> bySequence;
  private final Comparator<InternalRow> byTime;
  private final Comparator<InternalRow> byPayload;
  private final Comparator<InternalRow> byPosition;
  private final List<Comparator<InternalRow>> byIgnored;
  private final Comparator<InternalRow> byTracked;
  private final Comparator<InternalRow> all;

  KeyHistory(UpsertQuery query) {
    this.query = query;
    TableSchema changes = query.changeSchema();
    this.width = query.columns().columns().size();
    this.sequence = query.sequenceAt();
    this.deleted = sequence + 1;
    this.changeFields = new RowFields(changes);
    this.rowFields = new RowFields(query.storedSchema());
    this.bySequence = RowOrder.of(changes, List.of(sequence));
    this.byTime =
        bySequence.thenComparing(row -> row.getBoolean(deleted), Comparator.reverseOrder());
    this.byPayload =
        RowOrder.of(
            changes,
            IntStream.range(0, width)
                .filter(i -> !query.ignoredNulls().contains(i))
                .boxed()
                .toList());
    this.byIgnored =
        query.ignoredNulls().stream()
            .<Comparator<InternalRow>>map(i -> RowOrder.of(changes, List.of(i)))
            .toList();
    this.byPosition =
        RowOrder.of(
            changes,
            List.of(
                deleted + 1 + HiddenColumns.STORED.indexOf(HiddenColumns.SOURCE),
                deleted + 1 + HiddenColumns.STORED.indexOf(HiddenColumns.POSITION)));
    this.byTracked = RowOrder.of(changes, query.tracked());
    Comparator<InternalRow> byAll = byTime.thenComparing(byPayload).thenComparing(byPosition);
    for (Comparator<InternalRow> column : byIgnored) {
      byAll = byAll.thenComparing(column);
    }
    this.all = byAll;
  }

  /**
   * What a key has after changes.
   *
   * @param rows as the table stores them, in the order of their sequence
   * @param remembered changes that are to be remembered, and are not yet
   * @param isChanged false when the table has these rows already
   * @param late how many of the new changes were older than what the table had
   * @param ties how many of the new changes had the sequence of another one that says otherwise
   */
  record Result(
      List<InternalRow> rows,
      List<InternalRow> remembered,
      boolean isChanged,
      int upserted,
      int deleted,
      int late,
      int ties) {}

  /**
   * What is still known of what was remembered of a key: all of it as long as some of it is young,
   * for a row may be made of old and young changes; and in any case the deletions behind which a
   * row begins, which would be one with the row before.
   *
   * @param since in microseconds since 1970
   */
  List<InternalRow> known(List<InternalRow> rows, List<InternalRow> remembered, long since) {
    int ingested = deleted + 1 + HiddenColumns.STORED.indexOf(HiddenColumns.INGESTED_AT);
    boolean isYoung =
        remembered.stream()
            .anyMatch(change -> change.isNullAt(ingested) || change.getLong(ingested) >= since);
    if (isYoung || remembered.isEmpty()) {
      return remembered;
    }
    TreeSet<InternalRow> starts = new TreeSet<>(bySequence);
    rows.forEach(row -> starts.add(change(row)));
    return remembered.stream()
        .filter(change -> change.getBoolean(deleted) && query.hasHistory())
        .filter(starts::contains)
        .toList();
  }

  /**
   * Adds changes to those that a key has.
   *
   * @param rows of the table
   * @param remembered changes beside the table, of which some may be known from its rows
   * @param news changes, of which some may be known
   */
  Result of(List<InternalRow> rows, List<InternalRow> remembered, List<InternalRow> news) {
    return query.hasHistory() || !query.ignoredNulls().isEmpty()
        ? ofAll(rows, remembered, news)
        : ofNewest(rows, remembered, news);
  }

  /** The same where only the newest change matters: most keys of most tables. */
  private Result ofNewest(
      List<InternalRow> rows, List<InternalRow> remembered, List<InternalRow> news) {
    InternalRow before = null;
    for (InternalRow row : rows) {
      before = greater(before, change(row));
    }
    for (InternalRow change : remembered) {
      before = greater(before, change);
    }
    InternalRow newest = before;
    int late = 0;
    for (InternalRow change : news) {
      late += before != null && bySequence.compare(change, before) < 0 ? 1 : 0;
      newest = greater(newest, change);
    }
    int ties = 0;
    for (InternalRow change : news) {
      boolean isOther =
          byTime.compare(change, newest) == 0 && byPayload.compare(change, newest) != 0;
      ties += isOther && !change.getBoolean(deleted) ? 1 : 0;
    }
    boolean isKnown = newest == before;
    if (newest.getBoolean(deleted)) {
      // A run that was killed may have remembered what it has not done.
      List<InternalRow> kept =
          isKnown ? List.of() : List.of(deletion(newest, changeFields.value(newest, sequence)));
      int gone = rows.isEmpty() ? 0 : 1;
      return new Result(List.of(), kept, gone > 0, 0, gone, late, ties);
    }
    InternalRow row =
        row(new Version(changeFields.first(newest, changeFields.width()), newest, null, null));
    // Somebody else may have made a second row of the key.
    boolean isChanged = !isKnown || rows.size() > 1;
    return new Result(List.of(row), List.of(), isChanged, isKnown ? 0 : 1, 0, late, ties);
  }

  /** Of two changes the one that counts; the first of equal ones. */
  private InternalRow greater(@Nullable InternalRow one, InternalRow other) {
    if (one == null) {
      return other;
    }
    int order = byTime.compare(one, other);
    if (order == 0 && !other.getBoolean(deleted)) {
      int payload = byPayload.compare(one, other);
      order = payload != 0 ? payload : -byPosition.compare(one, other);
    }
    return order >= 0 ? one : other;
  }

  private Result ofAll(
      List<InternalRow> rows, List<InternalRow> remembered, List<InternalRow> news) {
    TreeSet<InternalRow> changes = new TreeSet<>(all);
    read(rows, remembered, changes);
    InternalRow newest = changes.isEmpty() ? null : changes.last();
    int late = 0;
    for (InternalRow change : news) {
      late += newest != null && bySequence.compare(change, newest) < 0 ? 1 : 0;
      changes.add(
          change.getBoolean(deleted)
              ? deletion(change, changeFields.value(change, sequence))
              : change);
    }
    List<InternalRow> settled = settled(changes);
    List<Version> versions = query.hasHistory() ? versions(settled) : newest(settled);
    List<InternalRow> after = versions.stream().map(this::row).toList();
    TreeSet<InternalRow> known = new TreeSet<>(all);
    known.addAll(remembered);
    TreeSet<InternalRow> moments = new TreeSet<>(byTime);
    moments.addAll(remembered);
    List<InternalRow> kept =
        needed(settled).stream()
            .filter(change -> !known.contains(change))
            // What is remembered of a moment is all that is known of it.
            .filter(change -> moments.contains(change) || !isShown(change, versions))
            .toList();
    boolean wasThere = rows.stream().anyMatch(this::isOpen);
    boolean isThere = after.stream().anyMatch(this::isOpen);
    return new Result(
        after,
        kept,
        rows.size() != after.size() || !after.stream().allMatch(row -> isAmong(row, rows, true)),
        (int) after.stream().filter(row -> !isAmong(row, rows, false)).count(),
        wasThere && !isThere ? 1 : 0,
        late,
        ties(news, settled));
  }

  /** A row of the table and the change that it shows, if it is one. */
  private record Version(
      @Nullable Object[] values,
      InternalRow first,
      @Nullable InternalRow exact,
      @Nullable InternalRow end) {}

  private void read(
      List<InternalRow> rows, List<InternalRow> remembered, TreeSet<InternalRow> changes) {
    TreeSet<InternalRow> upserts = new TreeSet<>(bySequence);
    for (InternalRow change : remembered) {
      changes.add(change);
      if (!change.getBoolean(deleted)) {
        upserts.add(change);
      }
    }
    TreeSet<InternalRow> starts = new TreeSet<>(bySequence);
    rows.forEach(row -> starts.add(change(row)));
    for (InternalRow row : rows) {
      InternalRow change = change(row);
      // A row that is made of several changes is none of them.
      if (!upserts.contains(change)) {
        changes.add(change);
      }
      Object end = query.hasHistory() ? rowFields.value(row, width + 1) : null;
      if (end != null) {
        InternalRow deletion = deletion(change, end);
        if (!starts.contains(deletion)) {
          changes.add(deletion);
        }
      }
    }
  }

  /** The change that a row of the table shows. */
  InternalRow change(InternalRow row) {
    @Nullable Object[] values = new Object[changeFields.width()];
    for (int i = 0; i <= width; i++) {
      values[i] = rowFields.value(row, i);
    }
    values[deleted] = false;
    int from = query.hasHistory() ? width + 2 : width + 1;
    for (int i = 0; i < HiddenColumns.STORED.size(); i++) {
      values[deleted + 1 + i] = rowFields.value(row, from + i);
    }
    return new GenericInternalRow(values);
  }

  /** True when a row of the table is of a time before that. */
  boolean isBefore(InternalRow row, Object at) {
    InternalRow change = change(row);
    return bySequence.compare(change, deletion(change, at)) < 0;
  }

  /** Deletions are alike, whoever has asked for them. */
  InternalRow deletion(InternalRow of, @Nullable Object at) {
    @Nullable Object[] values = new Object[changeFields.width()];
    query.keys().forEach(i -> values[i] = changeFields.value(of, i));
    values[sequence] = at;
    values[deleted] = true;
    int ingested = deleted + 1 + HiddenColumns.STORED.indexOf(HiddenColumns.INGESTED_AT);
    values[ingested] = changeFields.value(of, ingested);
    return new GenericInternalRow(values);
  }

  /** One deletion and one row, at most, of each sequence. */
  private List<InternalRow> settled(TreeSet<InternalRow> changes) {
    List<InternalRow> settled = new ArrayList<>();
    for (InternalRow change : changes) { // the greatest last, and of equal ones the first position
      int last = settled.size() - 1;
      if (last < 0 || byTime.compare(settled.get(last), change) != 0) {
        settled.add(change);
      } else if (!change.getBoolean(deleted)) {
        settled.set(last, together(settled.get(last), change));
      }
    }
    return settled;
  }

  /**
   * What two changes of one moment say: the same for three of them, in whatever order.
   *
   * @param greater not the lesser one
   */
  private InternalRow together(InternalRow lesser, InternalRow greater) {
    InternalRow of = byPayload.compare(lesser, greater) == 0 ? lesser : greater;
    InternalRow other = of == lesser ? greater : lesser;
    @Nullable Object[] values = null;
    for (int i = 0; i < byIgnored.size(); i++) {
      if (byIgnored.get(i).compare(of, other) < 0) {
        values = values == null ? changeFields.first(of, changeFields.width()) : values;
        int column = query.ignoredNulls().get(i);
        values[column] = changeFields.value(other, column);
      }
    }
    return values == null ? of : new GenericInternalRow(values);
  }

  private int ties(List<InternalRow> news, List<InternalRow> settled) {
    TreeMap<InternalRow, InternalRow> winners = new TreeMap<>(byTime);
    settled.forEach(change -> winners.put(change, change));
    int ties = 0;
    for (InternalRow change : news) {
      InternalRow winner = winners.get(change);
      boolean isOther = winner != null && saysOtherwise(change, winner);
      ties += isOther && !change.getBoolean(deleted) ? 1 : 0;
    }
    return ties;
  }

  /** NULL in a column of {@code ignore_nulls} says nothing. */
  private boolean saysOtherwise(InternalRow change, InternalRow winner) {
    if (byPayload.compare(winner, change) != 0) {
      return true;
    }
    for (int i = 0; i < byIgnored.size(); i++) {
      if (!change.isNullAt(query.ignoredNulls().get(i))
          && byIgnored.get(i).compare(change, winner) != 0) {
        return true;
      }
    }
    return false;
  }

  private List<Version> newest(List<InternalRow> settled) {
    if (settled.isEmpty() || settled.get(settled.size() - 1).getBoolean(deleted)) {
      return List.of();
    }
    Version version = null;
    for (InternalRow change : settled) {
      version = change.getBoolean(deleted) ? null : version(change, version);
    }
    return List.of(version);
  }

  /** A row as it is after a change. */
  private Version version(InternalRow change, @Nullable Version before) {
    @Nullable Object[] values = changeFields.first(change, changeFields.width());
    boolean isExact = true;
    for (int i : before == null ? List.<Integer>of() : query.ignoredNulls()) {
      if (values[i] == null && before.values()[i] != null) {
        values[i] = before.values()[i];
        isExact = false;
      }
    }
    return new Version(values, change, isExact ? change : null, null);
  }

  private List<Version> versions(List<InternalRow> settled) {
    List<Version> versions = new ArrayList<>();
    Version open = null;
    for (InternalRow change : settled) {
      if (change.getBoolean(deleted)) {
        if (open != null) {
          versions.add(ended(open, change));
        }
        open = null;
        continue;
      }
      Version next = version(change, open);
      if (open == null) {
        open = next;
      } else if (byTracked.compare(
              new GenericInternalRow(open.values()), new GenericInternalRow(next.values()))
          == 0) {
        open = new Version(next.values(), open.first(), null, null);
      } else {
        versions.add(ended(open, change));
        open = next;
      }
    }
    if (open != null) {
      versions.add(open);
    }
    return versions;
  }

  private static Version ended(Version open, InternalRow by) {
    return new Version(open.values(), open.first(), open.exact(), by);
  }

  /** Changes that may matter for what comes. */
  private List<InternalRow> needed(List<InternalRow> settled) {
    if (query.hasHistory() || settled.isEmpty()) {
      return settled;
    }
    InternalRow last = settled.get(settled.size() - 1);
    List<Integer> open =
        last.getBoolean(deleted)
            ? List.of()
            : query.ignoredNulls().stream().filter(last::isNullAt).toList();
    TreeSet<InternalRow> needed = new TreeSet<>(all);
    needed.add(last);
    TreeSet<Integer> looked = new TreeSet<>(open);
    for (int i = settled.size() - 2; i >= 0 && !open.isEmpty(); i--) {
      InternalRow change = settled.get(i);
      if (change.getBoolean(deleted)) {
        needed.add(change); // what is older fills nothing
        break;
      }
      if (looked.removeIf(column -> !change.isNullAt(column))) {
        needed.add(change);
      }
    }
    return List.copyOf(needed);
  }

  /** True when a change can be read back from the rows of the table. */
  private boolean isShown(InternalRow change, List<Version> versions) {
    if (!change.getBoolean(deleted)) {
      return versions.stream().anyMatch(version -> version.exact() == change);
    }
    return versions.stream()
            .anyMatch(
                version -> version.end() != null && byTime.compare(version.end(), change) == 0)
        && versions.stream().noneMatch(version -> bySequence.compare(version.first(), change) == 0);
  }

  private InternalRow row(Version version) {
    @Nullable Object[] values = new Object[rowFields.width()];
    System.arraycopy(version.values(), 0, values, 0, width);
    values[width] = changeFields.value(version.first(), sequence);
    int from = width + 1;
    if (query.hasHistory()) {
      values[width + 1] =
          version.end() == null ? null : changeFields.value(version.end(), sequence);
      from++;
    }
    System.arraycopy(version.values(), deleted + 1, values, from, HiddenColumns.STORED.size());
    return new GenericInternalRow(values);
  }

  private boolean isOpen(InternalRow row) {
    return !query.hasHistory() || row.isNullAt(width + 1);
  }

  private boolean isAmong(InternalRow row, List<InternalRow> rows, boolean withEnd) {
    InternalRow change = change(row);
    return rows.stream()
        .anyMatch(
            each ->
                all.compare(change(each), change) == 0
                    && (!withEnd || !query.hasHistory() || isSameEnd(each, row)));
  }

  private boolean isSameEnd(InternalRow one, InternalRow other) {
    Object end = rowFields.value(one, width + 1);
    Object otherEnd = rowFields.value(other, width + 1);
    return end == null || otherEnd == null
        ? end == otherEnd
        : bySequence.compare(deletion(change(one), end), deletion(change(one), otherEnd)) == 0;
  }
}
