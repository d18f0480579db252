package io.lakebeam.epoch;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.DataFile;
import io.lakebeam.epoch.EpochResult.DatasetResult;
import io.lakebeam.epoch.EpochResult.RuleResult;
import io.lakebeam.graph.ErrorCode;
import io.lakebeam.graph.Problem;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.storage.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The ledger's files: what is written once, and what is read back. */
class LedgerTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:15:30.123Z");

  @TempDir Path lake;
  private Ledger ledger;

  @BeforeEach
  void ledger() {
    ledger = new Ledger(Place.of(lake.toString()), "p");
  }

  static EpochPlan plan(long number, long offset, String... files) {
    Set<FileIdentity> seen =
        Set.of(files).stream()
            .map(file -> new FileIdentity(file, 10, 1))
            .collect(java.util.stream.Collectors.toSet());
    return new EpochPlan(
        "p",
        number,
        NOW,
        List.of(
            new Slice.KafkaRange("events", "flights", 3, offset - 10, offset),
            new Slice.FileSlice("reports", "file:/in/ü, 1.csv", 123, 456)),
        Map.of(
            "events", new SourcePosition.Offsets(Map.of(0, 7L, 3, offset)),
            "reports", new SourcePosition.SeenFiles(seen)));
  }

  private static FullRefresh refresh(long number, String replaces) {
    return new FullRefresh(
        number,
        1,
        replaces,
        Set.of("a"),
        Set.of("a", "b"),
        Map.of("a", "f1", "b", "f2"),
        List.of(
            new FullRefresh.Reading(
                "reports", Set.of("a"), List.of(new Slice.FileSlice("reports", "x.csv", 3, 4))),
            new FullRefresh.Reading(
                "events", Set.of("a"), List.of(new Slice.KafkaRange("events", "t", 0, 5, 9))),
            new FullRefresh.Reading("c", Set.of("b"), List.of())));
  }

  private static EpochPlan at(long number, String... positions) {
    Map<String, SourcePosition> all = new java.util.TreeMap<>();
    for (String position : positions) {
      all.put(position, SourcePosition.TableHistory.WHOLE);
    }
    return new EpochPlan("p", number, NOW, List.of(), all);
  }

  private Optional<String> underWay() {
    return ledger.refresh(ledger.contents()).map(FullRefresh::id);
  }

  /** The plans say which counts, whatever runs put beside them that have slept. */
  @Test
  void tablesAreComputedAnewFromThePlanThatSaysSo() {
    FullRefresh first = ledger.begin(refresh(1, ""));
    assertEquals(Optional.of(first), ledger.refresh(ledger.contents()));
    FullRefresh sleeper = ledger.begin(refresh(1, ""));
    assertEquals("refresh-1-2", sleeper.id());
    assertEquals(Optional.of("refresh-1"), underWay(), "it does not know of the first");
    FullRefresh again = ledger.begin(refresh(1, "refresh-1"));
    assertEquals(Optional.of("refresh-1-3"), underWay());

    ledger.put(at(1, again.position(again.rereads().get(0))));
    ledger.done(done(1));
    ledger.forgetRefreshes(ledger.contents());
    assertEquals(Optional.of("refresh-1-3"), underWay());
    ledger.begin(refresh(1, "refresh-1-3"));
    assertEquals(Optional.of("refresh-1-3"), underWay(), "epoch 1 was planned without it");

    ledger.put(at(2, again.id()));
    assertEquals(Optional.empty(), underWay());
    assertEquals(Optional.of(again), ledger.ending(ledger.contents()));
    ledger.forgetRefreshes(ledger.contents());
    assertEquals(Optional.of(again), ledger.ending(ledger.contents()), "needed until 2 is done");
    Ledger.Contents before = ledger.contents();
    ledger.done(done(2));
    ledger.forgetRefreshes(ledger.contents());
    assertEquals(Optional.empty(), ledger.ending(before));
    assertEquals(Optional.empty(), underWay());
  }

  /** Whoever knows the plans only, and not that it has ended since, must not plan the next. */
  @Test
  void aRunThatSleptWhileTablesTookTheirPlacesHasLostItsLease() {
    FullRefresh first = ledger.begin(refresh(1, ""));
    ledger.put(at(1, first.position(first.rereads().get(0))));
    ledger.done(done(1));
    Ledger.Contents slept = ledger.contents();
    ledger.put(at(2, first.id()));
    ledger.done(done(2));
    ledger.forgetRefreshes(ledger.contents());
    assertThrows(LeaseLostException.class, () -> ledger.refresh(slept));
  }

  private static EpochResult done(long number) {
    DatasetResult dataset =
        new DatasetResult(
            "t", "committed", 4, 10, 7, 1, 2, 3, 999, Map.of("r", new RuleResult(8, 2)));
    return new EpochResult("p", number, NOW, NOW.plusSeconds(1), List.of(dataset));
  }

  @Test
  void aPlanIsPutOnceAndReadAsItWasWritten() {
    assertTrue(ledger.put(plan(1, 50, "a")));
    assertFalse(ledger.put(plan(1, 60, "b")));
    assertEquals(Optional.of(plan(1, 50, "a")), ledger.plan(1));
    assertEquals(Optional.empty(), ledger.plan(2));
    DataFile file =
        new DataFile("k=1/a.parquet", Collections.singletonMap("k", null), 3, 9, "{}", 5);
    EpochPlan first =
        new EpochPlan(
            "p",
            2,
            NOW,
            List.of(new Slice.TableRows("silver", List.of(file), Set.of("gold"), true)),
            Map.of("gold <- silver", new SourcePosition.TableHistory("id", 4, 1, 2)),
            Map.of("customers", 7L),
            true,
            Map.of("silver", "0123"),
            0,
            Set.of(),
            "",
            Map.of());
    assertTrue(ledger.put(first));
    assertEquals(Optional.of(first), ledger.plan(2));
  }

  /** As the first versions wrote it. */
  @Test
  void aPlanOfAnOlderVersionIsRead() throws Exception {
    Path epochs = Files.createDirectories(lake.resolve("_lakebeam/p/epochs"));
    Files.writeString(
        epochs.resolve("000000000001.json"),
        """
        {"pipeline": "p", "epoch": 1, "planned_at": "2026-03-01T10:15:30.123Z",
         "slices": [
           {"source": "events", "topic": "flights", "partition": 3, "from": 40, "to": 50},
           {"source": "reports", "path": "file:/in/ü, 1.csv", "bytes": 123, "modified_at": 456}],
         "positions": {
           "events": {"offsets": {"0": 7, "3": 50}},
           "reports": {"files": [{"path": "a", "bytes": 10, "modified_at": 1}]}}}
        """);
    assertEquals(Optional.of(plan(1, 50, "a")), ledger.plan(1));
  }

  @Test
  void aPlanOfALaterVersionIsRefusedWithASentence() throws Exception {
    Path epochs = Files.createDirectories(lake.resolve("_lakebeam/p/epochs"));
    Files.writeString(
        epochs.resolve("000000000001.json"),
        """
        {"pipeline": "p", "epoch": 1, "planned_at": "2026-03-01T10:15:30.123Z",
         "slices": [{"source": "s", "stars": 7}], "positions": {}}
        """);
    String message =
        assertThrows(DamagedLedgerException.class, () -> ledger.contents()).getMessage();
    assertTrue(
        message.endsWith(
            "000000000001.json was written by a newer version of Lakebeam: it has a slice with"
                + " [source=\"s\", stars=7], which this version does not know; run the newer one"),
        message);
  }

  @Test
  void theLastPlanWithoutResultIsUndone() {
    assertEquals(
        new Ledger.Contents(Optional.empty(), false, Map.of(), Set.of()), ledger.contents());
    ledger.put(plan(1, 50, "a"));
    assertEquals(Optional.of(plan(1, 50, "a")), ledger.contents().undone());
    ledger.done(done(1));
    assertEquals(Optional.empty(), ledger.contents().undone());
    assertEquals(Optional.of(done(1)), ledger.result(1));
    ledger.put(plan(2, 60, "b"));
    Ledger.Contents contents = ledger.contents();
    assertEquals(2, contents.lastPlanned());
    assertEquals(Optional.of(plan(2, 60, "b")), contents.undone());
    assertEquals(
        Map.of(
            "events", new SourcePosition.Offsets(Map.of(0, 7L, 3, 60L)),
            "reports",
                new SourcePosition.SeenFiles(
                    Set.of(new FileIdentity("a", 10, 1), new FileIdentity("b", 10, 1)))),
        contents.positions());
  }

  @Test
  void eachRoundIsDecidedOnceAndALaterOneReplacesIt() {
    DataFile file = new DataFile("a.parquet", Map.of(), 3, 9, "{}", 5, Map.of("key", "value"));
    Decision silver = decision("", List.of(file), 3);
    assertEquals(List.of(), ledger.rounds(1));
    Decisions first = new Decisions(Map.of("silver", silver), Set.of("gold", "late"));
    assertTrue(ledger.decide(1, 1, first));
    assertFalse(ledger.decide(1, 1, new Decisions(Map.of(), Set.of("silver"))));
    assertEquals(Optional.of(first), ledger.round(1, 1));
    assertTrue(ledger.decide(2, 1, new Decisions(Map.of(), Set.of("silver"))));

    Decision again = decision("", List.of(), 4);
    Decisions second = new Decisions(Map.of("silver", again), Set.of());
    assertTrue(ledger.decide(1, 2, second));
    assertEquals(List.of(first, second), ledger.rounds(1));
    Decisions both = first.then(second);
    assertEquals(Optional.of(again), both.of("silver"));
    assertTrue(both.has("gold"));
    Decisions none = both.then(new Decisions(Map.of(), Set.of("silver")));
    assertEquals(Optional.empty(), none.of("silver"));
    assertTrue(none.has("silver"));
    assertFalse(none.has("bronze"));
  }

  @Test
  void whatATableOfWindowsGetsIsDecidedOnce() {
    DataFile file = new DataFile("a.parquet", Map.of(), 3, 9, "{}", 5);
    Decision first = decision("", List.of(file), 3);
    assertEquals(Optional.empty(), ledger.decision(1, "silver"));
    assertEquals(first, ledger.decide(1, first, d -> true));
    Decision second = decision("", List.of(), 4);
    assertEquals(first, ledger.decide(1, second, d -> true));
    assertEquals(second, ledger.decide(2, second, d -> true));
    // Void: its files are gone, or it was computed of something else.
    assertEquals(second, ledger.decide(1, second, d -> false));
    assertEquals(Optional.of(second), ledger.decision(1, "silver"));
    Decision other = decision("version 7", List.of(file), 5);
    assertEquals(other, ledger.decide(1, other, d -> true));
    assertEquals(Optional.of(other), ledger.decision(1, "silver"));
  }

  @Test
  void whatWasDecidedIsNotNeededOnceItsEpochIsDone() throws Exception {
    Path epochs = lake.resolve("_lakebeam/p/epochs");
    for (long number = 1; number <= 3; number++) {
      ledger.put(plan(number, 50));
      ledger.decide(number, decision("", List.of(), 4), d -> true);
      ledger.decide(number, 1, new Decisions(Map.of(), Set.of("gold")));
    }
    ledger.done(done(1));
    ledger.done(done(2));
    Files.setLastModifiedTime(epochs.resolve("000000000001.done"), FileTime.from(NOW));
    assertEquals(List.of(), ledger.carriedOut(NOW));
    List<String> names =
        ledger.carriedOut(NOW.plusMillis(1)).stream()
            .map(file -> file.getPath().getName())
            .toList();
    assertEquals(
        Set.of("000000000001.decided.silver", "000000000001.decided-1"), Set.copyOf(names));
  }

  @Test
  void whatIsDecidedIsPendingUntilItsEpochIsDone() {
    DataFile one = new DataFile("_code=a%3A/1.parquet", Map.of(), 3, 9, "{}", 5);
    DataFile two = new DataFile("2.parquet", Map.of(), 3, 9, "{}", 5);
    ledger.put(plan(1, 50));
    assertEquals(Set.of(), ledger.pendingFiles());
    ledger.decide(1, decision("", List.of(one), 4), d -> true);
    Decision silver = decision("", List.of(two), 4);
    ledger.decide(1, 1, new Decisions(Map.of("silver", silver), Set.of("gold")));
    assertEquals(Set.of(one.path(), two.path(), "q.parquet"), ledger.pendingFiles());
    ledger.done(done(1));
    assertEquals(Set.of(), ledger.pendingFiles());
  }

  private static Decision decision(String basis, List<DataFile> files, long in) {
    return new Decision(
        basis,
        files,
        List.of(new DataFile("q.parquet", Map.of(), 1, 2, "", 6)),
        new EpochResult.DatasetResult(
            "silver",
            "decided",
            -1,
            in,
            in,
            0,
            0,
            2,
            11,
            Map.of("r", new EpochResult.RuleResult(in, 0))),
        List.of(new io.lakebeam.source.BadFile("reports", "in/x.csv", "cut off")));
  }

  @Test
  void whatAnEpochClosesIsSettledOnce() {
    Closing first = new Closing("a", "b", -1, 3, 0, 1_700_000_000_000_001L);
    assertEquals(Optional.empty(), ledger.closing(1, "t"));
    assertEquals(first, ledger.settleClosing(1, "t", first));
    Closing second = new Closing("a", "b", 3, 4, first.until(), first.until());
    assertEquals(first, ledger.settleClosing(1, "t", second));
    assertEquals(second, ledger.settleClosing(2, "t", second));
    assertEquals(second, ledger.settleClosing(1, "u", second));
    ledger.resettleClosing(1, "t", second);
    assertEquals(Optional.of(second), ledger.closing(1, "t"));
    assertThrows(IllegalArgumentException.class, () -> new Closing("a", "b", 3, 3, 0, 0));
    assertThrows(IllegalArgumentException.class, () -> new Closing("a", "b", 3, 4, 1, 0));
    EpochResult late =
        new EpochResult(
            "p",
            1,
            NOW,
            NOW,
            List.of(new DatasetResult("t", "committed", 4, 3, 1, 2, 0, 1, 3, 99, Map.of())));
    ledger.done(late);
    assertEquals(Optional.of(late), ledger.result(1));
  }

  @Test
  void duplicatesOfAResultAreKeptAndOnesOfOlderVersionsAreAmongTheDropped() throws IOException {
    DatasetResult once =
        new DatasetResult(
            "t", "committed", 4, 10, 5, 1, 2, 2, 0, 3, 99, Map.of(), EpochResult.UpsertResult.NONE);
    EpochResult done = new EpochResult("p", 1, NOW, NOW, List.of(once));
    ledger.done(done);
    assertEquals(Optional.of(done), ledger.result(1));
    Path file;
    try (Stream<Path> files = Files.walk(lake)) {
      file =
          files
              .filter(each -> each.getFileName().toString().endsWith(".done"))
              .findFirst()
              .orElseThrow();
    }
    String written = Files.readString(file);
    String older =
        written.replaceFirst("\"dropped\" *: 1,\\s*\"duplicates\" *: 2", "\"dropped\" : 3");
    assertNotEquals(written, older);
    Files.writeString(file, older);
    DatasetResult read = ledger.result(1).orElseThrow().datasets().get(0);
    assertEquals(List.of(3L, 0L), List.of(read.dropped(), read.duplicates()));
  }

  @Test
  void aResultIsWrittenOnceAndAFailureIsReplaced() {
    ledger.done(done(1));
    ledger.done(new EpochResult("p", 1, NOW, NOW, List.of()));
    assertEquals(Optional.of(done(1)), ledger.result(1));
    EpochFailure failure =
        new EpochFailure(
            2,
            "t",
            Problem.of(ErrorCode.COMMIT_UNKNOWN, "problem", "cause", "fix"),
            List.of("a: b"));
    ledger.failed(failure);
    ledger.failed(
        new EpochFailure(2, "u", Problem.of(ErrorCode.COMMIT_UNKNOWN, "other", "", ""), List.of()));
    assertEquals("other", ledger.failure(2).orElseThrow().told().problem());
    ledger.failed(failure);
    assertEquals(Optional.of(failure), ledger.failure(2));
    ledger.clearFailure(2);
    assertEquals(Optional.empty(), ledger.failure(2));
    ledger.clearFailure(2);
  }

  /** As a version before this one has written it. */
  @Test
  void aFailureWithoutACodeIsRead() throws Exception {
    Files.createDirectories(lake.resolve("_lakebeam/p/epochs"));
    Files.writeString(
        lake.resolve("_lakebeam/p/epochs/000000000002.failed"),
        """
        {"epoch":2,"dataset":"t","problem":"p","cause":"c","fix":"f","samples":["a: b"]}
        """);
    assertEquals(
        Optional.of(
            new EpochFailure(
                2, "t", Problem.of(ErrorCode.UNEXPECTED, "p", "c", "f"), List.of("a: b"))),
        ledger.failure(2));
  }

  /** As it is for an instant on a store that overwrites in two steps. */
  @Test
  void aFailureThatIsJustBeingReplacedIsNotThereYet() throws Exception {
    ledger.failed(
        new EpochFailure(
            2, "t", Problem.of(ErrorCode.COMMIT_UNKNOWN, "problem", "cause", "fix"), List.of()));
    Files.write(lake.resolve("_lakebeam/p/epochs/000000000002.failed"), new byte[0]);
    assertEquals(Optional.empty(), ledger.failure(2));
  }

  @Test
  void positionsAreSummedUpEveryFiftyEpochs() throws Exception {
    for (int i = 1; i <= 50; i++) {
      EpochPlan plan = plan(i, i * 10L, "f" + i);
      ledger.put(plan);
      Map<String, SourcePosition> positions =
          new java.util.TreeMap<>(ledger.contents().positions());
      ledger.sumUp(i, positions);
    }
    Path epochs = lake.resolve("_lakebeam/p/epochs");
    assertTrue(Files.exists(epochs.resolve("000000000050.positions")));
    ledger.put(plan(51, 510, "f51"));
    Map<String, SourcePosition> whole = ledger.contents().positions();
    // Older plans are not needed any more.
    Files.delete(epochs.resolve("000000000007.json"));
    assertEquals(whole, ledger.contents().positions());
    assertEquals(51, ((SourcePosition.SeenFiles) whole.get("reports")).files().size());
    assertEquals(new SourcePosition.Offsets(Map.of(0, 7L, 3, 510L)), whole.get("events"));
  }

  @Test
  void filesOfOthersAreLeftAlone() throws Exception {
    ledger.put(plan(1, 50, "a"));
    Path epochs = lake.resolve("_lakebeam/p/epochs");
    Files.writeString(epochs.resolve(".000000000002.json.tmp"), "half");
    Files.writeString(epochs.resolve("notes.txt"), "hello");
    assertEquals(1, ledger.contents().lastPlanned());
  }

  /**
   * What a run leaves that dies while a store replaces the file: it has to be possible to go on.
   */
  @Test
  void anIdentityThatWasLeftEmptyIsWrittenAnew() throws Exception {
    PipelineIdentity.claim(ledger, "p", Map.of("a", "topic x"));
    Path file = lake.resolve("_lakebeam/p/pipeline.json");
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, new byte[0]);
    PipelineIdentity.claim(ledger, "p", Map.of("a", "topic x"));
    assertArrayEquals(whole, Files.readAllBytes(file));
  }

  @Test
  void aLedgerIsOfOnePipelineOnly() {
    PipelineIdentity.claim(ledger, "p", Map.of("a", "topic x", "b", "files"));
    PipelineIdentity.claim(ledger, "p", Map.of("a", "topic x", "c", "files"));
    String other =
        assertThrows(
                PipelineIdentity.OtherPipelineException.class,
                () -> PipelineIdentity.claim(ledger, "p", Map.of("z", "files")))
            .getMessage();
    assertTrue(
        other.startsWith("the lake already holds another pipeline named p, which reads [a, b, c]"),
        other);
    String changed =
        assertThrows(
                PipelineIdentity.OtherPipelineException.class,
                () -> PipelineIdentity.claim(ledger, "p", Map.of("a", "topic y")))
            .getMessage();
    assertTrue(
        changed.startsWith("source a of pipeline p has read topic x so far and now reads topic y"),
        changed);
  }
}
