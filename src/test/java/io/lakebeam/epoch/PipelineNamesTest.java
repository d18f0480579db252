package io.lakebeam.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.ErrorCode;
import io.lakebeam.storage.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What pipelines are called, and what lakes know them by. */
class PipelineNamesTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:30Z");

  @TempDir Path lake;

  private PipelineNames names() {
    return PipelineNames.of(Place.of(lake.toString()));
  }

  @Test
  void aPipelineThatIsNewIsKnownByItsName() {
    assertEquals("p", names().id("p"));
    assertEquals("p", names().name("p"));
    assertEquals(Optional.empty(), names().owner("p"));
    assertEquals(lake.resolve("_lakebeam/p").toString(), folder("p"));
    assertFalse(Files.exists(lake.resolve("_lakebeam")), "looking makes nothing");
  }

  private String folder(String name) {
    return Ledger.of(Place.of(lake.toString()), name).folder().toUri().getPath();
  }

  @Test
  void theIdStaysWhateverItIsCalled() {
    assertTrue(names().give("a", "b", NOW, "ann"));
    assertTrue(names().give("a", "c", NOW, "ann"));
    assertEquals("a", names().id("c"));
    assertEquals("c", names().name("a"));
    assertEquals(
        List.of(
            new PipelineNames.Renaming(1, "a", "b", NOW, "ann"),
            new PipelineNames.Renaming(2, "b", "c", NOW, "ann")),
        names().renamings("a"));
    assertEquals(lake.resolve("_lakebeam/a").toString(), folder("c"));
    for (String before : List.of("a", "b")) {
      assertEquals(Optional.of("a"), names().owner(before));
      PipelineRenamedException renamed =
          assertThrows(PipelineRenamedException.class, () -> folder(before));
      assertEquals("pipeline " + before + " is called c now", renamed.problem());
      assertEquals(ErrorCode.PIPELINE_RENAMED, renamed.code());
    }
    assertTrue(names().give("a", "a", NOW, "ann"));
    assertEquals("a", names().id("a"));
    assertThrows(PipelineRenamedException.class, () -> names().id("c"));
  }

  @Test
  void ofTwoThatGiveANameAtOnceOneDoes() {
    PipelineNames one = names();
    PipelineNames other = names();
    assertTrue(one.give("a", "b", NOW, "ann"));
    assertFalse(other.give("a", "c", NOW, "ann"));
    assertEquals("b", names().name("a"));
  }

  @Test
  void namesAreNoLedger() throws Exception {
    Files.createDirectories(lake.resolve("_lakebeam/a"));
    Files.createDirectories(lake.resolve("_lakebeam/z"));
    names().give("a", "b", NOW, "ann");
    assertEquals(new TreeSet<>(List.of("b", "z")), names().names());
    assertEquals(List.of("z"), Ledger.of(Place.of(lake.toString()), "b").neighbours());
  }

  @Test
  void aFileThatSaysNothingIsTold() throws Exception {
    names().give("a", "b", NOW, "ann");
    Files.writeString(lake.resolve("_lakebeam/_names/000001.json"), "{\"id\": \"a\"}");
    DamagedLedgerException damaged =
        assertThrows(DamagedLedgerException.class, () -> names().id("b"));
    assertTrue(damaged.problem().contains("_names/000001.json"), damaged.problem());
  }
}
