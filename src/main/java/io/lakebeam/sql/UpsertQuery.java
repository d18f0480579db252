package io.lakebeam.sql;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.HiddenColumns;
import io.lakebeam.graph.TableSchema;
import java.io.Serializable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.IntStream;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * How the rows of a table follow from changes, each of which says what the row of a key is from
 * some point on, or that there is none. Points are told apart and ordered by a sequence, not by
 * when the change came.
 *
 * <pre>
 *                   columns of the table   sequence of a row          source, position, time
 * a change          c1, c2, ...            _sequence, _deleted        _source, _position, _ingested_at
 * without history   c1, c2, ...            _sequence                  "
 * with history      c1, c2, ...            __START_AT, __END_AT       "
 * </pre>
 *
 * @param changes makes a change of each row of the table of changes
 * @param truncations makes the sequence of each row of that table which says that no row is there
 *     any more; null when none does
 * @param reads the columns of that table's rows that both take
 * @param columns what the table has of a change
 * @param sequence the type of what changes are ordered by
 * @param keys where the columns stand that name a row; those that the table is partitioned by first
 * @param history as it is declared, which columns begin a new row when they change; empty when the
 *     table has the newest row of a key only. With history it has every row that there has been,
 *     with the time that it was there, as in a slowly changing dimension of type 2
 * @param tracked where the columns stand that begin a new row when they change; with history only
 * @param ignoredNulls where the columns stand in which NULL says that the value stays
 * @param remembered how long it is known of what no row shows, deletions above all
 */
public record UpsertQuery(
    RowProgram changes,
    @Nullable RowProgram truncations,
    TableSchema reads,
    TableSchema columns,
    DataType sequence,
    List<Integer> keys,
    String history,
    List<Integer> tracked,
    List<Integer> ignoredNulls,
    Duration remembered)
    implements Serializable {
  private static final String SEQUENCE = "_sequence";
  private static final String DELETED = "_deleted";
  private static final String START = "__START_AT";
  private static final String END = "__END_AT";

  public UpsertQuery {
    keys = List.copyOf(keys);
    tracked = List.copyOf(tracked);
    ignoredNulls = List.copyOf(ignoredNulls);
  }

  /**
   * Of a query for changes.
   *
   * @param changes gives the columns, then the sequence and whether the row is deleted
   * @param truncations gives the sequence of what says that no row is there any more
   * @param reads the columns of the rows that it is asked of
   * @param history as it is declared; empty for a table without
   */
  public static UpsertQuery of(
      RowQuery changes,
      Optional<RowQuery> truncations,
      TableSchema reads,
      TableSchema columns,
      List<Integer> keys,
      String history,
      List<Integer> tracked,
      List<Integer> ignoredNulls,
      Duration remembered) {
    return new UpsertQuery(
        RowProgram.of(changes.rows(), changes.rowSchema()),
        truncations.map(query -> RowProgram.of(query.rows(), query.rowSchema())).orElse(null),
        reads,
        columns,
        changes.columns().columns().get(columns.columns().size()).type(),
        keys,
        history,
        tracked,
        ignoredNulls,
        remembered);
  }

  /** True when the table has every row that there has been of a key. */
  public boolean hasHistory() {
    return !history.isEmpty();
  }

  /** Names that no column of the table may have. */
  public static List<String> reserved() {
    return List.of(SEQUENCE, DELETED, START, END);
  }

  /** What a change has, and what is remembered of changes that no row shows. */
  public TableSchema changeSchema() {
    List<Column> all = new ArrayList<>(columns.columns());
    all.add(new Column(SEQUENCE, sequence, true, "what changes of a row are ordered by"));
    all.add(
        new Column(DELETED, DataType.Primitive.BOOLEAN, true, "true when the row is not there"));
    return new TableSchema(all).plus(HiddenColumns.STORED);
  }

  /** The columns that the table has of what changes are ordered by. */
  public List<String> sequences() {
    return hasHistory() ? List.of(START, END) : List.of(SEQUENCE);
  }

  /** What the table stores. */
  public TableSchema storedSchema() {
    List<Column> all = new ArrayList<>(columns.columns());
    if (hasHistory()) {
      all.add(new Column(START, sequence, true, "from when on the row was so"));
      all.add(
          new Column(END, sequence, true, "from when on it was not so any more; NULL as it is so"));
    } else {
      all.add(new Column(SEQUENCE, sequence, true, "what changes of a row are ordered by"));
    }
    return new TableSchema(all).plus(HiddenColumns.STORED);
  }

  /** Where a change has its sequence; behind that, whether it is a deletion. */
  public int sequenceAt() {
    return columns.columns().size();
  }

  /**
   * What the rows of a table must have in common from the beginning on, as a text: with another one
   * the rows that are there cannot be gone on with.
   */
  public String form() {
    return String.join(
        "\n",
        "keys "
            + keys.stream()
                .map(columns.names()::get)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .sorted()
                .toList(),
        "sequence " + sequence.sql(),
        hasHistory() ? "history of " + history : "no history");
  }

  /** Where all columns stand that name no row. */
  public static List<Integer> others(TableSchema columns, List<Integer> keys) {
    return IntStream.range(0, columns.columns().size())
        .filter(i -> !keys.contains(i))
        .boxed()
        .toList();
  }
}
