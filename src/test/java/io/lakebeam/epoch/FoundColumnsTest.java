package io.lakebeam.epoch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.storage.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FoundColumnsTest {
  @TempDir Path lake;

  private FoundColumns of(String source) {
    return new FoundColumns(new Ledger(Place.of(lake.toString()), "p"), source);
  }

  @Test
  void whatWasFoundFirstStaysFirst() {
    assertEquals(List.of(), of("orders").names());
    of("orders").add(List.of("gate", "seat", "Gate"));
    of("orders").add(List.of("SEAT", "meal", "gate"));
    of("orders").add(List.of("gate"));
    of("others").add(List.of("gate"));
    assertEquals(List.of("gate", "seat", "meal"), of("orders").names());
    assertEquals(Map.of(1L, List.of("gate", "seat"), 2L, List.of("meal")), of("orders").records());
    assertEquals(List.of("gate"), of("others").names());
  }

  /** Workers that find fields at the same moment add each of them once. */
  @Test
  void whoeverIsAliveAgrees() throws Exception {
    ExecutorService workers = Executors.newFixedThreadPool(8);
    List<Future<?>> all = new ArrayList<>();
    for (int worker = 0; worker < 8; worker++) {
      List<String> names = List.of("shared", "own" + worker);
      all.add(workers.submit(() -> of("orders").add(names)));
    }
    for (Future<?> each : all) {
      each.get();
    }
    workers.shutdown();
    List<String> names = of("orders").names();
    assertEquals(9, names.size(), names.toString());
    assertEquals(9, new HashSet<>(names).size(), names.toString());
  }

  @Test
  void aRecordThatIsNoneIsTold() throws IOException {
    Path file = lake.resolve("_lakebeam/p/columns/orders/000000000001.json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "[]");
    assertThrows(DamagedLedgerException.class, () -> of("orders").names());
  }
}
