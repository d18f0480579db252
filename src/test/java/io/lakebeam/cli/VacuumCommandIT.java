package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.epoch.Lease;
import io.lakebeam.epoch.Ledger;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files that dead attempts left, found and removed by the command. */
class VacuumCommandIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;
  private TestingConsole console;
  private Path orphan;
  private Path half;

  @BeforeEach
  void aLakeWithLeftovers() throws Exception {
    TestingPipeline project = new TestingPipeline(dir).yaml(CommandLineTest.ORDERS);
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    assertEquals(0, console.type("vacuum", "p"), "before the first run");
    assertEquals("deleted 0 files, 0 B\n", console.err());
    assertFalse(Files.exists(project.lake()), "looking makes nothing");
    project.land("1.csv", "id,city,amount\n1,ulm,2.50\n2,ulm,-1\n");
    assertEquals(0, console.type("run", "p"), console.err());
    orphan = old(dir.resolve("lake/silver/part-00000002-" + UUID.randomUUID() + ".zstd.parquet"));
    half =
        old(
            dir.resolve(
                "lake/_lakebeam/p/epochs/.000000000002.json." + UUID.randomUUID() + ".tmp"));
  }

  private static Path old(Path file) throws Exception {
    Files.writeString(file, "half");
    return Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
  }

  @Test
  void leftoversAreListedThenDeleted() throws Exception {
    assertEquals(0, console.type("vacuum", "p", "--dry-run"));
    assertEquals("file:" + orphan + "\nfile:" + half + "\n", console.out());
    assertEquals("would delete 2 files, 8 B\n", console.err());
    assertTrue(Files.exists(orphan));
    assertEquals(0, console.type("vacuum", "p", "--table", "by_city", "--output", "json"));
    assertEquals(0, JSON.readTree(console.out()).at("/0/files").asInt());
    assertEquals(0, console.type("vacuum", "p"));
    assertEquals("silver: 1 file, 4 B\n_lakebeam: 1 file, 4 B\n", console.out());
    assertEquals("deleted 2 files, 8 B\n", console.err());
    assertFalse(Files.exists(orphan));
    assertFalse(Files.exists(half));
    assertEquals(0, console.type("events", "p", "--type", "maintenance_progress"), console.err());
    assertTrue(console.out().contains("1 file of silver that nobody needs is deleted, 4 bytes"));
    assertTrue(console.out().contains("1 file of _lakebeam that nobody needs is deleted"));
    assertEquals(0, console.type("vacuum", "p", "--output", "json"));
    for (JsonNode table : JSON.readTree(console.out())) {
      assertEquals(0, table.path("files").asInt(), table.toString());
    }

    Path epochs = dir.resolve("lake/_lakebeam/p/epochs");
    Path decided = epochs.resolve("000000000001.decided-1");
    assertTrue(Files.exists(decided));
    Files.setLastModifiedTime(
        epochs.resolve("000000000001.done"),
        FileTime.from(Instant.now().minus(Duration.ofDays(8))));
    assertEquals(0, console.type("vacuum", "p"));
    assertFalse(Files.exists(decided), "it tells values of rows that may be deleted since");
    assertEquals(0, console.type("run", "p"), console.err());
  }

  @Test
  void lessThanTheTablesOwnRetentionHasToBeMeantAndNobodyMayRun() throws Exception {
    assertEquals(2, console.type("vacuum", "p", "--retention", "1h"));
    assertTrue(console.err().contains("add --force"), console.err());
    Ledger ledger = new Ledger(Place.of(dir.resolve("lake").toString()), "p");
    try (Lease lease = Lease.acquire(ledger, "p", "other", Clock.systemUTC())) {
      lease.check();
      assertEquals(4, console.type("vacuum", "p", "--retention", "1h", "--force"));
      assertTrue(console.err().contains("is run by somebody else: run other on "), console.err());
    }
    assertTrue(Files.exists(orphan));
    assertEquals(0, console.type("vacuum", "p", "--retention", "1h", "--force"), console.err());
    assertFalse(Files.exists(orphan));
    for (String table : List.of("p.silver", "p.silver_quarantine", "p.by_city", "p.event_log")) {
      assertEquals(0, console.type("show", table), table + ": " + console.err());
    }
    assertEquals(0, console.type("run", "p"), console.err());
  }
}
