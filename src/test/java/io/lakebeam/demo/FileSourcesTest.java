package io.lakebeam.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.demo.stocks.TradeFeed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourcesTest {
  @TempDir Path dir;

  @Test
  void startedAgainItGoesOnWhereItWas() throws Exception {
    publish("often", 700);
    publish("often", 600);
    publish("often", 1_700);
    publish("once", 1_700);
    assertEquals(lines("once"), lines("often"));
    assertEquals(1_700, lines("once").size());
    assertTrue(Files.exists(landing("once").resolve("instruments/2026-01-06.csv")));
  }

  @Test
  void stoppedItLeavesWholeFiles() throws Exception {
    try (DemoFolder folder = DemoFolder.open(dir.resolve("p"), "stocks", OptionalLong.empty());
        FileSources sources = new FileSources(folder, new TradeFeed(7))) {
      Pace pace = Pace.unlimited();
      pace.stop();
      sources.publish(Long.MAX_VALUE, pace).get();
      assertEquals(OptionalLong.of(0), sources.published());
      assertTrue(Files.exists(landing("p").resolve("instruments/2026-01-05.csv")));
      assertFalse(Files.list(landing("p").resolve("trades")).findAny().isPresent());
    }
  }

  private void publish(String lake, long n) throws Exception {
    try (DemoFolder folder = DemoFolder.open(dir.resolve(lake), "stocks", OptionalLong.empty());
        FileSources sources = new FileSources(folder, new TradeFeed(7))) {
      sources.publish(n, Pace.unlimited()).get();
      assertTrue(sources.published().orElseThrow() >= n);
    }
  }

  private Path landing(String lake) {
    return dir.resolve(lake).resolve("_demo/landing");
  }

  private List<String> lines(String lake) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Stream<Path> files = Files.list(landing(lake).resolve("trades"))) {
      for (Path file : files.sorted().toList()) {
        lines.addAll(Files.readAllLines(file));
      }
    }
    return lines;
  }
}
