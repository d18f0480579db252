package io.lakebeam.pipeline;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.PipelineException;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is wrong with a table that is updated is told before anything runs, once. */
class UpsertProblemsTest {
  private static final String PROJECT =
      """
      pipeline: p
      sources:
        feed:
          files: "in/*.csv"
          format: csv
          schema: "id BIGINT, name STRING, tags MAP<STRING, STRING>, op STRING, seq INT"
      datasets:
        t:
          streaming_table: {from: feed, upsert: %s}
      """;

  @TempDir Path dir;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{keys: [idd], sequence_by: seq}                       | keys of t names idd, which its flows do not give",
        "{keys: [id], sequence_by: seqq}                       | [UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column seqq",
        "{keys: [id], sequence_by: tags}                       | changes of t cannot be ordered by this",
        "{keys: [id], sequence_by: seq, delete_when: op}       | expectation delete_when is no condition",
        "{keys: [id], sequence_by: seq, truncate_when: op}     | expectation truncate_when is no condition",
        "{keys: [id], sequence_by: seq, truncate_when: op = 'T', history: full} | truncate_when is not possible of a table with history",
        "{keys: [tags], sequence_by: seq}                      | tags cannot be a key of t",
        "{keys: [id], sequence_by: seq, columns: [name]}       | columns of t leave out its key id",
        "{keys: [id], sequence_by: seq, history: {track: [x]}} | history of t names x, which its flows do not give",
        "{keys: [id], sequence_by: seq, ignore_nulls: {on: [x]}} | ignore_nulls of t names x, which its flows do not give",
        "{keys: [id], sequence_by: SUM(seq)}                   | a streaming table cannot group rows",
        "{keys: [id], sequence_by: seq, tombstones: 999999999999d} | tombstones are kept for 36500d at most",
        "{keys: [id]}                                          | the key sequence_by is missing in datasets.t.streaming_table.upsert",
        "{keys: [id], sequence_by: seq, history: yes}          | datasets.t.streaming_table.upsert.history takes none, full, {track: [...]} or {track_except: [...]}, not 'yes'",
      })
  void aDeclarationIsRefused(String upsert, String problem) {
    assertEquals(List.of(problem), problems(PROJECT.formatted(upsert)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"_sequence", "_deleted", "__START_AT", "__end_at"})
  void aColumnMayNotHaveANameOfTheTablesOwn(String name) {
    String query = "{sql: \"SELECT id AS k, seq, name AS " + name + " FROM feed\", upsert: %s}";
    String yaml =
        PROJECT
            .replace("{from: feed, upsert: %s}", query)
            .formatted("{keys: [k], sequence_by: seq}");
    assertEquals(List.of("t cannot have the column " + name), problems(yaml));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "u: {streaming_table: {sql: SELECT id FROM t}}   | u takes the rows of t, which change",
        "u: {streaming_table: {from: t}}                 | u takes the rows of t, which change",
        "t_changes: {streaming_table: {from: feed}}      | the name t_changes is taken",
      })
  void whoTakesTheRowsOfATableThatChanges(String other, String problem) {
    String upsert = PROJECT.formatted("{keys: [id], sequence_by: seq}");
    assertEquals(List.of(problem), problems(upsert + other.indent(2)));
  }

  private List<String> problems(String yaml) {
    TestingPipeline project = new TestingPipeline(dir).yaml(yaml);
    return assertThrows(PipelineException.class, project::compile).problems().stream()
        .map(each -> each.problem())
        .toList();
  }
}
