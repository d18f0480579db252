package io.lakebeam.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.source.Backlog;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.source.SourcePosition.Offsets;
import io.lakebeam.source.SourcePosition.SeenFiles;
import io.lakebeam.storage.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One plan after the other, over a topic and a folder that grow in between. */
class EpochPlannerTest {
  private static final Clock CLOCK =
      Clock.fixed(Instant.parse("2026-03-01T10:15:30.123456Z"), ZoneOffset.UTC);

  @TempDir Path lake;
  private final Topic topic = new Topic();
  private final Folder folder = new Folder();
  private final List<String> warnings = new ArrayList<>();
  private Map<String, LongSupplier> joined = Map.of();
  private Map<String, Set<String>> after = Map.of();

  private EpochPlanner planner() {
    return planner(new Ledger(Place.of(lake.toString()), "p"));
  }

  private EpochPlanner planner(Ledger ledger) {
    return new EpochPlanner(
        "p",
        ledger,
        ledger.contents(),
        Map.of("events", topic, "reports", folder),
        Map.of("events", new Offsets(Map.of()), "reports", new SeenFiles(Set.of())),
        joined,
        after,
        () -> Map.of("events", "fingerprint"),
        CLOCK,
        warnings::add);
  }

  private void done(EpochPlan plan) {
    new Ledger(Place.of(lake.toString()), "p")
        .done(new EpochResult("p", plan.number(), plan.plannedAt(), plan.plannedAt(), List.of()));
  }

  @Test
  void aPlanSaysWhichVersionsAreJoinedAndAReplayGetsThem() {
    joined = Map.of("customers", () -> 7);
    folder.files.add("a.csv");
    EpochPlan plan = planner().next(false, 100, true).orElseThrow();
    assertEquals(Map.of("customers", 7L), plan.versions());

    // Another table is joined with when the epoch is done again, and once more.
    Ledger ledger = new Ledger(Place.of(lake.toString()), "p");
    joined = Map.of("customers", () -> 8, "prices", () -> 3);
    assertEquals(plan, planner().next(false, 100, true).orElseThrow());
    joined = Map.of("customers", () -> 9, "prices", () -> 4);
    assertEquals(plan, planner().next(false, 100, true).orElseThrow());
    assertEquals(7, ledger.joinedVersion(1, "customers"));
    assertEquals(3, ledger.joinedVersion(1, "prices"));
    assertThrows(DamagedLedgerException.class, () -> ledger.joinedVersion(1, "others"));
  }

  @Test
  void aSourceWaitsForThoseItComesAfter() {
    after = Map.of("events", Set.of("reports"));
    topic.ends.put(0, 10L);
    folder.files.add("a.csv");
    EpochPlanner planner = planner();
    planner.endAtPresent();
    EpochPlan first = planner.next(false, 100, true).orElseThrow();
    assertEquals(Set.of("reports"), sources(first));
    done(first);
    EpochPlan second = planner.next(false, 100, true).orElseThrow();
    assertEquals(Set.of("events"), sources(second));
    assertTrue(first.startsUpdate());
    assertFalse(second.startsUpdate());
    done(second);
    assertEquals(Optional.empty(), planner.next(false, 100, true));
  }

  @Test
  void sourcesThatWaitForEachOtherAreReadTogether() {
    after = Map.of("events", Set.of("reports"), "reports", Set.of("events"));
    topic.ends.put(0, 10L);
    folder.files.add("a.csv");
    EpochPlanner planner = planner();
    planner.endAtPresent();
    assertEquals(
        Set.of("events", "reports"), sources(planner.next(false, 100, true).orElseThrow()));
  }

  @Test
  void nothingWaitsInAnUpdateWithoutAnEnd() {
    after = Map.of("events", Set.of("reports"));
    topic.ends.put(0, 10L);
    folder.files.add("a.csv");
    assertEquals(
        Set.of("events", "reports"), sources(planner().next(false, 100, true).orElseThrow()));
  }

  private static Set<String> sources(EpochPlan plan) {
    return plan.slices().stream().map(Slice::source).collect(Collectors.toSet());
  }

  @Test
  void everyPlanGoesOnWhereTheLastOneEnds() {
    topic.ends.putAll(Map.of(0, 10L, 1, 5L));
    folder.files.add("a.csv");
    EpochPlan first = planner().next(false, 100, true).orElseThrow();
    assertEquals(1, first.number());
    assertEquals(Instant.parse("2026-03-01T10:15:30.123Z"), first.plannedAt());
    assertEquals(
        List.of(
            new Slice.KafkaRange("events", "t", 0, 0, 10),
            new Slice.KafkaRange("events", "t", 1, 0, 5),
            folder.slice("a.csv")),
        first.slices());
    done(first);

    EpochPlanner planner = planner();
    assertEquals(Optional.empty(), planner.undone());
    assertEquals(Optional.empty(), planner.next(false, 100, true));
    topic.ends.put(1, 6L);
    folder.files.add("b.csv");
    EpochPlan second = planner.next(false, 100, true).orElseThrow();
    assertEquals(
        List.of(new Slice.KafkaRange("events", "t", 1, 5, 6), folder.slice("b.csv")),
        second.slices());
    // A plan says of a folder only what is new in it.
    assertEquals(
        new SeenFiles(Set.of(folder.identity("b.csv"))), second.positions().get("reports"));
    assertEquals(new Offsets(Map.of(0, 10L, 1, 6L)), second.positions().get("events"));
  }

  @Test
  void anUndonePlanComesAgainUnchanged() {
    topic.ends.put(0, 10L);
    EpochPlan plan = planner().next(false, 100, true).orElseThrow();
    topic.ends.put(0, 99L);
    folder.files.add("a.csv");
    EpochPlanner next = planner();
    assertEquals(Optional.of(plan), next.undone());
    assertEquals(Optional.of(plan), next.next(false, 100, true));
    assertEquals(Optional.empty(), next.undone());
    done(plan);
    EpochPlan second = next.next(false, 100, true).orElseThrow();
    assertEquals(2, second.number());
    assertEquals(
        List.of(new Slice.KafkaRange("events", "t", 0, 10, 99), folder.slice("a.csv")),
        second.slices());
  }

  @Test
  void anEpochWithoutNewsIsPlannedOnlyWhenWanted() {
    assertEquals(Optional.empty(), planner().next(false, 100, true));
    EpochPlan plan = planner().next(true, 100, true).orElseThrow();
    assertEquals(List.of(), plan.slices());
    assertEquals(Map.of(), plan.positions());
  }

  @Test
  void anUpdateEndsAtWhatWasThereWhenItStarted() {
    topic.ends.putAll(Map.of(0, 10L, 1, 25L));
    folder.files.addAll(List.of("a.csv", "b.csv"));
    EpochPlanner planner = planner();
    planner.endAtPresent();
    topic.ends.putAll(Map.of(0, 30L, 1, 30L, 2, 8L));
    folder.files.add("c.csv");
    Map<Integer, Long> read = new TreeMap<>();
    List<String> files = new ArrayList<>();
    for (int epoch = 0; epoch < 50; epoch++) {
      Optional<EpochPlan> plan = planner.next(false, 7, true);
      if (plan.isEmpty()) {
        break;
      }
      for (Slice slice : plan.get().slices()) {
        if (slice instanceof Slice.KafkaRange range) {
          assertEquals(read.getOrDefault(range.partition(), 0L), range.from());
          read.put(range.partition(), range.to());
        } else if (slice instanceof Slice.FileSlice file) {
          files.add(file.path());
        }
      }
    }
    assertEquals(Map.of(0, 10L, 1, 25L), read);
    assertEquals(List.of("a.csv", "b.csv"), files);
    // The next update takes the rest.
    EpochPlan last = new Ledger(Place.of(lake.toString()), "p").contents().undone().orElseThrow();
    done(last);
    EpochPlanner next = planner();
    assertEquals(4, next.next(false, 1000, true).orElseThrow().slices().size());
  }

  /**
   * It counts as what it was at the first look: what it is at the second is for the next update.
   */
  @Test
  void aFileThatChangesWhileAnUpdateRunsIsLeftToTheNext() {
    folder.files.addAll(List.of("a.csv", "b.csv"));
    EpochPlanner planner = planner();
    planner.endAtPresent();
    folder.lengths.put("a.csv", 11L);
    EpochPlan plan = planner.next(false, 1000, true).orElseThrow();
    assertEquals(List.of(folder.slice("b.csv")), plan.slices());
    for (long length = 12; length < 15; length++) {
      folder.lengths.put("a.csv", length);
      assertEquals(Optional.empty(), planner.next(false, 1000, true));
    }
    done(plan);
    EpochPlan next = planner().next(false, 1000, true).orElseThrow();
    assertEquals(List.of(folder.slice("a.csv")), next.slices());
    done(next);
    assertEquals(Optional.empty(), planner().next(false, 1000, true));
  }

  @Test
  void aRunThatFindsItsEpochPlannedHasLostItsLease() {
    EpochPlanner one = planner();
    EpochPlanner other = planner();
    topic.ends.put(0, 10L);
    assertTrue(one.next(false, 100, true).isPresent());
    String message =
        assertThrows(LeaseLostException.class, () -> other.next(false, 100, true)).getMessage();
    assertEquals("pipeline p is run by somebody else: another run has planned epoch 1", message);
  }

  @Test
  void onlyTheLastEpochsAreKeptAndNothingOfTheirPositionsIsLost() throws Exception {
    Ledger ledger = new Ledger(Place.of(lake.toString()), "p", new Ledger.Retention(5, 7));
    EpochPlanner planner = planner(ledger);
    for (long epoch = 1; epoch <= 33; epoch++) {
      topic.ends.put((int) epoch % 3, epoch);
      folder.files.add("f" + epoch);
      done(planner.next(false, 100, true).orElseThrow());
    }
    try (Stream<Path> files = Files.list(lake.resolve("_lakebeam/p/epochs"))) {
      assertEquals(
          List.of("24", "25", "26", "27", "28", "29", "30", "31", "32", "33"),
          files
              .map(file -> file.getFileName().toString().replaceAll("^0+|[.].*", ""))
              .distinct()
              .sorted()
              .toList());
    }
    Map<String, SourcePosition> positions = ledger.contents().positions();
    assertEquals(new Offsets(Map.of(0, 33L, 1, 31L, 2, 32L)), positions.get("events"));
    assertEquals(33, ((SeenFiles) positions.get("reports")).files().size());
    EpochPlanner next = planner(ledger);
    assertEquals(33, next.lastPlanned());
    assertEquals(Optional.empty(), next.next(false, 100, true));
    assertEquals(List.of(), warnings);
  }

  /** Its number is free again, which must not be taken for the next one. */
  @Test
  void aRunThatSleptUntilItsEpochWasForgottenHasLostItsLease() {
    Ledger ledger = new Ledger(Place.of(lake.toString()), "p", new Ledger.Retention(1, 1));
    topic.ends.put(0, 1L);
    EpochPlanner sleeper = planner(ledger);
    EpochPlanner runner = planner(ledger);
    for (long epoch = 1; epoch <= 5; epoch++) {
      topic.ends.put(0, epoch);
      done(runner.next(false, 100, true).orElseThrow());
    }
    assertEquals(Optional.empty(), ledger.plan(1));
    assertThrows(LeaseLostException.class, () -> sleeper.next(false, 100, true));
    assertEquals(5, ledger.contents().lastPlanned());
    assertEquals(
        Map.of("events", new Offsets(Map.of(0, 5L))),
        Map.of("events", ledger.contents().positions().get("events")));
    assertEquals(Optional.empty(), planner(ledger).next(false, 100, true));
  }

  @Test
  void aPlanSaysWhatIsBehindItAndWhichSourcesHadNothing() {
    topic.tellsBacklog = true;
    topic.ends.put(0, 25L);
    EpochPlanner planner = planner();
    planner.endAtPresent();
    EpochPlan first = planner.next(false, 10, true).orElseThrow();
    assertEquals(Map.of("events", Backlog.ofTopic(15)), first.backlogs());
    assertEquals(Set.of("reports"), planner.quiet().keySet());
    done(first);
    topic.ends.put(0, 40L);
    // What came behind the update's end waits too, whether the bound or the end leaves it.
    done(planner.next(false, 10, true).orElseThrow());
    EpochPlan last = planner.next(false, 10, true).orElseThrow();
    assertEquals(Map.of("events", Backlog.ofTopic(15)), last.backlogs());
    done(last);
    assertEquals(Optional.empty(), planner.next(false, 10, true));
    assertEquals(Map.of("events", CLOCK.instant(), "reports", CLOCK.instant()), planner.quiet());
  }

  /** Partitions with their end offsets, each with the same share of an epoch. */
  private static final class Topic implements SourceDiscovery {
    private final Map<Integer, Long> ends = new TreeMap<>();
    private boolean tellsBacklog;

    @Override
    public Discovery discover(SourcePosition since, long maxRows) {
      Map<Integer, Long> next = new TreeMap<>(((Offsets) since).next());
      List<Slice> slices = new ArrayList<>();
      long share = Math.max(1, maxRows / Math.max(1, ends.size()));
      boolean more = false;
      for (Map.Entry<Integer, Long> end : ends.entrySet()) {
        long from = next.getOrDefault(end.getKey(), 0L);
        long to = Math.min(end.getValue(), from + share);
        if (to > from) {
          slices.add(new Slice.KafkaRange("events", "t", end.getKey(), from, to));
          more |= to < end.getValue();
        }
        next.put(end.getKey(), Math.max(from, to));
      }
      Discovery found = new Discovery(slices, new Offsets(next), more, List.of());
      long left =
          ends.entrySet().stream().mapToLong(e -> e.getValue() - next.get(e.getKey())).sum();
      return tellsBacklog ? found.beside(Backlog.ofTopic(left)) : found;
    }
  }

  /** A folder that gives one file at a time. */
  private static final class Folder implements SourceDiscovery {
    private final Set<String> files = new TreeSet<>();
    private final Map<String, Long> lengths = new TreeMap<>();

    Slice slice(String file) {
      return new Slice.FileSlice("reports", file, lengths.getOrDefault(file, 10L), 1);
    }

    FileIdentity identity(String file) {
      return ((Slice.FileSlice) slice(file)).identity();
    }

    @Override
    public Discovery discover(SourcePosition since, long maxRows) {
      Set<FileIdentity> seen = new TreeSet<>(((SeenFiles) since).files());
      List<Slice> slices = new ArrayList<>();
      for (String file : files) {
        boolean room = slices.isEmpty() || maxRows > 100;
        if (room && seen.add(identity(file))) {
          slices.add(slice(file));
        }
      }
      return new Discovery(slices, new SeenFiles(seen), false, List.of());
    }
  }
}
