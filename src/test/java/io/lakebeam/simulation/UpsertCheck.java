package io.lakebeam.simulation;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.simulation.LakeWatch.Version;
import io.lakebeam.simulation.LakeWatch.Violation;
import io.lakebeam.simulation.TestingSources.Record;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * Compares a lake at rest, whose tables follow from changes, with what the sources hold. In the end
 * every record is a change, once; and every version of a table shows the changes of the version
 * that it says.
 */
final class UpsertCheck {
  private static final TableSchema NEWEST =
      TableSchema.of(
          Column.nullable("k", Primitive.BIGINT),
          Column.nullable("v", Primitive.INT),
          Column.nullable("_sequence", Primitive.BIGINT));
  private static final TableSchema PAST =
      TableSchema.of(
          Column.nullable("k", Primitive.BIGINT),
          Column.nullable("v", Primitive.INT),
          Column.nullable("__START_AT", Primitive.BIGINT),
          Column.nullable("__END_AT", Primitive.BIGINT));
  private static final TableSchema COUNTED =
      TableSchema.of(
          Column.nullable("k", Primitive.BIGINT), Column.nullable("n", Primitive.BIGINT));

  private static final TableSchema MET =
      TableSchema.of(
          Column.nullable("k", Primitive.BIGINT),
          Column.nullable("n", Primitive.BIGINT),
          Column.nullable("m", Primitive.BIGINT),
          Column.nullable("total", Primitive.BIGINT));

  private final LakeRows rows;
  private final LakeWatch watch;
  private final Map<String, Record> records = new HashMap<>();
  private int versions;

  UpsertCheck(LakeRows rows, TestingSources sources) {
    this.rows = rows;
    this.watch = rows.watch();
    sources.all().forEach(each -> records.put(each.position(), each));
    PlannedRecords.of(watch, sources);
  }

  /**
   * @return how much of what was looked at
   */
  Map<String, Integer> check() {
    changes("newest_changes");
    changes("past_changes");
    changes("emptied_changes");
    table("newest", NEWEST, UpsertCheck::newest);
    table("past", PAST, UpsertCheck::past);
    table("emptied", NEWEST, UpsertCheck::emptied);
    counted();
    return Map.of(
        "versions of upsert tables", versions,
        "epochs", watch.plans().size(),
        "rows compared", rows.count());
  }

  /** All records with a value are there, each once, and the others in the quarantine. */
  private void changes(String table) {
    List<String> whole =
        records.values().stream()
            .filter(each -> each.amount() != null)
            .map(Record::position)
            .sorted()
            .toList();
    List<String> there = new ArrayList<>(rows.positions(table, last(table)));
    there.sort(null);
    if (!there.equals(whole)) {
      throw new Violation(table + " is " + there + "; the records are " + whole);
    }
  }

  private Set<String> last(String table) {
    return rows.files(table, Long.MAX_VALUE);
  }

  private void table(
      String table, TableSchema schema, Function<List<Record>, List<String>> rowsOf) {
    String changes = table + "_changes";
    long shown = -1;
    for (Version version : watch.versions(table)) {
      if (!version.application().contains("<-") || version.application().endsWith("#asked")) {
        continue;
      }
      shown = version.epoch();
      List<Record> read =
          rows.positions(changes, rows.files(changes, shown)).stream().map(records::get).toList();
      List<String> right = rowsOf.apply(read);
      List<String> there = texts(table, rows.files(table, version.number()), schema);
      if (!there.equals(right)) {
        throw new Violation(
            String.format(
                "version %d of %s shows version %d of its changes, %s: %s is not %s",
                version.number(), table, shown, read, there, right));
      }
      versions++;
    }
    long behind = shown;
    if (watch.versions(changes).stream()
        .anyMatch(each -> each.number() > behind && !each.added().isEmpty())) {
      throw new Violation(table + " has stayed behind, at version " + shown + " of its changes");
    }
  }

  private List<String> texts(String table, Set<String> files, TableSchema schema) {
    List<String> texts = new ArrayList<>();
    for (InternalRow row : rows.of(table, files, schema)) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < schema.columns().size(); i++) {
        boolean isInt = schema.columns().get(i).type() == Primitive.INT;
        text.append(
                row.isNullAt(i)
                    ? "-"
                    : isInt ? Integer.toString(row.getInt(i)) : Long.toString(row.getLong(i)))
            .append(' ');
      }
      texts.add(text.toString());
    }
    texts.sort(null);
    return texts;
  }

  private static long key(Record each) {
    return each.id() % 5;
  }

  private static long moment(Record each) {
    return each.id() * 7 % 11;
  }

  /** What is said of each moment of each key. */
  private static Map<Long, TreeMap<Long, List<Record>>> moments(List<Record> read) {
    Map<Long, TreeMap<Long, List<Record>>> moments = new TreeMap<>();
    for (Record each : read) {
      moments
          .computeIfAbsent(key(each), k -> new TreeMap<>())
          .computeIfAbsent(moment(each), s -> new ArrayList<>())
          .add(each);
    }
    return moments;
  }

  private static int greatest(List<Record> at) {
    return at.stream().mapToInt(Record::amount).filter(v -> v >= 0).max().orElse(-1);
  }

  private static List<String> newest(List<Record> read) {
    List<String> right = new ArrayList<>();
    moments(read)
        .forEach(
            (key, at) -> {
              int value = greatest(at.lastEntry().getValue());
              if (value >= 0) {
                right.add(key + " " + value + " " + at.lastKey() + " ");
              }
            });
    right.sort(null);
    return right;
  }

  /** The newest of what is said since the last change that empties the table. */
  private static List<String> emptied(List<Record> read) {
    long last =
        read.stream()
            .filter(each -> each.amount() < -6)
            .mapToLong(UpsertCheck::moment)
            .max()
            .orElse(-1);
    return newest(read.stream().filter(each -> moment(each) >= last).toList());
  }

  private static List<String> past(List<Record> read) {
    List<String> right = new ArrayList<>();
    moments(read)
        .forEach(
            (key, at) -> {
              int value = -1;
              long since = -1;
              for (Map.Entry<Long, List<Record>> moment : at.entrySet()) {
                int next = greatest(moment.getValue());
                boolean isDeleted = moment.getValue().stream().anyMatch(each -> each.amount() < 0);
                if (value >= 0 && (isDeleted || next != value)) {
                  right.add(key + " " + value + " " + since + " " + moment.getKey() + " ");
                  value = -1;
                }
                if (next >= 0 && value < 0) {
                  since = moment.getKey();
                  value = next;
                }
              }
              if (value >= 0) {
                right.add(key + " " + value + " " + since + " - ");
              }
            });
    right.sort(null);
    return right;
  }

  private void counted() {
    TreeMap<Long, Long> right = new TreeMap<>();
    for (InternalRow row : rows.of("newest", last("newest"), NEWEST)) {
      right.merge(row.getLong(0) % 2, 1L, Long::sum);
    }
    TreeMap<Long, Long> there = new TreeMap<>();
    for (InternalRow row : rows.of("counted", last("counted"), COUNTED)) {
      there.put(row.getLong(0), row.getLong(1));
    }
    if (!there.equals(right)) {
      throw new Violation("counted is " + there + " of " + new TreeSet<>(right.entrySet()));
    }
    met(there);
  }

  /** A view over a view, a join and a window. */
  private void met(TreeMap<Long, Long> counted) {
    TreeMap<Long, Long> past = new TreeMap<>();
    for (InternalRow row : rows.of("past", last("past"), PAST)) {
      past.merge(row.getLong(0) % 2, 1L, Long::sum);
    }
    TreeSet<Long> both = new TreeSet<>(counted.keySet());
    both.retainAll(past.keySet());
    long total = both.stream().mapToLong(counted::get).sum();
    List<String> right =
        both.stream()
            .map(k -> k + " " + counted.get(k) + " " + past.get(k) + " " + total + " ")
            .toList();
    List<String> there = texts("met", last("met"), MET);
    if (!there.equals(right)) {
      throw new Violation("met is " + there + " of " + right);
    }
  }
}
