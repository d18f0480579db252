package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be typed without data. */
class CommandLineTest {
  static final String ORDERS =
      """
      pipeline: p
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, city STRING, amount DECIMAL(8,2)"}
      datasets:
        bronze: {layer: bronze, streaming_table: {from: orders}}
        silver:
          layer: silver
          streaming_table: {sql: "SELECT id, UPPER(city) AS city, amount FROM bronze"}
          expect:
            positive: {expect: amount > 0, on_violation: quarantine}
            small: {expect: amount < 1000, on_violation: drop}
        by_city:
          layer: gold
          materialized_view: {sql: "SELECT city, COUNT(*) AS orders FROM silver GROUP BY city"}
      """;

  private static final String STREAM =
      """
      pipeline: p
      sources:
        events:
          event_hubs: {namespace: n, event_hub: h, connection_string: "${NOBODY_SETS_THIS}"}
          format: json
          schema: "id BIGINT"
      datasets:
        bronze: {streaming_table: {from: events}}
      """;

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir).yaml(ORDERS);
    console = new TestingConsole(dir);
  }

  @Test
  void aGoodPipelineIsToldInOneLine() {
    assertEquals(0, console.type("validate", "p"));
    assertEquals("p: 1 source, 3 datasets, 3 flows, no problems\n", console.out());
    assertEquals("", console.err());
    assertEquals(0, console.type("validate", "pipelines/p/pipeline.yaml", "--output", "json"));
    assertEquals("[ ]\n", console.out());
  }

  @Test
  void problemsComeWithTheirPlaceAndExitCode() throws IOException {
    project.yaml(ORDERS.replace("FROM bronze", "FROM bronz"));
    assertEquals(1, console.type("validate", "p"));
    assertTrue(
        console.out().startsWith("pipelines/p/pipeline.yaml:8:"),
        "first problem: " + console.out());
    assertTrue(console.out().contains("did you mean bronze?"), console.out());
    assertTrue(console.out().contains("because of these:"), console.out());
    assertEquals(1, console.type("validate", "p", "--output", "json"));
    JsonNode problems = JSON.readTree(console.out());
    assertEquals(2, problems.size());
    assertEquals("silver", problems.get(1).at("/caused_by/0").asText());
  }

  @Test
  void aPipelineThatIsNotThereNamesThoseThatAre() {
    assertEquals(1, console.type("run", "q"));
    assertEquals("", console.out());
    assertTrue(console.err().contains("the pipelines here are p"), console.err());
  }

  @Test
  void aFailureIsAnObjectForPrograms() throws IOException {
    assertError(1, "PIPELINE_MISSING", "run", "q", "--output", "json");
    assertError(1, "PIPELINE_MISSING", "graph", "q", "--output=json");
    assertError(1, "TABLE_MISSING", "show", "lake/none", "--output", "JSON");
    assertError(2, "WRONG_USE", "tables", "p", "--outptu", "x", "--output", "json");
    assertError(2, "WRONG_USE", "show", "p.none", "--output", "json");
    project.yaml(STREAM);
    JsonNode unset = assertError(1, "SECRET_UNSET", "run", "p", "--output", "json");
    assertEquals("pipelines/p/pipeline.yaml", unset.get("file").asText());
    assertEquals(3, unset.get("line").asInt());
    assertEquals("export NOBODY_SETS_THIS=... before the command", unset.get("fix").asText());
  }

  @Test
  void anUpdateThatStopsSaysItsCodeOnItsLastLine() throws IOException {
    project.yaml(ORDERS.replace("on_violation: drop", "on_violation: fail"));
    project.land("1.csv", "id,city,amount\n1,rome,3000.00\n");
    JsonNode stopped = assertError(1, "EXPECTATION_VIOLATED", "run", "p", "--output", "json");
    assertEquals("expectation small of silver stops the update", stopped.get("problem").asText());
    assertTrue(stopped.get("cause").asText().startsWith("1 of 1 rows"), stopped.toString());
    assertFalse(stopped.get("fix").asText().isEmpty());
  }

  @Test
  void manyProblemsAreAllThere() throws IOException {
    project.yaml(ORDERS.replace("FROM bronze", "FROM bronz"));
    JsonNode first = assertError(1, "QUERY_INVALID", "tables", "p", "--output", "json");
    assertEquals(8, first.get("line").asInt());
    JsonNode all = JSON.readTree(console.out()).get("problems");
    assertEquals(2, all.size());
    assertEquals(first, all.get(0));
  }

  private JsonNode assertError(int exitCode, String code, String... typed) throws IOException {
    assertEquals(exitCode, console.type(typed), console::err);
    assertFalse(console.err().isEmpty(), "no words");
    String last = console.out().lines().reduce("", (before, line) -> line);
    JsonNode error = JSON.readTree(last).get("error");
    assertEquals(code, error.get("code").asText(), console.out());
    return error;
  }

  @Test
  void aTimeToStopAfterIsATime() {
    assertEquals(2, console.type("run", "p", "--stop-after", "soon"));
    assertTrue(
        console.err().contains("'soon' is no time such as 60s, 5m, 1h or 7d"), console.err());
    project.land("one.csv", "id,city,amount\n1,rome,3.00\n");
    assertEquals(0, console.type("run", "p", "--stop-after", "1h"), console::err);
    assertFalse(console.err().contains("stopped"), console.err());
  }

  @Test
  void unsetSecretsAreToldBeforeAnythingRuns() {
    project.yaml(STREAM);
    assertEquals(0, console.type("validate", "p"));
    assertEquals(1, console.type("run", "p"));
    assertTrue(console.err().contains("${NOBODY_SETS_THIS} is not set"), console.err());
    assertFalse(Files.exists(project.lake()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "validat p",
        "validate",
        "validate p q",
        "validate p --outptu json",
        "run p --mode sometimes",
        "run p --set novalue",
        "show p.silver --limit 0",
        "show p.silver --limit many",
        "show p.sliver",
        "show nothing",
        "history p.nothing",
        "demo --rows 0",
        "demo --rows 5 --for 1s",
        "demo --for soon",
        "demo --speed -1",
        "demo --lake abfss://lake@account.dfs.core.windows.net/",
        "doctor p --timeout soon",
        "graph p --output svg",
        "vacuum p --retention soon",
        "vacuum p --table sliver",
        "deploy p --run",
        "deploy p --print-sql --submit"
      })
  void wrongUseIsExitCodeTwoAndPrintsNoData(String typed) {
    assertEquals(2, console.type(typed.split(" ", -1)));
    assertEquals("", console.out());
    assertTrue(console.err().startsWith("error: "), console.err());
    assertTrue(console.err().contains("--help"), console.err());
    assertFalse(console.err().contains("\tat "), console.err());
  }

  @Test
  void whatWasMeantIsSuggested() {
    console.type("validat", "p");
    assertTrue(console.err().contains("did you mean validate or vacuum?"), console.err());
    console.type("show", "p.sliver");
    assertTrue(console.err().contains("did you mean silver?"), console.err());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "validate",
        "doctor",
        "run",
        "tables",
        "plan",
        "show",
        "sql",
        "history",
        "graph",
        "vacuum",
        "deploy"
      })
  void everyCommandHasExamples(String command) {
    assertEquals(0, console.type(command, "--help"));
    assertTrue(console.out().contains("Examples:\n  lakebeam " + command), console.out());
    assertEquals(0, console.type());
    assertTrue(console.out().contains("\n  " + command + " "), console.out());
  }

  @Test
  void theVersionIsPrinted() {
    assertEquals(0, console.type("--version"));
    assertTrue(console.out().startsWith("lakebeam "), console.out());
  }

  @Test
  void theGraphIsTextMermaidOrJson() throws IOException {
    assertEquals(0, console.type("graph", "p"));
    assertTrue(console.out().contains("by_city  materialized view  gold    silver"), console.out());
    assertEquals(0, console.type("graph", "p", "--output", "mermaid"));
    assertTrue(console.out().startsWith("flowchart LR\n"), console.out());
    assertTrue(console.out().contains("  n_orders --> n_bronze\n"), console.out());
    assertEquals(0, console.type("graph", "p", "--output", "json"));
    JsonNode graph = JSON.readTree(console.out());
    assertEquals("orders", graph.at("/sources/0/name").asText());
    assertEquals("bronze", graph.at("/datasets/1/flows/0/inputs/0").asText());
    assertEquals("[\"bronze.city\"]", graph.at("/datasets/1/flows/0/lineage/city").toString());
    assertEquals("[]", graph.at("/datasets/2/flows/0/lineage/orders").toString());
    assertEquals("DECIMAL(8,2)", graph.at("/sources/0/columns/2/type").asText());
  }

  @Test
  void theGraphSaysWhatEachColumnComesFrom() throws IOException {
    assertEquals(0, console.type("graph", "p", "--columns"));
    assertTrue(
        console.out().matches("(?s).*silver.city +bronze.city +transformation .*"), console.out());
    assertTrue(
        console
            .out()
            .matches(
                "(?s).*silver \\(its rows\\) +silver.amount +filter +expectation positive,"
                    + " expectation small\n.*"),
        console.out());
    assertTrue(console.out().contains("by_city.orders"), console.out());
    assertEquals(0, console.type("graph", "p", "--columns", "--output", "json"));
    JsonNode city = JSON.readTree(console.out()).at("/datasets/2/columns/0/from/0");
    assertEquals("silver.city", city.at("/column").asText());
    assertEquals("DIRECT IDENTITY", city.at("/type").asText() + " " + city.at("/subtype").asText());
    assertEquals(0, console.type("graph", "p", "--columns", "--output", "mermaid"));
    assertTrue(console.out().contains("(its rows)"), console.out());
  }

  @Test
  void theGraphFollowsOneColumnUpAndDown() throws IOException {
    assertEquals(0, console.type("graph", "p", "--column", "silver.CITY"));
    assertTrue(console.out().contains("\n  orders.city "), console.out());
    assertTrue(console.out().contains("by_city (its rows)"), console.out());
    assertTrue(console.out().endsWith("a change of it reaches by_city\n"), console.out());
    assertEquals(0, console.type("graph", "p", "--column", "orders.amount", "--output", "json"));
    JsonNode amount = JSON.readTree(console.out());
    assertEquals("[]", amount.at("/upstream").toString());
    assertEquals("[\"bronze\",\"silver\",\"by_city\"]", amount.at("/reaches").toString());
    assertEquals(2, console.type("graph", "p", "--column", "silver.cit"));
    assertTrue(console.err().contains("did you mean city?"), console.err());
    assertEquals(2, console.type("graph", "p", "--column", "silvr.city"));
    assertTrue(console.err().contains("did you mean silver?"), console.err());
    assertEquals(2, console.type("graph", "p", "--column", "silver"));
    assertEquals(2, console.type("graph", "p", "--columns", "--column", "silver.city"));
  }

  @Test
  void tablesThatNoRunHasMadeHaveNoRows() {
    assertEquals(0, console.type("tables", "p"));
    assertTrue(console.out().contains("silver_quarantine"), console.out());
    assertEquals(1, console.type("show", "p.silver"));
    assertTrue(console.err().contains("there is no Delta table at"), console.err());
    assertFalse(Files.exists(project.lake()), "looking makes nothing");
  }
}
