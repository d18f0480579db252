package io.lakebeam.simulation;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Of which runs compute tables anew, while a rule changes and changes back, and the topic loses
 * records that were read.
 */
final class RefreshedPipeline extends SimulatedPipeline {
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
        all: {streaming_table: {sql: "SELECT id FROM silver"}}
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

  RefreshedPipeline(Path folder) {
    super(folder, SteadyPipeline.LIMITS.stream().map(RefreshedPipeline::edition).toList());
  }

  private static String edition(int limit) {
    return YAML.replace("LIMIT", Integer.toString(limit));
  }

  @Override
  String edit(Random random, String before, boolean isLast) {
    List<Integer> limits = SteadyPipeline.LIMITS;
    return edition(limits.get(random.nextInt(limits.size())));
  }

  @Override
  String described(String edition) {
    return SteadyPipeline.LIMITS.stream()
        .filter(limit -> edition.contains("amount < " + limit))
        .toList()
        .toString();
  }

  @Override
  Set<String> anew(Random random) {
    Set<String> anew = new TreeSet<>();
    if (random.nextInt(3) > 0) {
      for (String name : List.of("bronze", "silver", "all", "closed", "totals")) {
        if (random.nextInt(name.equals("bronze") ? 2 : 3) == 0) {
          anew.add(name);
        }
      }
    }
    return anew;
  }

  @Override
  boolean losesRecords() {
    return true;
  }

  @Override
  int length() {
    return 3;
  }

  @Override
  Map<String, Integer> check(String lake, LakeWatch watch, TestingSources sources) {
    return new RefreshCheck(new LakeRows(lake, watch), sources).check();
  }
}
