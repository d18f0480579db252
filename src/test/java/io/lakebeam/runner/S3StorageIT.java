package io.lakebeam.runner;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.ConditionalPutLogStore;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.KernelReader;
import io.lakebeam.testing.Races;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import io.lakebeam.testing.TestingS3;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Updates with lake and landing folder in S3, through the real S3A driver. */
class S3StorageIT {
  /** No word: a secret that is known in this JVM is hidden wherever somebody prints it. */
  private static final String KEY = "KEYOFTESTS0123456789";

  private static final String PIPELINE =
      """
      pipeline: p
      lake: "${BUCKET}/lake"
      sources:
        orders: {files: "${BUCKET}/in/*.csv", format: csv, schema: "id BIGINT, amount INT"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        silver:
          streaming_table: {sql: "SELECT id, amount FROM bronze"}
          expect: {positive: {expect: amount > 0, on_violation: quarantine}}
        total: {materialized_view: {sql: "SELECT COUNT(*) AS n, SUM(amount) AS s FROM silver"}}
      """;

  private final TestingS3 s3 = TestingS3.get();

  @TempDir Path dir;
  private Storage storage;

  private TestingPipeline project(String bucket, String accessKey) {
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(PIPELINE + s3.yaml(bucket, accessKey))
            .set("BUCKET", "s3a://" + bucket);
    storage = Storage.of(project.spec().storage());
    return project;
  }

  private void land(String bucket, String name, String text) {
    assertTrue(storage.putIfAbsent(path("s3a://" + bucket + "/in/" + name), text.getBytes(UTF_8)));
  }

  private org.apache.hadoop.fs.Path path(String uri) {
    return storage.path(uri);
  }

  private List<String> texts(TestingPipeline project, String table, String... columns) {
    return Tables.texts(project.compile().pathOf(table), columns);
  }

  @Test
  void updatesAddWhatIsNewAndOthersCanReadIt() {
    s3.bucket("updates");
    TestingPipeline project = project("updates", KEY);
    land("updates", "1.csv", "id,amount\n1,5\n2,-1\n");
    TestingUpdates.run(project.compile());
    land("updates", "2.csv", "id,amount\n3,7\n4,-2\n");
    TestingUpdates.run(project.compile());

    assertEquals(List.of("1", "2", "3", "4"), texts(project, "bronze", "id"));
    assertEquals(List.of("1", "3"), texts(project, "silver", "id"));
    assertEquals(List.of("2", "4"), texts(project, "silver_quarantine", "id"));
    assertEquals(List.of("2|12"), texts(project, "total", "n", "s"));
    assertEquals(2, KernelReader.read(project.compile().pathOf("silver")).size());
    assertEquals(List.of(), TestingUpdates.run(project.compile()).plans);
  }

  @Test
  void anEpochWithoutItsEndIsFinishedOnce() {
    s3.bucket("cut-short");
    TestingPipeline project = project("cut-short", KEY);
    land("cut-short", "1.csv", "id,amount\n1,5\n2,-1\n");
    TestingUpdates.run(project.compile());
    String lake = project.spec().lake();
    assertTrue(storage.delete(path(lake + "/_lakebeam/p/epochs/000000000001.done")));

    assertEquals(1, TestingUpdates.run(project.compile()).replays());

    assertEquals(List.of("1"), texts(project, "silver", "id"));
    assertEquals(List.of("1|5"), texts(project, "total", "n", "s"));
  }

  @Test
  void ofManyPutsS3LetsOneWin() throws Exception {
    String bucket = s3.bucket("races");
    project("races", KEY);
    int refused = s3.refusedPuts();
    for (int round = 0; round < 5; round++) {
      org.apache.hadoop.fs.Path contended = path(bucket + "/plans/" + round);
      Races.assertOneWins(
          8,
          bytes -> storage.putIfAbsent(contended, bytes),
          () -> storage.read(contended).orElseThrow());
    }
    assertEquals(5 * 7, s3.refusedPuts() - refused, "it is S3 that decides");
  }

  @Test
  void ofManyCommitsOfAVersionS3LetsOneWin() throws Exception {
    String bucket = s3.bucket("log");
    project("log", KEY);
    ConditionalPutLogStore log = new ConditionalPutLogStore(storage.configuration());
    for (int version = 0; version < 5; version++) {
      org.apache.hadoop.fs.Path file = path(bucket + "/t/_delta_log/" + version + ".json");
      Races.assertOneWins(
          8,
          bytes -> {
            try {
              List<String> lines = List.of(new String(bytes, UTF_8));
              log.write(file, lines.iterator(), false, storage.configuration());
              return true;
            } catch (FileAlreadyExistsException e) {
              return false;
            }
          },
          () -> {
            byte[] stored = storage.read(file).orElseThrow();
            return java.util.Arrays.copyOf(stored, stored.length - 1);
          });
    }
  }

  @Test
  void refusalsNameTheBucketAndWhatToLookAt() {
    s3.bucket("denied-bucket");
    TestingPipeline denied = project("denied-bucket", "AKIADENIED");
    String problem = TestingUpdates.fail(denied.compile()).problem();
    assertTrue(problem.contains(": bucket denied-bucket denied it; check what"), problem);
    assertFalse(problem.contains("a secret access key"), problem);

    TestingPipeline missing = project("missing-bucket", KEY);
    problem = TestingUpdates.fail(missing.compile()).problem();
    assertTrue(
        problem.endsWith(
            "there is no bucket missing-bucket; create it, or correct the URI or the endpoint"),
        problem);
  }
}
