package io.lakebeam.simulation;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Of whose sources the fields that nobody has declared become columns. Runs compute tables anew now
 * and then.
 */
final class GrowingPipeline extends SimulatedPipeline {
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
          new_fields: add_columns
        reports:
          files: "in/*.csv"
          format: csv
          schema: "id BIGINT, amount INT"
          new_fields: add_columns
      datasets:
        bronze: {streaming_table: {sql: "SELECT *, _rescued AS rescued FROM events"}}
        silver:
          streaming_table:
            flows:
              - {sql: "SELECT * FROM bronze"}
              - {sql: "SELECT *, _rescued AS rescued FROM reports"}
        all: {streaming_table: {sql: "SELECT * FROM silver"}}
        totals:
          materialized_view:
            sql: "SELECT MOD(amount, 4) AS k, COUNT(*) AS n, SUM(id) AS s FROM silver
              GROUP BY MOD(amount, 4)"
      """;

  GrowingPipeline(Path folder) {
    super(folder, List.of(YAML));
  }

  @Override
  String edit(Random random, String before, boolean isLast) {
    return YAML;
  }

  @Override
  String described(String edition) {
    return "new fields";
  }

  @Override
  Set<String> anew(Random random) {
    Set<String> anew = new TreeSet<>();
    for (String name : List.of("bronze", "silver", "all", "totals")) {
      if (random.nextInt(8) == 0) {
        anew.add(name);
      }
    }
    return anew;
  }

  @Override
  Map<String, Integer> check(String lake, LakeWatch watch, TestingSources sources) {
    return new GrowingCheck(new LakeRows(lake, watch), sources).check();
  }
}
