package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.pipeline.graph.flow.RowsRead;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What updates know of the work that is before them, and how much of it they have read. */
class WorkIT {
  @TempDir Path dir;
  private final List<Work> works = new ArrayList<>();

  private void run(TestingPipeline project, String... anew) {
    works.clear();
    UpdateListener listener =
        new UpdateListener() {
          @Override
          public void begins(Work work) {
            works.add(work);
          }
        };
    TestingUpdates.of(project.compile(), listener)
        .run(Update.Mode.TRIGGERED, Set.of(), new Update.Selection(Set.of(), Set.of(anew)));
  }

  @Test
  void isKnownBeforeTheFirstEpoch() {
    String declared =
        """
        pipeline: p
        max_rows_per_epoch: 50
        sources:
          feed: {files: "in/*.json", format: json, schema: "id BIGINT"}
        datasets:
          bronze: {streaming_table: {from: feed}}
        """;
    TestingPipeline project = new TestingPipeline(dir).yaml(declared);
    project.land("1.json", "{\"id\":1}\n".repeat(2000));
    RowsRead before = RowsRead.soFar();
    run(project);
    assertEquals("reading", works.get(0).what());
    assertEquals(false, works.get(0).isExact(), "a file's rows are guessed");
    RowsRead after = RowsRead.soFar();
    assertEquals(2000, after.rows() - before.rows());
    assertEquals(works.get(0).weight(), after.weight() - before.weight());
    assertTrue(works.get(0).weight() > 0, works::toString);

    project.yaml(declared + "  silver: {streaming_table: {sql: \"SELECT id FROM bronze\"}}\n");
    run(project);
    assertEquals(List.of(new Work("reading", 2000, true)), works);
    assertEquals(2000, RowsRead.soFar().weight() - after.weight());

    run(project, "silver");
    assertEquals(
        List.of(new Work("computing anew", 2000, true), new Work("reading", 0, true)), works);
  }
}
