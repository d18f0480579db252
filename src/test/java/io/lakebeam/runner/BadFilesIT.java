package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.epoch.EpochResult;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.source.BadFile;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.util.EnumSet;
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

  private static byte[] whole() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write("id,cups\n7,1\n8,1\n".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  /** As long as the whole one. */
  private static byte[] damaged() throws IOException {
    byte[] bytes = whole();
    bytes[bytes.length - 6] ^= 1;
    return bytes;
  }

  /** Whatever the listing says of the file stays the same. */
  private static void rewrite(Path file, byte[] bytes) throws IOException {
    FileTime time = Files.getLastModifiedTime(file);
    Files.write(file, bytes);
    Files.setLastModifiedTime(file, time);
  }

  private static List<String> events(TestingPipeline project, String type) {
    return Tables.texts(project.table("event_log"), "event_type", "message").stream()
        .filter(row -> row.startsWith(type + "|"))
        .map(row -> row.substring(type.length() + 1))
        .toList();
  }

  @Test
  void aBadFileStopsTheUpdateOrIsSetAsideOnce() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(YAML.formatted("", "fail"));
    project.land("1.csv", "id,cups\n1,1\n2,1\n");
    Path bad = project.land("2.csv.gz", damaged());
    project.land("3.csv", "id,cups\n3,1\n4,0\n");

    UpdateFailedException stopped = TestingUpdates.fail(project.compile());
    assertEquals("source orders: " + bad + " cannot be unpacked as gzip", stopped.problem());
    assertTrue(stopped.fix().contains("declare bad_files: set_aside"), stopped.fix());
    assertEquals(List.of(), Tables.texts(project.table("bronze"), "id"));

    // The same epoch, by the way out that was told; a rule stops it behind bronze.
    project.yaml(YAML.formatted("bad_files: set_aside, ", "fail"));
    String error =
        bad + " cannot be unpacked as gzip: Gzip-compressed data is corrupt (CRC32 error)";
    assertEquals(
        List.of("orders: a file is set aside: " + error),
        TestingUpdates.stopped(project.compile(), "some_cups").warnings);
    List<String> bronze = List.of("1", "2", "3", "4");
    assertEquals(bronze, Tables.texts(project.table("bronze"), "id"));

    // Bronze has a row for it in its quarantine: its own rows come too late.
    rewrite(bad, whole());
    project.yaml(YAML.formatted("bad_files: set_aside, ", "drop"));
    TestingUpdates updates = TestingUpdates.run(project.compile());
    EpochResult result = updates.results.get(0);
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
    assertEquals(List.of(bad + " is set aside: " + error), events(project, "input_set_aside"));

    // It counts as read; mended, it comes under another name.
    assertEquals(List.of(), TestingUpdates.run(project.compile()).plans);
    project.land("2-mended.csv", "id,cups\n7,1\n");
    TestingUpdates.run(project.compile());
    assertEquals(List.of("1", "2", "3", "7"), Tables.texts(project.table("silver"), "id"));
  }

  /** With each table over the files themselves: what follows a table needs no file. */
  private static String sides(String settings, String action) {
    return YAML.formatted(settings, action).replace("FROM bronze", "FROM orders");
  }

  private static void runSkipping(TestingPipeline project) {
    new Update(project.compile(), TestingUpdates.DIRECT, new UpdateListener() {}, Clock.systemUTC())
        .run(Update.Mode.TRIGGERED, EnumSet.of(Update.Consent.SKIP_MISSING));
  }

  /**
   * Quarantines have its row, so it is told, though the attempt that ends the epoch has no file.
   */
  @Test
  void aFileThatIsSetAsideAndThenGoneIsToldOfBoth() throws Exception {
    TestingPipeline project =
        new TestingPipeline(dir).yaml(sides("bad_files: set_aside, ", "fail"));
    Path bad = project.land("1.csv.gz", damaged());
    project.land("2.csv", "id,cups\n4,0\n");
    TestingUpdates.stopped(project.compile(), "some_cups");
    Files.delete(bad);
    project.yaml(sides("bad_files: set_aside, ", "drop"));
    runSkipping(project);
    assertEquals(1, events(project, "input_skipped").size());
    assertEquals(
        List.of(
            bad
                + " is set aside: "
                + bad
                + " cannot be unpacked as gzip: Gzip-compressed data is corrupt (CRC32 error)"),
        events(project, "input_set_aside"));
    assertEquals(1, Tables.texts(project.table("bronze_quarantine"), "_position").size());
  }

  @Test
  void aFileWhoseRowsTablesHaveIsNotSetAside() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(sides("", "fail"));
    Path file = project.land("1.csv.gz", whole());
    project.land("2.csv", "id,cups\n4,0\n");
    TestingUpdates.stopped(project.compile(), "some_cups");
    rewrite(file, damaged());
    project.yaml(sides("bad_files: set_aside, ", "drop"));
    UpdateFailedException told = TestingUpdates.fail(project.compile());
    assertEquals("source orders: " + file + " cannot be set aside", told.problem());
    assertTrue(told.reason().startsWith("bronze has what could be read of it"), told.reason());
    Files.delete(file);
    runSkipping(project);
    assertEquals(20_001, Tables.texts(project.table("bronze"), "id").size());
    assertFalse(
        Tables.texts(project.table("bronze_quarantine"), "_position").contains(file.toString()));
  }
}
