package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.source.BadFile;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that cannot be read as a whole, among others that can. */
class BadFilesIT {
  private static final String YAML =
      """
      pipeline: p
      sources:
        orders: {files: "in/*", %sformat: csv, schema: "id BIGINT, cups INT"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        silver:
          streaming_table: {sql: "SELECT id, cups FROM bronze"}
          expect: {some_cups: {expect: "cups > 0", on_violation: %s}}
      """;

  @TempDir Path dir;

  private static byte[] cut() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write("id,cups\n7,1\n8,1\n".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    }
    return Arrays.copyOf(bytes.toByteArray(), bytes.size() - 4);
  }

  @Test
  void aBadFileStopsTheUpdateOrIsSetAsideOnce() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(YAML.formatted("", "fail"));
    project.land("1.csv", "id,cups\n1,1\n2,1\n");
    Path bad = project.land("2.csv.gz", cut());
    project.land("3.csv", "id,cups\n3,1\n4,0\n");

    UpdateFailedException stopped = TestingUpdates.fail(project.compile());
    assertEquals("source orders: " + bad + " cannot be unpacked as gzip", stopped.problem());
    assertTrue(stopped.fix().contains("declare bad_files: set_aside"), stopped.fix());
    assertEquals(List.of(), Tables.texts(project.table("bronze"), "id"));

    // The same epoch, by the way out that was told; a rule stops it behind bronze.
    project.yaml(YAML.formatted("bad_files: set_aside, ", "fail"));
    assertTrue(TestingUpdates.fail(project.compile()).problem().contains("some_cups"));
    List<String> bronze = List.of("1", "2", "3", "4");
    assertEquals(bronze, Tables.texts(project.table("bronze"), "id"));

    project.yaml(YAML.formatted("bad_files: set_aside, ", "drop"));
    TestingUpdates updates = TestingUpdates.run(project.compile());
    EpochResult result = updates.results.get(0);
    String error = bad + " cannot be unpacked as gzip: it is damaged or cut off";
    assertEquals(List.of(new BadFile("orders", bad.toString(), error)), result.setAside());
    DatasetResult counts = updates.last("bronze");
    assertEquals(5, counts.in());
    assertEquals(4, counts.accepted());
    assertEquals(1, counts.quarantined());
    assertEquals(bronze, Tables.texts(project.table("bronze"), "id"));
    assertEquals(List.of("1", "2", "3"), Tables.texts(project.table("silver"), "id"));
    assertEquals(
        List.of("null|orders|" + bad + "|null|the file is set aside: " + error),
        Tables.texts(
            project.table("bronze_quarantine"), "id", "_source", "_position", "_raw", "_error"));
    assertEquals(
        List.of(bad + " is set aside: " + error),
        Tables.texts(project.table("event_log"), "event_type", "message").stream()
            .filter(row -> row.startsWith("input_set_aside|"))
            .map(row -> row.substring("input_set_aside|".length()))
            .toList());

    // It counts as read; mended, it comes under another name.
    assertEquals(List.of(), TestingUpdates.run(project.compile()).plans);
    project.land("2-mended.csv", "id,cups\n7,1\n");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1", "2", "3", "7"), Tables.texts(project.table("silver"), "id"));
  }
}
