package io.lakebeam.simulation;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;

/**
 * Tables of which a stream and files change the rows: one with the newest row of each key, one that
 * some changes empty, one with all that there have been, and a view of the first. Changes of one
 * moment contradict each other, and some delete. Runs compute tables anew now and then.
 */
final class UpsertedPipeline extends SimulatedPipeline {
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
        newest:
          streaming_table:
            flows:
              - {sql: "SELECT MOD(id, 5) AS k, amount AS v, MOD(id * 7, 11) AS s FROM events"}
              - {sql: "SELECT MOD(id, 5) AS k, amount AS v, MOD(id * 7, 11) AS s FROM reports"}
            upsert: {keys: [k], sequence_by: s, delete_when: v < 0, columns: [k, v]}
        past:
          streaming_table:
            flows:
              - {sql: "SELECT MOD(id, 5) AS k, amount AS v, MOD(id * 7, 11) AS s FROM events"}
              - {sql: "SELECT MOD(id, 5) AS k, amount AS v, MOD(id * 7, 11) AS s FROM reports"}
            upsert:
              {keys: [k], sequence_by: s, delete_when: v < 0, columns: [k, v], history: full}
        emptied:
          streaming_table:
            flows:
              - {sql: "SELECT MOD(id, 5) AS k, amount AS v, MOD(id * 7, 11) AS s FROM events"}
              - {sql: "SELECT MOD(id, 5) AS k, amount AS v, MOD(id * 7, 11) AS s FROM reports"}
            upsert:
              {keys: [k], sequence_by: s, delete_when: v < 0, truncate_when: v < -6, columns: [k, v]}
        counted:
          materialized_view: {sql: "SELECT MOD(k, 2) AS k, COUNT(*) AS n FROM newest GROUP BY MOD(k, 2)"}
        met:
          materialized_view: {sql: "SELECT c.k, c.n, p.m, SUM(c.n) OVER () AS total FROM counted c JOIN (SELECT MOD(k, 2) AS k, COUNT(*) AS m FROM past GROUP BY MOD(k, 2)) p ON p.k = c.k"}
      """;

  UpsertedPipeline(Path folder) {
    super(folder, List.of(YAML));
  }

  @Override
  String edit(Random random, String before, boolean isLast) {
    return YAML;
  }

  @Override
  String described(String edition) {
    return "upserts";
  }

  @Override
  Set<String> anew(Random random) {
    return switch (random.nextInt(8)) {
      case 0 -> Set.of("newest");
      case 1 -> Set.of("past");
      case 2 -> Set.of("newest", "past", "emptied", "counted", "met");
      case 3 -> Set.of("emptied");
      default -> Set.of();
    };
  }

  @Override
  Map<String, Integer> check(String lake, LakeWatch watch, TestingSources sources) {
    return new UpsertCheck(new LakeRows(lake, watch), sources).check();
  }
}
