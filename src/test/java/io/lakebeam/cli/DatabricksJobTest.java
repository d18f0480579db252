package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.DatabricksJob.FailedException;
import io.lakebeam.testing.TestingPipeline;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** That the JVM of these tests is still there is the point of each of them. */
class DatabricksJobTest {
  @TempDir Path dir;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private void run(Map<String, String> environment, String... arguments) {
    DatabricksJob.run(
        arguments,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8),
        environment::get);
  }

  private String file() {
    return dir.resolve("pipelines/p/pipeline.yaml").toString();
  }

  @Test
  void aCommandThatIsDoneReturns() {
    new TestingPipeline(dir).yaml(CommandLineTest.ORDERS);
    run(Map.of(), "validate", file());
    assertEquals(
        "p: 1 source, 3 datasets, 3 flows, no problems\n", out.toString(StandardCharsets.UTF_8));
    assertEquals("", err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aRunTakesWhatIsThere() {
    new TestingPipeline(dir)
        .yaml(CommandLineTest.ORDERS.replace("pipeline: p\n", "pipeline: p\nlake: ${LAKE}\n"))
        .land("one.csv", "id,city,amount\n1,rome,3.00\n");
    String lake = dir.resolve("elsewhere").toString();
    run(Map.of("LAKE", lake), "run", file(), "--output", "json");
    assertTrue(
        out.toString(StandardCharsets.UTF_8).startsWith("{\"epoch\":1,\"in\":1,"),
        out.toString(StandardCharsets.UTF_8));
  }

  @Test
  void aFailureIsAnExceptionWithItsSentence() {
    new TestingPipeline(dir).yaml(CommandLineTest.ORDERS.replace("FROM bronze", "FROM bronz"));
    FailedException failed =
        assertThrows(FailedException.class, () -> run(Map.of(), "run", file()));
    assertTrue(
        failed.getMessage().contains("there is no source or dataset bronz"), failed::getMessage);
    assertEquals(0, failed.getStackTrace().length);
    assertTrue(
        err.toString(StandardCharsets.UTF_8).contains("did you mean bronze?"),
        err.toString(StandardCharsets.UTF_8));
  }

  @Test
  void wrongUseFailsToo() {
    FailedException failed = assertThrows(FailedException.class, () -> run(Map.of(), "rnu"));
    assertTrue(failed.getMessage().startsWith("error: "), failed::getMessage);
    failed = assertThrows(FailedException.class, () -> run(Map.of(), "show", "nothing"));
    assertTrue(failed.getMessage().contains("nothing"), failed::getMessage);
  }

  @Test
  void whatIsOnlyPrintedIsPointedTo() {
    new TestingPipeline(dir).yaml(CommandLineTest.ORDERS.replace("FROM bronze", "FROM bronz"));
    FailedException failed =
        assertThrows(FailedException.class, () -> run(Map.of(), "validate", file()));
    assertEquals("ended with exit code 1; its output says why", failed.getMessage());
    assertTrue(
        out.toString(StandardCharsets.UTF_8).contains("bronz"),
        out.toString(StandardCharsets.UTF_8));
  }
}
