package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A lake that an earlier version of Lakebeam has made, of the pipeline and the files below: its
 * plans name no inputs, nothing is decided, and its third epoch has stopped at a rule with fail
 * when bronze had it.
 */
class OldLakeIT {
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, cups INT"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        silver:
          streaming_table: {sql: "SELECT id, cups FROM bronze"}
          expect: {some_cups: {expect: "cups > 0", on_violation: drop}}
        total: {materialized_view: {sql: "SELECT COUNT(*) AS n, SUM(cups) AS cups FROM silver"}}
      """;

  @TempDir Path dir;

  @Test
  void isTakenOver() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(PIPELINE);
    unpack(project.lake());
    project.land("1.csv", "id,cups\n1,1\n2,none\n");
    project.land("2.csv", "id,cups\n3,3\n");
    project.land("3.csv", "id,cups\n4,0\n5,5\n");

    TestingUpdates updates = TestingUpdates.run(project.compile());
    assertEquals(List.of(), updates.warnings);
    assertEquals(1, updates.replays());
    assertEquals(List.of("1", "3", "4", "5"), Tables.texts(project.table("bronze"), "id"));
    assertEquals(1, Tables.texts(project.table("bronze_quarantine"), "_raw").size());
    assertEquals(List.of("1", "3", "5"), Tables.texts(project.table("silver"), "id"));
    assertEquals(List.of("3|9"), Tables.texts(project.table("total"), "n", "cups"));

    project.yaml(PIPELINE + "  late: {streaming_table: {sql: \"SELECT id FROM bronze\"}}\n");
    project.land("4.csv", "id,cups\n6,6\n");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1", "3", "4", "5", "6"), Tables.texts(project.table("late"), "id"));
    assertEquals(List.of("1", "3", "5", "6"), Tables.texts(project.table("silver"), "id"));
  }

  private static void unpack(Path lake) throws IOException {
    try (InputStream packed = OldLakeIT.class.getResourceAsStream("lake-before-decisions.zip");
        ZipInputStream files = new ZipInputStream(packed)) {
      for (ZipEntry each = files.getNextEntry(); each != null; each = files.getNextEntry()) {
        Path file = lake.resolve(each.getName());
        if (each.isDirectory()) {
          Files.createDirectories(file);
        } else {
          Files.createDirectories(file.getParent());
          Files.copy(files, file);
        }
      }
    }
  }
}
