package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.testing.TestingPipeline;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pipeline's new name, by the command. */
class AdoptCommandIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeEach
  void aPipelineThatIsRenamed() {
    project = new TestingPipeline(dir).yaml(CommandLineTest.ORDERS);
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    project.land("1.csv", "id,city,amount\n1,ulm,2.50\n2,ulm,-1\n");
    assertEquals(0, console.type("run", "p"), console.err());
    project.yaml(CommandLineTest.ORDERS.replace("pipeline: p", "pipeline: shop"));
  }

  @Test
  void planSaysTheCommandAndTheCommandDoesIt() throws Exception {
    assertEquals(1, console.type("plan", "p"), console.err());
    assertTrue(
        console.out().startsWith("refused: table bronze belongs to pipeline p: "), console.out());
    assertTrue(console.out().contains("run lakebeam adopt with --from p;"), console.out());
    assertEquals(1, console.type("run", "p"));
    assertEquals(0, console.type("adopt", "p", "--from", "p"), console.err());
    assertEquals("pipeline p is called shop now; it goes on behind epoch 1\n", console.out());
    assertEquals(0, console.type("plan", "p"), console.out());
    assertEquals("nothing to do\n", console.out());
    assertEquals(0, console.type("adopt", "p", "--from", "p"), console.err());
    assertEquals("nothing to do: pipeline p is called shop\n", console.out());
    assertEquals(0, console.type("adopt", "p", "--from", "p", "--output", "json"));
    JsonNode json = JSON.readTree(console.out());
    assertEquals("shop", json.path("pipeline").asText());
    assertEquals("p", json.path("id").asText());
    assertEquals(1, json.path("epoch").asLong());
    assertFalse(json.path("adopted").asBoolean(true));

    project.land("2.csv", "id,city,amount\n3,bonn,4\n");
    assertEquals(0, console.type("run", "p"), console.err());
    assertEquals(0, console.type("show", "lake/silver", "--columns", "id,city"), console.err());
    assertTrue(console.out().contains("BONN"), console.out());
    assertTrue(console.out().endsWith("2 rows\n") || console.err().contains("2 rows"));
    assertEquals(0, console.type("vacuum", "p", "--retention", "1h", "--force"), console.err());
    assertEquals(0, console.type("doctor", "p"), console.out());
    project.yaml(CommandLineTest.ORDERS);
    for (String command : new String[] {"plan", "run", "vacuum", "doctor"}) {
      assertEquals(1, console.type(command, "p"), command);
      assertTrue(
          (console.out() + console.err()).contains("pipeline p is called shop now"),
          console.out() + console.err());
    }
  }

  @Test
  void whatIsWrongIsTold() throws Exception {
    assertEquals(2, console.type("adopt", "p"));
    assertTrue(console.err().contains("--from"), console.err());
    assertEquals(1, console.type("adopt", "p", "--from", "q", "--output", "json"));
    JsonNode error = JSON.readTree(console.out()).path("error");
    assertEquals("ADOPTION_REFUSED", error.path("code").asText());
    assertEquals("it has p", error.path("cause").asText());
    assertFalse(Files.exists(dir.resolve("lake/_lakebeam/_names")));
  }
}
