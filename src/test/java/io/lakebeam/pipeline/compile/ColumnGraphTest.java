package io.lakebeam.pipeline.compile;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.graph.ColumnGraph;
import io.lakebeam.graph.ColumnOrigin;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the columns of a whole pipeline follow from. */
class ColumnGraphTest {
  @TempDir Path dir;

  private ColumnGraph graph(String datasets) {
    return new ColumnGraph(
        new TestingPipeline(dir)
            .yaml(
                """
                pipeline: p
                sources:
                  events: {files: "in/*.csv", format: csv, schema: "id BIGINT, op STRING, at TIMESTAMP, text STRING"}
                datasets:
                  bronze: {streaming_table: {from: events}}
                """
                    + datasets.indent(2))
            .compile()
            .graph());
  }

  private static List<String> text(Stream<ColumnGraph.Edge> edges) {
    return edges
        .map(
            edge ->
                String.join(
                    " ",
                    edge.dataset() + "." + edge.column(),
                    edge.influence().name(),
                    edge.from().relation() + "." + edge.from().column(),
                    edge.by()))
        .map(String::strip)
        .toList();
  }

  @Test
  void rowsOfAnUpsertFollowFromItsKeysAndWhatOrdersItsChanges() {
    ColumnGraph graph =
        graph(
            """
            state:
              streaming_table:
                flows: [{sql: "SELECT ID, op, at, upper(text) AS text FROM bronze"}]
                upsert: {keys: [id], sequence_by: at, delete_when: "op = 'D'", columns: {except: [op]}}
            """);
    assertEquals(
        List.of(
            "state.ID IDENTITY state_changes.ID",
            "state.at IDENTITY state_changes.at",
            "state.text IDENTITY state_changes.text",
            "state._sequence IDENTITY state_changes.at",
            "state. GROUP_BY state_changes.ID upsert keys",
            "state. SORT state_changes.at upsert sequence_by",
            "state. FILTER state_changes.op upsert delete_when"),
        text(graph.of("state").stream()));
    assertEquals(
        List.of("bronze", "state_changes", "state"),
        graph.reached(new ColumnOrigin("events", "op")));
    assertEquals(
        List.of("state", "state_changes", "bronze", "events"),
        graph.upstream(new ColumnOrigin("state", "text")).stream()
            .map(ColumnOrigin::relation)
            .toList());
  }

  @Test
  void rulesAndDuplicatesDecideWhichRowsThereAre() {
    ColumnGraph graph =
        graph(
            """
            once:
              streaming_table: {sql: "SELECT id, at, text FROM bronze"}
              deduplicate: {by: [id], of: at, within: 10m}
              expect:
                told: "text <> ''"
                named: {expect: "id > 0 AND _source IS NOT NULL", on_violation: drop}
            """);
    assertEquals(
        List.of(
            "once. CHECK once.text expectation told",
            "once. FILTER once._source expectation named",
            "once. FILTER once.id expectation named",
            "once. FILTER once.id deduplicate",
            "once. FILTER once.at deduplicate"),
        text(graph.intoRows("once").stream()));
    assertEquals(List.of("bronze", "once"), graph.reached(new ColumnOrigin("events", "text")));
    assertEquals(List.of(), graph.reached(new ColumnOrigin("once", "text")));
  }

  @Test
  void everyColumnOfATransformFollowsFromEveryColumn() {
    ColumnGraph graph =
        graph(
            """
            made: {streaming_table: {transform: io.lakebeam.runner.TransformRowsIT$Same, from: [bronze]}}
            """);
    assertEquals(4, graph.into(new ColumnOrigin("made", graph.columns("made").get(0))).size());
  }
}
