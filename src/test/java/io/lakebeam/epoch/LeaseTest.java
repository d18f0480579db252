package io.lakebeam.epoch;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.storage.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may run a pipeline. */
class LeaseTest {
  private static final Clock NOON =
      Clock.fixed(Instant.parse("2026-03-01T12:00:00Z"), ZoneOffset.UTC);

  @TempDir Path lake;
  private Ledger ledger;

  @BeforeEach
  void ledger() {
    ledger = new Ledger(Place.of(lake.toString()), "p");
  }

  private Lease acquire(String run, Clock clock) {
    return Lease.acquire(ledger, "p", run, clock);
  }

  private static Clock later(Duration by) {
    return Clock.offset(NOON, by);
  }

  @Test
  void aSecondRunIsRefusedInOneSentence() {
    try (Lease lease = acquire("one", NOON)) {
      String message =
          assertThrows(
                  LeaseLostException.class, () -> acquire("two", later(Duration.ofSeconds(29))))
              .getMessage();
      assertTrue(message.startsWith("pipeline p is run by somebody else: run one on "), message);
      assertTrue(
          message.endsWith(
              "(process "
                  + ProcessHandle.current().pid()
                  + ") holds it until 2026-03-01T12:00:30Z; stop that run or wait"),
          message);
      assertDoesNotThrow(lease::check);
    }
    try (Lease next = acquire("two", NOON)) {
      assertDoesNotThrow(next::check);
    }
  }

  /** What a store leaves behind that overwrites in two steps, and whose writer died in between. */
  @Test
  void anEmptyOwnerFileCountsForATermAndNoLonger() throws IOException {
    Path owner = lake.resolve("_lakebeam/p/owner/000001.json");
    Files.createDirectories(owner.getParent());
    Files.write(owner, new byte[0]);
    Files.setLastModifiedTime(owner, FileTime.from(NOON.instant()));

    String message =
        assertThrows(LeaseLostException.class, () -> acquire("two", later(Duration.ofSeconds(29))))
            .getMessage();
    assertTrue(message.contains("holds it until 2026-03-01T12:00:30Z"), message);
    try (Lease next = acquire("two", later(Duration.ofSeconds(30)))) {
      assertDoesNotThrow(next::check);
    }
  }

  @Test
  void anExpiredLeasePassesOnAndItsOwnerFindsOut() {
    try (Lease first = acquire("one", NOON);
        Lease second = acquire("two", later(Duration.ofSeconds(30)))) {
      first.renew();
      String message = assertThrows(LeaseLostException.class, first::check).getMessage();
      assertTrue(message.endsWith("the lease of run one has passed on"), message);
      second.renew();
      assertDoesNotThrow(second::check);
      first.close();
      assertThrows(LeaseLostException.class, () -> acquire("three", later(Duration.ofSeconds(31))));
    }
  }

  @Test
  void anOwnerThatRenewsKeepsIt() {
    try (Lease lease = acquire("one", NOON)) {
      lease.renew();
      assertDoesNotThrow(lease::check);
      assertEquals(1, owners().size());
    }
  }

  @Test
  void theLeaseOfADeadProcessOfThisMachinePassesOnAtOnce() throws Exception {
    Process gone = new ProcessBuilder("true").start();
    gone.waitFor();
    try (Lease lease = acquire("one", NOON)) {
      rewrite("\"process\" : " + ProcessHandle.current().pid(), "\"process\" : " + gone.pid());
      try (Lease next = acquire("two", NOON)) {
        assertDoesNotThrow(next::check);
      }
    }
  }

  @Test
  void anotherProcessOfTheSameNumberIsNotTheOwner() throws Exception {
    try (Lease lease = acquire("one", NOON)) {
      rewrite("\"process_started_at\" : \"", "\"process_started_at\" : \"1999");
      try (Lease next = acquire("two", NOON)) {
        assertDoesNotThrow(next::check);
      }
    }
  }

  @Test
  void aLeaseOfAnotherMachineIsWaitedFor() throws Exception {
    try (Lease lease = acquire("one", NOON)) {
      rewrite("\"host\" : \"", "\"host\" : \"not-");
      rewrite("\"process\" : ", "\"process\" : 9");
      assertThrows(LeaseLostException.class, () -> acquire("two", NOON));
    }
  }

  @Test
  void ofManyThatStartAtOnceOneGetsIt() throws Exception {
    ExecutorService starters = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Integer>> starts =
          java.util.stream.IntStream.range(0, 8)
              .mapToObj(
                  i ->
                      (Callable<Integer>)
                          () -> {
                            try {
                              acquire("run" + i, NOON);
                              return 1;
                            } catch (LeaseLostException e) {
                              return 0;
                            }
                          })
              .toList();
      int owners = 0;
      for (Future<Integer> start : starters.invokeAll(starts)) {
        owners += start.get();
      }
      assertEquals(1, owners);
    } finally {
      starters.shutdownNow();
    }
  }

  private List<Path> owners() {
    try (var files = Files.list(lake.resolve("_lakebeam/p/owner"))) {
      return files.filter(file -> file.toString().endsWith(".json")).toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private void rewrite(String from, String to) throws IOException {
    Path file = owners().get(0);
    String before = Files.readString(file);
    assertTrue(before.contains(from), before);
    Files.writeString(file, before.replace(from, to));
  }
}
