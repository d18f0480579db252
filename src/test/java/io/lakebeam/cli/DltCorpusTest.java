package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.graph.Problem;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.spec.PipelineDraft;
import io.lakebeam.spec.PipelineReader;
import io.lakebeam.spec.project.PipelineLocation;
import io.lakebeam.testing.DltCorpus;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of Delta Live Tables are valid as they are, or refused in the expected words. */
class DltCorpusTest {
  private static final Map<String, String> PARAMETERS =
      Map.of("landing", "landing", "schema", "shop");

  @TempDir Path dir;

  static Stream<String> files() {
    return DltCorpus.names().stream();
  }

  @ParameterizedTest
  @MethodSource("files")
  void aFileIsValidOrRefusedAsExpected(String name) {
    DltCorpus.copy(List.of(name), dir);
    PipelineLocation location =
        PipelineLocation.ofSql(dir.resolve("corpus/" + name + ".sql"), dir.resolve("corpus"));
    PipelineDraft draft = new PipelineReader().draft(location, Map.of(), PARAMETERS::get);
    DltCorpus.Expected expected = DltCorpus.expected(name);
    assertTold(expected.refused(), problems(draft));
    if (expected.refused().isEmpty()) {
      List<String> notes = new ArrayList<>(told(draft.notes()));
      notes.addAll(told(PipelineCompiler.compile(draft).spec().notes()));
      for (String note : expected.notes()) {
        assertTrue(
            notes.stream().anyMatch(line -> line.startsWith(note)),
            note + " is not among " + notes);
      }
    }
  }

  private static List<Problem> problems(PipelineDraft draft) {
    try {
      PipelineCompiler.compile(draft);
      return List.of();
    } catch (PipelineException e) {
      return e.problems();
    }
  }

  private static void assertTold(List<String> expected, List<Problem> problems) {
    List<String> told = told(problems);
    assertEquals(expected.size(), told.size(), String.join("\n", told));
    for (int i = 0; i < expected.size(); i++) {
      assertTrue(told.get(i).startsWith(expected.get(i)), told.get(i));
    }
  }

  private static List<String> told(List<Problem> problems) {
    return problems.stream()
        .map(p -> p.at().line() + ":" + p.at().column() + " " + p.problem() + " | " + p.cause())
        .toList();
  }

  @Test
  void thereAreFortyEight() {
    assertEquals(48, DltCorpus.names().size());
  }
}
