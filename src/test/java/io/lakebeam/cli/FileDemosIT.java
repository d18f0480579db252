package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.terminal.Logging;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The shipped pipelines that read files, on what their demos land. */
class FileDemosIT {
  @TempDir Path dir;

  private final TestingConsole console = new TestingConsole(Path.of("").toAbsolutePath());

  @ParameterizedTest
  @ValueSource(strings = {"stocks", "vehicles"})
  void everyTableIsAsTheGeneratorKnows(String demo) {
    Logging.configure(console.console(), false);
    String lake = dir.resolve(demo).toString();
    type(0, "test", demo);
    type(0, "demo", demo, "--rows", "3000", "--lake", lake);
    assertTrue(console.out().contains("all as expected of 3,000 "), console.out());
    // More of them, on what is there.
    type(0, "demo", demo, "--rows", "5200", "--lake", lake);
    assertTrue(console.out().contains("all as expected of 5,200 "), console.out());

    type(0, "plan", demo, "--set", "LAKE=" + lake, "--set", "LANDING=" + lake + "/_demo/landing");
    assertTrue(console.out().contains("nothing to do"), console.out() + console.err());
    type(0, "graph", demo);
    type(2, "demo", "airlines", "--lake", lake);
    assertTrue(console.err().contains("is of the pipeline " + demo), console.err());
  }

  private void type(int code, String... command) {
    assertEquals(code, console.type(command), () -> console.out() + console.err());
  }
}
