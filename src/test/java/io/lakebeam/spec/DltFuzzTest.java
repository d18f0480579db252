package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Problem;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.testing.DltCorpus;
import io.lakebeam.testing.Fuzz;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged SQL files of Delta Live Tables: a spec, or problems whose places are in the file; never
 * an exception.
 */
class DltFuzzTest {
  private static final List<String> SPICES =
      List.of(
          "(",
          ")",
          ",",
          ";",
          "'",
          "\"",
          "`",
          "--",
          "/*",
          "*/",
          "\n",
          "${",
          "${landing}",
          "${a.b}",
          "=>",
          "STREAM",
          "STREAM(",
          "LIVE.",
          "FROM ",
          "JOIN ",
          "SELECT ",
          "CREATE ",
          "FLOW ",
          "CONSTRAINT c EXPECT (",
          "AS ",
          "map(",
          "read_files(",
          "json.`",
          "\\",
          "<",
          ">",
          "\0",
          "\u2028",
          "\ud83d\ude00",
          "-- COMMAND ----------\n",
          "((((((((((((((((((((((((((((((");

  @TempDir Path dir;

  @Test
  void damagedFiles() throws IOException {
    byte[][] spices =
        SPICES.stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    DltCorpus.copy(DltCorpus.names(), dir);
    List<String> names = DltCorpus.names();
    Path file = dir.resolve("damaged.sql");
    Fuzz.rounds(
        200,
        random -> {
          String name = names.get(random.nextInt(names.size()));
          byte[] sound = Files.readAllBytes(dir.resolve("corpus/" + name + ".sql"));
          Files.write(file, Fuzz.damaged(sound, spices, random));
          PipelineLocation location = PipelineLocation.ofSql(file, dir);
          PipelineDraft draft = new PipelineReader().draft(location, Map.of(), v -> "v");
          for (Problem problem : draft.problems()) {
            assertPlace(problem, file);
          }
          assertFalse(draft.problems().isEmpty() && draft.spec().isEmpty());
        });
  }

  private static void assertPlace(Problem problem, Path file) throws IOException {
    assertFalse(problem.problem().isBlank());
    if (problem.at().line() > 0 && problem.at().file().equals("damaged.sql")) {
      List<String> lines = List.of(Files.readString(file, StandardCharsets.UTF_8).split("\n", -1));
      assertTrue(problem.at().line() <= lines.size(), problem.toString());
      int width = lines.get(problem.at().line() - 1).length();
      assertTrue(problem.at().column() <= width + 1, problem.toString());
    }
  }

  /** What is large or deep takes the time of reading it. */
  @Test
  void largeFiles() throws IOException {
    String call = "SELECT a FROM STREAM(LIVE.t) WHERE a IN (1, 2)";
    List<String> large =
        List.of(
            "CREATE VIEW v AS SELECT 1 FROM t; ".repeat(5_000),
            "CREATE VIEW v AS " + "(".repeat(25_000),
            "CREATE VIEW v AS " + "(".repeat(12_000) + "SELECT 1" + ")".repeat(12_000),
            "CREATE VIEW v AS SELECT " + "'x', ".repeat(50_000) + "1 FROM t",
            "/*".repeat(125_000),
            "CREATE VIEW v AS " + (call + "\nUNION ALL ").repeat(5_000) + call,
            "SET a = 1;\n".repeat(12_000),
            "${x}".repeat(50_000));
    for (String text : large) {
      Path file = dir.resolve("large.sql");
      Files.writeString(file, text);
      assertTimeoutPreemptively(
          Duration.ofSeconds(20),
          () ->
              new PipelineReader().draft(PipelineLocation.ofSql(file, dir), Map.of(), v -> "value"),
          text.substring(0, Math.min(40, text.length())));
    }
  }
}
