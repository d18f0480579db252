package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** A lake made by the run command, looked into by the others. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class LookingCommandsIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path dir;
  private TestingConsole console;
  private String said;

  @BeforeAll
  void run() {
    new TestingPipeline(dir)
        .yaml(CommandLineTest.ORDERS)
        .land("1.csv", "id,city,amount\n1,ulm,2.50\n2,ulm,-1\n3,bonn,4\n4,bonn,5000\n5,x,oops\n");
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    int code = console.type("run", "p");
    said = console.out();
    assertEquals(0, code, console.err());
    assertFalse(console.err().contains("warning:"), console.err());
  }

  @Test
  void aRunTellsItsEpochsAndItsTables() {
    List<String> words = List.of(said.replaceAll(" +", " ").split("\n", -1));
    assertEquals("each epoch: in = records from sources, out = rows added to silver", words.get(0));
    assertTrue(
        words.get(1).startsWith("epoch 1 in 5 out 2 quarantined 2 dropped 1 "), words.get(1));
    assertTrue(said.matches("(?s).*\nsilver +2 +1 .*"), said);
    assertEquals(0, console.type("run", "p", "--output", "json"));
    assertEquals("", console.out(), "nothing new, no epoch");
  }

  /** As run . does, the others find the file of the folder where somebody stands. */
  @Test
  void theFolderOfAPipelineFileIsEnough() {
    TestingConsole inside = new TestingConsole(dir.resolve("pipelines/p"));
    int code = inside.type("show", "p.silver", "--lake", dir.resolve("lake").toString());
    assertEquals(0, code, inside.err());
    assertTrue(inside.out().contains("ULM"), inside.out());
    assertEquals(0, inside.type("history", "p.silver", "--lake", dir.resolve("lake").toString()));
  }

  @Test
  void tablesListsThemAll() throws IOException {
    assertEquals(0, console.type("tables", "p", "--output", "json"));
    JsonNode tables = JSON.readTree(console.out());
    assertEquals(6, tables.size());
    assertEquals("silver_quarantine", tables.get(3).path("dataset").asText());
    assertEquals(1, tables.get(3).path("rows").asLong());
    assertEquals(1, tables.get(3).path("version").asLong());
    assertEquals("gold", tables.get(4).path("layer").asText());
  }

  /** Exit code 0 is nothing to do, 3 is something, 1 is what a run would refuse. */
  @Test
  void aPlanSaysWhatARunWouldDo() throws IOException {
    assertEquals(0, console.type("plan", "p"), console.out());
    assertEquals("nothing to do\n", console.out());
    assertEquals(3, console.type("plan", "p", "--lake", "none", "--output", "json"));
    JsonNode items = JSON.readTree(console.out());
    assertEquals("table_made", items.get(0).path("kind").asText());
    assertEquals("bronze", items.get(0).path("name").asText());
    assertTrue(console.out().contains("1 file waits"), console.out());
    assertFalse(Files.exists(dir.resolve("none")), "nothing is made");

    assertEquals(3, console.type("plan", "p", "--full-refresh", "bronze"));
    assertTrue(console.out().startsWith("table bronze is computed anew, of "), console.out());
    assertEquals(2, console.type("plan", "p", "--full-refresh", "bronce"));
    assertTrue(console.err().contains("did you mean bronze?"), console.err());

    String edited = CommandLineTest.ORDERS.replace("id BIGINT", "id STRING");
    Path file = dir.resolve("pipelines/p/pipeline.yaml");
    Files.writeString(file, edited);
    try {
      assertEquals(1, console.type("plan", "p"));
      assertTrue(console.out().startsWith("refused: table "), console.out());
      assertTrue(console.out().contains("column id"), console.out());
      assertEquals(1, console.type("plan", "p", "--output", "json"));
      assertEquals("COLUMNS_REFUSED", JSON.readTree(console.out()).at("/0/code").asText());
    } finally {
      Files.writeString(file, CommandLineTest.ORDERS);
    }
  }

  @Test
  void showPrintsRowsAlignedOrAsJson() throws IOException {
    assertEquals(0, console.type("show", "p.silver"));
    assertEquals("id  city  amount\n 1  ULM     2.50\n 3  BONN    4.00\n", console.out());
    assertEquals("2 rows\n", console.err());
    assertEquals(0, console.type("show", "silver", "--columns", "amount,ID", "--limit", "1"));
    assertEquals("amount  id\n  2.50   1\n", console.out());
    assertEquals(0, console.type("show", "lake/bronze", "--output", "json", "--limit", "1"));
    JsonNode row = JSON.readTree(console.out());
    assertEquals("1,ulm,2.50", row.path("_raw").asText());
    assertTrue(console.out().contains("\"amount\":2.50,"), console.out());
  }

  @Test
  void aQuarantineSaysWhy() {
    assertEquals(0, console.type("show", "p.silver_quarantine"));
    assertTrue(console.out().contains("[\"positive\"]"), console.out());
    assertTrue(console.out().startsWith("_failed_expectations  _error"), console.out());
    assertEquals(0, console.type("show", "p.bronze_quarantine", "--columns", "_error"));
    assertTrue(console.out().contains("oops"), console.out());
  }

  @Test
  void whereIsTheSqlOfThePipelines() {
    assertEquals(
        0, console.type("show", "p.silver", "--where", "REGEXP_LIKE(city, '^B') AND amount > 1"));
    assertEquals("id  city  amount\n 3  BONN    4.00\n", console.out());
    assertEquals(0, console.type("show", "p.silver", "--where", "id = 7"));
    assertEquals("id  city  amount\n", console.out());
    // A row on which the condition fails is left out, and that is said.
    assertEquals(0, console.type("show", "p.silver", "--where", "CAST(city AS INT) > 0"));
    assertTrue(console.err().startsWith("warning: left out 2 rows"), console.err());
  }

  @Test
  void aWrongConditionIsShownWithItsPlace() {
    assertEquals(2, console.type("show", "p.silver", "--where", "id > 0 AND cty = 'ULM'"));
    String problem =
        "--where, column 12: [UNRESOLVED_COLUMN.WITH_SUGGESTION] there is no column cty";
    assertTrue(console.err().contains(problem), console.err());
    assertFalse(console.err().contains("rows_of_table"), console.err());
    assertTrue(console.err().contains("\n               ^\n"), console.err());
    assertTrue(console.err().contains("did you mean city?"), console.err());
    assertEquals(2, console.type("show", "p.silver", "--where", "id >"));
    assertEquals(2, console.type("show", "p.silver", "--where", "city"));
    assertTrue(console.err().contains("it is no condition"), console.err());
    assertEquals(2, console.type("show", "p.silver", "--columns", "cty"));
    assertTrue(console.err().contains("did you mean city?"), console.err());
  }

  @Test
  void historyIsNewestFirst() throws IOException {
    assertEquals(0, console.type("history", "p.silver", "--output", "json"));
    JsonNode history = JSON.readTree(console.out());
    assertEquals(2, history.size());
    assertEquals(1, history.get(0).path("version").asLong());
    assertEquals(1, history.get(0).path("epoch").asLong());
    assertEquals(2, history.get(0).path("rows").asLong());
    assertEquals("CREATE TABLE", history.get(1).path("operation").asText());
    assertEquals(0, console.type("history", "lake/silver", "--limit", "1"));
    assertEquals(2, console.out().lines().count());
  }

  @Test
  void aTableThatIsAnotherIsOneSentence() {
    assertEquals(0, console.type("run", "p", "--lake", "other"), console.err());
    new TestingPipeline(dir)
        .file(
            "pipelines/q/pipeline.yaml", CommandLineTest.ORDERS.replace("id BIGINT", "id STRING"));
    assertEquals(1, console.type("run", "q", "--lake", "other"));
    assertTrue(
        console.err().contains("table bronze, column id: the table has BIGINT"), console.err());
    assertTrue(console.err().lines().count() <= 4, console.err());
  }
}
