package io.lakebeam.spec;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.testing.Fuzz;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Bytes of a project's files, damaged: a spec or problems with places, never an exception. And what
 * is written to do harm is refused in a sentence: types to make, bombs, depths.
 */
class YamlFuzzTest {
  private static final String PIPELINE =
      """
      pipeline: p
      parameters: {year: "2026"}
      sources:
        files: &files
          files: in/*.csv
          format: {csv: {delimiter: ";", header: true, encoding: UTF-8, null_value: NA}}
          schema: "id INT, tags ARRAY<STRUCT<a: INT>>"
        more: *files
      datasets:
        bronze: {streaming_table: {from: files}}
        silver:
          streaming_table: {sql: "SELECT id FROM bronze WHERE id < ${year}"}
          expect: rules.yaml
      """;

  private static final String RULES = "positive: {expect: id > 0, on_violation: drop}\n";

  private static final List<String> SPICES =
      List.of(
          ": ",
          "\n",
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
          "*files",
          "!!int ",
          "!!java.net.URL ",
          "|\n",
          "---\n",
          "\t",
          "${",
          "${year}",
          "<<: *files",
          "null",
          "\0",
          "\uFEFF",
          "\u2028",
          "\ud83d\ude00",
          "? ",
          "%YAML 9.9\n",
          "[".repeat(200),
          "{a: ");

  @TempDir Path dir;

  @Test
  void damagedFilesOfAProject() {
    byte[][] spices =
        SPICES.stream().map(s -> s.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    InlineProject clean = new InlineProject(dir).pipeline(PIPELINE).file("rules.yaml", RULES);
    assertEquals(2, clean.read().datasets().size());
    Fuzz.rounds(
        400,
        random -> {
          boolean rules = random.nextInt(4) == 0;
          byte[] file = (rules ? RULES : PIPELINE).getBytes(StandardCharsets.UTF_8);
          byte[] damaged = Fuzz.damaged(file, spices, random);
          InlineProject project =
              new InlineProject(dir).pipeline(PIPELINE).file("rules.yaml", RULES);
          project.file(rules ? "rules.yaml" : "pipelines/p/pipeline.yaml", damaged);
          try {
            project.read();
          } catch (PipelineException e) {
            e.problems().forEach(YamlFuzzTest::check);
            assertFalse(new ProblemReport(e.problems(), dir).text().isEmpty());
          }
        });
  }

  private static void check(Problem problem) {
    assertFalse(problem.problem().isBlank());
    assertEquals(1, problem.problem().lines().count(), problem.problem());
    assertTrue(problem.problem().length() < 2000, problem.problem());
  }

  /** What other readers of YAML have been made to run. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "!!javax.script.ScriptEngineManager [!!java.net.URLClassLoader [[!!java.net.URL"
            + " [\"http://127.0.0.1:1/\"]]]]",
        "!!java.net.URL [\"http://127.0.0.1:1/\"]",
        "!!java.io.FileOutputStream [made]",
        "!<tag:yaml.org,2002:java.io.FileOutputStream> [made]",
        "!!python/object/apply:os.system [touch made]"
      })
  void noTagNamesAClassToMake(String value) {
    List<String> told = project("description: " + value).told();
    assertTrue(told.stream().anyMatch(t -> t.endsWith("leave the tag out")), told.toString());
    assertFalse(Files.exists(dir.resolve("made")));
    assertFalse(Files.exists(Path.of("made")));
  }

  @Test
  void bombsOfAliasesAreRefused() {
    StringBuilder lists = new StringBuilder("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
    StringBuilder merges = new StringBuilder("m0: &m0 {k: v}\n");
    for (int i = 1; i < 20; i++) {
      String alias = "*a" + (i - 1);
      String merge = "*m" + (i - 1);
      lists.append("a" + i + ": &a" + i + " [" + (alias + ", ").repeat(8) + alias + "]\n");
      merges.append("m" + i + ": &m" + i + " {<<: [" + (merge + ", ").repeat(8) + merge + "]}\n");
    }
    for (String bomb : List.of(lists.toString(), merges.toString())) {
      List<String> told = project(bomb).told();
      assertFalse(told.isEmpty());
      told.forEach(t -> assertTrue(t.length() < 2000, t));
    }
    assertTrue(
        project(lists.toString()).told().stream().anyMatch(t -> t.contains("aliases")),
        "it is told what is wrong");
  }

  @ParameterizedTest
  @ValueSource(strings = {"[", "{a: ", "- ", "? "})
  void veryDeepNestingIsRefused(String opening) {
    List<String> told = project("description: \n  " + opening.repeat(20_000) + "x").told();
    assertFalse(told.isEmpty());
    assertEquals(1, told.get(0).lines().count());
    assertTrue(told.get(0).length() < 500, told.get(0));
  }

  private InlineProject project(String more) {
    return new InlineProject(dir).pipeline(PIPELINE + more + "\n").file("rules.yaml", RULES);
  }
}
