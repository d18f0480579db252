package io.lakebeam.delta.upsert;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.sql.UpsertQuery;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What keys have after changes does not depend on the order in which these come. */
class KeyHistoryTest {
  private static final int SEEDS = Integer.getInteger("lakebeam.upserts.seeds", 500);

  @TempDir Path dir;

  private UpsertQuery query(String more) {
    return new TestingPipeline(dir)
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
                streaming_table:
                  from: feed
                  upsert:
                    keys: [id]
                    sequence_by: seq
                    delete_when: op = 'D'
                    columns: [id, a, b]
            """
                + more.indent(8))
        .compile()
        .upserts()
        .get(0)
        .query();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ignore_nulls: false          | false | true  | true  | false",
        "ignore_nulls: {on: [b]}      | false | true  | true  | true",
        "history: full                | true  | true  | true  | false",
        "history: {track: [a]}        | true  | true  | false | false",
        "history: {track_except: [a]} | true  | false | true  | false",
      })
  void anyOrderGivesTheSame(
      String declared, boolean history, boolean trackA, boolean trackB, boolean ignoreB) {
    UpsertQuery query = query(declared);
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      List<TestingFeed> feed = TestingFeed.of(random, 3, 4 + random.nextInt(16));
      List<String> right = TestingFeed.oracle(feed, history, trackA, trackB, ignoreB);
      assertEquals(right, played(query, List.of(feed)), "at once, seed " + seed);
      List<TestingFeed> shuffled = new ArrayList<>(feed);
      Collections.shuffle(shuffled, random);
      assertEquals(right, played(query, batches(shuffled, random)), "shuffled, seed " + seed);
    }
  }

  @ParameterizedTest
  @CsvSource({"false", "true"})
  void aHistoryThatIgnoresNulls(boolean trackAll) {
    UpsertQuery query =
        query("ignore_nulls: {on: [b]}\nhistory: " + (trackAll ? "full" : "{track: [a]}"));
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      List<TestingFeed> feed = TestingFeed.of(random, 2, 4 + random.nextInt(16));
      List<String> right = TestingFeed.oracle(feed, true, true, trackAll, true);
      List<TestingFeed> shuffled = new ArrayList<>(feed);
      Collections.shuffle(shuffled, random);
      assertEquals(right, played(query, batches(shuffled, random)), "seed " + seed);
    }
  }

  private static List<List<TestingFeed>> batches(List<TestingFeed> feed, Random random) {
    List<List<TestingFeed>> batches = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      batches.add(new ArrayList<>());
    }
    feed.forEach(each -> batches.get(random.nextInt(8)).add(each));
    return batches;
  }

  /** Key by key, batch by batch; now and then a batch is merged twice, as after a kill. */
  private static List<String> played(UpsertQuery query, List<List<TestingFeed>> batches) {
    KeyHistory history = new KeyHistory(query);
    Map<Long, List<InternalRow>> rows = new TreeMap<>();
    Map<Long, List<InternalRow>> remembered = new TreeMap<>();
    for (int i = 0; i < batches.size(); i++) {
      boolean isTwice = i % 3 == 1;
      Map<Long, List<InternalRow>> news = new TreeMap<>();
      batches
          .get(i)
          .forEach(
              each -> news.computeIfAbsent(each.id(), id -> new ArrayList<>()).add(each.row()));
      news.forEach(
          (id, changes) -> {
            List<InternalRow> kept = remembered.computeIfAbsent(id, key -> new ArrayList<>());
            List<InternalRow> before = rows.getOrDefault(id, List.of());
            if (isTwice) { // killed after what is remembered was committed
              kept.addAll(history.of(before, kept, changes).remembered());
            }
            KeyHistory.Result result = history.of(before, kept, changes);
            kept.addAll(result.remembered());
            rows.put(id, result.rows());
          });
    }
    return rows.values().stream()
        .flatMap(List::stream)
        .map(row -> TestingFeed.text(row, query.hasHistory()))
        .sorted()
        .toList();
  }
}
