package io.lakebeam.delta.upsert;

import io.lakebeam.row.Utf8;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.TreeMap;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * Changes as a source might send them: a fifth deletes, some come again, some say different things
 * at one moment. And what they come to, computed in another way than the product does it.
 *
 * @param a may be null
 * @param b may be null
 * @param position the same for a change that is read once more
 */
record TestingFeed(
    long id, @Nullable String a, @Nullable Integer b, int sequence, boolean deleted, int position) {
  private static final Comparator<TestingFeed> GREATER =
      Comparator.comparing(TestingFeed::a, Comparator.nullsFirst(Comparator.<String>naturalOrder()))
          .thenComparing(TestingFeed::b, Comparator.nullsFirst(Comparator.<Integer>naturalOrder()))
          .thenComparing(TestingFeed::position, Comparator.reverseOrder());

  static List<TestingFeed> of(Random random, int keys, int changes) {
    List<TestingFeed> feed = new ArrayList<>();
    for (int i = 0; i < changes; i++) {
      if (!feed.isEmpty() && random.nextInt(100) < 15) {
        feed.add(feed.get(random.nextInt(feed.size())));
        continue;
      }
      feed.add(
          new TestingFeed(
              random.nextInt(keys),
              random.nextInt(4) == 0 ? null : "" + (char) ('a' + random.nextInt(3)),
              random.nextInt(4) == 0 ? null : random.nextInt(3),
              random.nextInt(changes),
              random.nextInt(5) == 0,
              i));
    }
    return feed;
  }

  /** A change of all rows: none is there any more. */
  static TestingFeed truncation(int sequence, int position) {
    return new TestingFeed(-1, null, null, sequence, true, position);
  }

  boolean isTruncation() {
    return id < 0;
  }

  /** The same feed with a deletion of each key in place of each truncation. */
  static List<TestingFeed> withoutTruncations(List<TestingFeed> feed, int keys) {
    List<TestingFeed> said = new ArrayList<>();
    for (TestingFeed each : feed) {
      for (int key = 0; each.isTruncation() && key < keys; key++) {
        said.add(new TestingFeed(key, null, null, each.sequence, true, each.position));
      }
      if (!each.isTruncation()) {
        said.add(each);
      }
    }
    return said;
  }

  /** Texts of the rows that these changes come to. */
  static List<String> oracle(
      List<TestingFeed> feed, boolean history, boolean trackA, boolean trackB, boolean ignoreB) {
    TreeMap<Long, TreeMap<Integer, List<TestingFeed>>> moments = new TreeMap<>();
    for (TestingFeed each : feed) {
      moments
          .computeIfAbsent(each.id, id -> new TreeMap<>())
          .computeIfAbsent(each.sequence, sequence -> new ArrayList<>())
          .add(each);
    }
    List<String> rows = new ArrayList<>();
    for (Map.Entry<Long, TreeMap<Integer, List<TestingFeed>>> key : moments.entrySet()) {
      String a = null;
      Integer b = null;
      Integer since = null;
      for (Map.Entry<Integer, List<TestingFeed>> moment : key.getValue().entrySet()) {
        int now = moment.getKey();
        if (since != null && moment.getValue().stream().anyMatch(TestingFeed::deleted)) {
          rows.add(history ? text(key.getKey(), a, b, since, now) : "");
          since = null;
        }
        TestingFeed says =
            moment.getValue().stream().filter(each -> !each.deleted).max(GREATER).orElse(null);
        if (says == null) {
          continue;
        }
        Integer saysB =
            ignoreB
                ? moment.getValue().stream()
                    .filter(each -> !each.deleted)
                    .map(TestingFeed::b)
                    .filter(Objects::nonNull)
                    .max(Comparator.naturalOrder())
                    .orElse(null)
                : says.b;
        Integer newB = saysB == null && ignoreB && since != null ? b : saysB;
        boolean isSame =
            since != null
                && (!trackA || Objects.equals(a, says.a))
                && (!trackB || Objects.equals(b, newB));
        if (since != null && !isSame && history) {
          rows.add(text(key.getKey(), a, b, since, now));
        }
        since = history && isSame ? since : Integer.valueOf(now);
        a = says.a;
        b = newB;
      }
      if (since != null) {
        rows.add(text(key.getKey(), a, b, since, null));
      }
    }
    return rows.stream().filter(row -> !row.isEmpty()).sorted().toList();
  }

  private static String text(long id, String a, Integer b, Integer from, Integer until) {
    return id + " " + a + " " + b + " " + from + (until == null ? "" : " until " + until);
  }

  /** As the product has it: columns, sequence, deleted, source, position, time. */
  InternalRow row() {
    return new GenericInternalRow(
        new Object[] {
          id,
          a == null ? null : Utf8.of(a),
          b,
          sequence,
          deleted,
          Utf8.of("feed"),
          Utf8.of("f@" + position),
          1_000L
        });
  }

  /** Of a row that the product stores. */
  static String text(InternalRow row, boolean history) {
    return row.getLong(0)
        + " "
        + (row.isNullAt(1) ? null : row.getUTF8String(1))
        + " "
        + (row.isNullAt(2) ? null : row.getInt(2))
        + " "
        + row.getInt(3)
        + (history && !row.isNullAt(4) ? " until " + row.getInt(4) : "");
  }
}
