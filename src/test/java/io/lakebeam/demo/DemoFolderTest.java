package io.lakebeam.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoFolderTest {
  @TempDir Path lake;

  @Test
  void goesOnWithTheSeedItHas() throws IOException {
    try (DemoFolder made = DemoFolder.open(lake, "airlines", OptionalLong.of(9))) {
      assertEquals(9, made.seed());
    }
    try (DemoFolder again = DemoFolder.open(lake, "airlines", OptionalLong.empty())) {
      assertEquals(9, again.seed());
    }
    assertTrue(refusal(OptionalLong.of(8)).contains("seed 9"));
  }

  /** Whose flights are others: its events would go on as other ones in the same topic. */
  @Test
  void refusesTheDemoOfAnotherLakebeam() throws IOException {
    Files.createDirectories(lake.resolve("_demo"));
    Files.writeString(lake.resolve("_demo/demo.json"), "{\"seed\": 7, \"partitions\": 4}");
    String refusal = refusal(OptionalLong.empty());
    assertTrue(refusal.startsWith("the demo in " + lake + " is of another Lakebeam"), refusal);
    assertTrue(refusal.contains("--lake"), refusal);
  }

  @Test
  void refusesTheDemoOfAnotherPipeline() throws IOException {
    try (DemoFolder stocks = DemoFolder.open(lake, "stocks", OptionalLong.empty())) {
      assertEquals("stocks", stocks.pipeline());
    }
    String refusal = refusal(OptionalLong.empty());
    assertTrue(refusal.contains("lakebeam demo stocks"), refusal);
  }

  private String refusal(OptionalLong seed) {
    return assertThrows(DemoRefusedException.class, () -> DemoFolder.open(lake, "airlines", seed))
        .getMessage();
  }
}
