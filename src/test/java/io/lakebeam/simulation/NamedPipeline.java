package io.lakebeam.simulation;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A table over a stream and files that looks rows up in a reference file, a table that follows it,
 * a view that looks up in the same file. Columns of the source and of queries come, go and come
 * back, and an expression and the view's query change.
 */
final class NamedPipeline extends SimulatedPipeline {
  private static final String YAML =
      """
      pipeline: p
      lake: "${LAKE:-./lake}"
      max_rows_per_epoch: 8
      sources:
        events:
          kafka: {bootstrap_servers: "localhost:9", topic: t}
          format: json
          schema: "id BIGINT, amount INT NOTED"
        reports: {files: "in/*.csv", format: csv, schema: "id BIGINT, amount INT NOTED"}
        cities: {reference: "in/cities.csv", format: csv, schema: "k INT, city INT, length STRING"}
      datasets:
        named:
          streaming_table:
            flows:
              - {sql: "SELECT e.id, e.amount, c.city, e._rescued AS rescued NOTE EXTRA
                  FROM events e LEFT JOIN cities c ON c.k = MOD(e.amount, 4)"}
              - {sql: "SELECT e.id, e.amount, c.city, e._rescued AS rescued NOTE EXTRA
                  FROM reports e LEFT JOIN cities c ON c.k = MOD(e.amount, 4)"}
        shown: {streaming_table: {sql: "SELECT id, city FROM named"}}
        by_city:
          materialized_view:
            sql: "SELECT c.city, COUNT(*) AS n, SUM(s.id) AS s
              FROM named s LEFT JOIN cities c ON c.k = MOD(s.amount, 4)
              WHERE s.amount > LEAST GROUP BY c.city"
      """;

  /**
   * As its author has left it.
   *
   * @param hasNote whether the sources declare the field that their records have
   * @param factor of the column {@code extra}; 0 when there is none
   * @param least of the view
   */
  record Edition(boolean hasNote, int factor, int least) {
    String yaml() {
      return YAML.replace(" NOTED", hasNote ? ", note STRING" : "")
          .replace(" NOTE", hasNote ? ", e.note" : "")
          .replace(" EXTRA", factor == 0 ? "" : ", e.amount * " + factor + " AS extra")
          .replace("LEAST", Integer.toString(least));
    }
  }

  private static final List<Edition> EDITIONS =
      List.of(
          new Edition(false, 0, -100),
          new Edition(true, 2, -100),
          new Edition(false, 3, -100),
          new Edition(true, 0, 0));

  NamedPipeline(Path folder) {
    super(folder, EDITIONS.stream().map(Edition::yaml).toList());
  }

  /** The one that a text is. */
  static Edition edition(String yaml) {
    return EDITIONS.stream().filter(each -> each.yaml().equals(yaml)).findFirst().orElseThrow();
  }

  @Override
  String edit(Random random, String before, boolean isLast) {
    return random.nextInt(3) == 0 && !before.isEmpty()
        ? before
        : EDITIONS.get(random.nextInt(EDITIONS.size())).yaml();
  }

  @Override
  String described(String edition) {
    return edition(edition).toString();
  }

  @Override
  boolean looksUp() {
    return true;
  }

  @Override
  Map<String, Integer> check(String lake, LakeWatch watch, TestingSources sources) {
    return new NamedCheck(new LakeRows(lake, watch), sources).check();
  }
}
