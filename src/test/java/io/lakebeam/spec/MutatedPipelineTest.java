package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * However a pipeline file is damaged, the answer is a spec or problems with places in its files.
 */
class MutatedPipelineTest {
  private static final int ROUNDS = 600;

  private static final String PIPELINE =
      """
      pipeline: p
      description: "some ${WHO:-text}"
      lake: ./lake
      commit_every: 10s
      max_rows_per_epoch: 1000
      parameters: {year: "2026", n: 3}
      functions: {F: a.B}
      sources:
        hub: &hub
          event_hubs: {namespace: n, event_hub: e, connection_string: "${C}", properties: {client.id: "b"}}
          starting_offsets: latest
          format: json
          schema: |
            id BIGINT NOT NULL COMMENT 'x',
            tags ARRAY<STRUCT<a: INT>>
        entra:
          event_hubs:
            namespace: n
            event_hub: e
            auth: {client_credentials: {tenant: t, client_id: c, client_secret: "${S}"}}
          format: json
          schema: "id INT"
        files:
          files: in/*.csv
          format: {csv: {delimiter: ";", header: true, encoding: UTF-8, null_value: NA}}
          schema: "id INT"
      datasets:
        bronze: {layer: bronze, comment: c, streaming_table: {from: hub}}
        silver:
          streaming_table:
            flows: [q.sql, {sql: "SELECT 1"}, {transform: a.B, from: [hub], options: {k: v}}]
          partition_by: [id]
          expect: rules.yaml
        gold:
          materialized_view:
            sql: >-
              SELECT id
              FROM silver
          expect: {r: {expect: id > 0, on_violation: drop, null_passes: true}, s: "id < ${year}"}
      """;

  private static final List<String> PIECES =
      List.of(
          ": ",
          "\n",
          "  ",
          "- ",
          "{",
          "}",
          "[",
          "]",
          "\"",
          "'",
          "#",
          "&a ",
          "*a",
          "*hub",
          "!t ",
          "!!int ",
          "|\n",
          ">\n",
          "---\n",
          "\t",
          "${",
          "${year}",
          "${X}",
          "$${",
          "<<: *hub",
          "null",
          "~",
          "true",
          "1e9",
          "-1",
          "99999999999999999999",
          "\\0",
          "\u0000",
          "\ud83d\ude00",
          "é",
          "_x",
          "_quarantine",
          "? ",
          ",",
          ".",
          "from",
          "files",
          "view: q.sql",
          "\r\n",
          "%",
          "@");

  @TempDir Path dir;

  @Test
  void nothingButProblems() {
    long seed = 20261122;
    Random random = new Random(seed);
    InlineProject project =
        new InlineProject(dir)
            .file("q.sql", "SELECT 1")
            .file("pipelines/p/q.sql", "SELECT 1")
            .file("rules.yaml", "a: id > 1\n");
    assertTrue(project.pipeline(PIPELINE).read().datasets().size() == 3);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      String yaml = mutated(PIPELINE, random);
      project.pipeline(yaml);
      try {
        project.read();
      } catch (PipelineException e) {
        refused++;
        e.problems().forEach(problem -> check(problem, yaml));
        assertFalse(new ProblemReport(e.problems(), dir).text().isEmpty());
      } catch (RuntimeException | Error e) {
        fail("seed " + seed + ", round " + round + ":\n" + yaml, e);
      }
    }
    assertTrue(refused > ROUNDS / 2, "mutations hardly damage anything: " + refused);
  }

  private static void check(Problem problem, String yaml) {
    assertFalse(problem.problem().isBlank());
    assertFalse(problem.problem().contains("\n"), problem.problem());
    long lines = yaml.lines().count() + 1;
    assertTrue(problem.at().line() <= lines, problem.at() + " is behind the end");
  }

  private static String mutated(String yaml, Random random) {
    StringBuilder text = new StringBuilder(yaml);
    for (int i = 0; i <= random.nextInt(4); i++) {
      int at = random.nextInt(text.length());
      switch (random.nextInt(5)) {
        case 0 -> text.deleteCharAt(at);
        case 1 -> text.insert(at, PIECES.get(random.nextInt(PIECES.size())));
        case 2 -> {
          int end = Math.min(text.length(), at + random.nextInt(40));
          text.delete(at, end);
        }
        case 3 -> {
          int start = text.lastIndexOf("\n", at) + 1;
          int end = text.indexOf("\n", start);
          String line = text.substring(start, end < 0 ? text.length() : end) + "\n";
          int target = text.lastIndexOf("\n", random.nextInt(text.length())) + 1;
          text.insert(target, line);
        }
        default -> {
          int value = text.indexOf(": ", at);
          if (value > 0) {
            int end = text.indexOf("\n", value);
            String other = PIECES.get(random.nextInt(PIECES.size()));
            text.replace(value + 2, end < 0 ? text.length() : end, other);
          }
        }
      }
      if (text.length() == 0) {
        return "";
      }
    }
    return text.toString();
  }
}
