package io.lakebeam.simulation;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A stream and files, a table over both with rules that drop and quarantine, a table that follows
 * it and is joined with one as it stands, its windows, a view. A rule changes and changes back, and
 * one day a table is declared that follows another.
 */
final class SteadyPipeline extends SimulatedPipeline {
  private static final String YAML =
      """
      pipeline: p
      lake: "${LAKE:-./lake}"
      max_rows_per_epoch: 8
      sources:
        events:
          kafka: {bootstrap_servers: "localhost:9", topic: t}
          format: json
          schema: "id BIGINT, amount INT"
        reports: {files: "in/*.csv", format: csv, schema: "id BIGINT, amount INT"}
      datasets:
        bronze: {streaming_table: {from: events}}
        silver:
          streaming_table:
            flows:
              - {sql: "SELECT id, amount, TIMESTAMP_SECONDS(id) AS at FROM bronze"}
              - {sql: "SELECT id, amount, TIMESTAMP_SECONDS(id) AS at FROM reports"}
          expect:
            positive: {expect: amount > 0, on_violation: quarantine}
            small: {expect: amount < LIMIT, on_violation: drop}
        matched:
          streaming_table:
            sql: "SELECT s.id, s.amount FROM silver s LEFT SEMI JOIN bronze b
              ON b.amount = s.amount"
        closed:
          streaming_table:
            sql: "SELECT window.start AS at, MOD(amount, 2) AS k, COUNT(*) AS n, SUM(id) AS s
              FROM STREAM silver WATERMARK at DELAY OF INTERVAL 3 SECONDS
              GROUP BY window(at, '4 seconds', '2 seconds'), MOD(amount, 2)"
          expect:
            few: {expect: n < 2, on_violation: quarantine}
        totals:
          materialized_view:
            sql: "SELECT MOD(amount, 4) AS k, COUNT(*) AS n, SUM(id) AS s FROM silver
              GROUP BY MOD(amount, 4)"
      """;

  /** What is declared one day. */
  private static final String LATE =
      """
        late: {streaming_table: {sql: "SELECT id, amount FROM bronze WHERE amount > 0"}}
      """;

  /** What the rule {@code small} has said, and says. */
  static final List<Integer> LIMITS = List.of(100, 30);

  SteadyPipeline(Path folder) {
    super(
        folder,
        LIMITS.stream()
            .flatMap(limit -> Stream.of(edition(limit, false), edition(limit, true)))
            .toList());
  }

  private static String edition(int limit, boolean hasLate) {
    return YAML.replace("LIMIT", Integer.toString(limit)) + (hasLate ? LATE : "");
  }

  /** True for an edition that declares the table {@code late}. */
  static boolean hasLate(String edition) {
    return edition.endsWith(LATE);
  }

  @Override
  String edit(Random random, String before, boolean isLast) {
    // The last run has it, so that each simulation ends with its history.
    boolean hasLate = hasLate(before) || isLast || random.nextInt(4) == 0;
    return edition(LIMITS.get(random.nextInt(LIMITS.size())), hasLate);
  }

  @Override
  String described(String edition) {
    return LIMITS.stream().filter(limit -> edition.contains("amount < " + limit)).toList()
        + (hasLate(edition) ? " with late" : "");
  }

  @Override
  boolean isMeddledWith() {
    return true;
  }

  @Override
  Map<String, Integer> check(String lake, LakeWatch watch, TestingSources sources) {
    return new LakeCheck(new LakeRows(lake, watch), sources).check();
  }
}
