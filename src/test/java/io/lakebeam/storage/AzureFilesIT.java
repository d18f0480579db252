package io.lakebeam.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.Races;
import io.lakebeam.testing.TestingAzurite;
import io.lakebeam.testing.TestingPipeline;
import java.util.List;
import java.util.UUID;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What {@link Storage} promises, through the real ABFS driver. */
class AzureFilesIT {
  @TempDir static java.nio.file.Path dir;
  private static TestingAzurite azurite;
  private Storage storage;

  /** Before each, since Maven does not count tests of a class that is skipped as a whole. */
  @BeforeEach
  void start() {
    azurite = TestingAzurite.get();
    TestingPipeline project =
        new TestingPipeline(dir)
            .yaml(
                """
                pipeline: p
                sources: {s: {files: "in/*.csv", format: csv, schema: "id INT"}}
                datasets: {b: {streaming_table: {from: s}}}
                """
                    + azurite.yaml());
    storage = Storage.of(project.spec().storage());
  }

  private static Path file(String account) {
    return new Path(azurite.container(account, "c" + UUID.randomUUID()) + "/a/plan.json");
  }

  /** By account key, and by shared access signature. */
  @ParameterizedTest
  @ValueSource(strings = {"lakes", "landing"})
  void filesAreWrittenReadListedAndDeleted(String account) {
    Path file = file(account);

    assertTrue(storage.read(file).isEmpty());
    assertTrue(storage.putIfAbsent(file, "first".getBytes(UTF_8)));
    assertFalse(storage.putIfAbsent(file, "second".getBytes(UTF_8)));
    assertEquals("first", text(file));
    storage.replace(file, "third".getBytes(UTF_8));
    assertEquals("third", text(file));
    assertEquals(
        List.of(file), storage.list(file.getParent()).stream().map(f -> f.getPath()).toList());
    assertEquals(
        List.of(file.getParent()),
        storage.list(file.getParent().getParent()).stream().map(f -> f.getPath()).toList());
    assertEquals(1, storage.glob(new Path(file.getParent(), "*.json")).size());
    assertTrue(storage.delete(file));
    assertTrue(storage.status(file).isEmpty());
  }

  @Test
  void ofManyPutsExactlyOneWinsAndNobodySeesHalfOfIt() throws Exception {
    Path folder = file("lakes").getParent();
    for (int round = 0; round < 5; round++) {
      Path contended = new Path(folder, "plan-" + round);
      Races.assertOneWins(
          8,
          bytes -> storage.putIfAbsent(contended, bytes),
          () -> storage.read(contended).orElseThrow());
    }
    assertEquals(5, storage.list(folder).size(), "no temporary files are left");
  }

  @Test
  void whatIsRefusedNamesTheAccountAndWhatToLookAt() {
    Path locked = new Path(TestingAzurite.uri("locked", "any") + "/x");
    Path missing = new Path(TestingAzurite.uri("lakes", "missing") + "/x");
    Path unknown = new Path(TestingAzurite.uri("unknown", "any") + "/x");

    assertEquals(
        "cannot read "
            + locked
            + ": storage account locked denied it; check what storage.azure.locked of the pipeline"
            + " file refers to (key, signature or identity, and whether it has expired), and its"
            + " rights on container any",
        refused(() -> storage.read(locked)));
    assertEquals(
        "cannot write "
            + missing
            + ": storage account lakes has no container missing; create it, or correct the URI",
        refused(() -> storage.putIfAbsent(missing, new byte[1])));
    assertEquals(
        "cannot open "
            + unknown
            + ": nothing usable says how to sign in to storage account unknown; write it under"
            + " storage.azure.unknown of the pipeline file",
        refused(() -> storage.read(unknown)));
  }

  private String refused(org.junit.jupiter.api.function.Executable call) {
    StorageException refusal = assertThrows(StorageException.class, call);
    for (Throwable cause = refusal; cause != null; cause = cause.getCause()) {
      assertFalse(cause.toString().contains(TestingAzurite.key("another")), cause.toString());
    }
    return refusal.getMessage();
  }

  private String text(Path path) {
    return new String(storage.read(path).orElseThrow(), UTF_8);
  }
}
