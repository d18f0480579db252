package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Element;

/** Tests of a pipeline, as their author runs them. */
class TestCommandIT {
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        orders:
          event_hubs:
            namespace: nobody
            event_hub: orders
            connection_string: "${NOT_SET}"
          format: json
          schema: "id BIGINT NOT NULL, shop STRING, amount DECIMAL(9,2), at TIMESTAMP"
        prices:
          files: "/nowhere/*.csv"
          format: {csv: {delimiter: ";"}}
          schema: "shop STRING, price DOUBLE"
        shops:
          reference: shops.csv
          format: csv
          schema: "shop STRING NOT NULL, city STRING"
      datasets:
        silver:
          streaming_table: {sql: "SELECT id, o.shop, city, amount, at FROM orders AS o LEFT JOIN shops AS s ON o.shop = s.shop"}
          expect: {small: {expect: amount < 100, on_violation: quarantine}}
        costs: {streaming_table: {from: prices}}
        totals: {materialized_view: {sql: "SELECT city, SUM(amount) AS total FROM silver GROUP BY city"}}
      """;

  private static final String TESTS =
      """
      now: 2026-03-02T08:00:00Z
      tests:
        rows are where they belong:
          given:
            orders:
              - {id: 1, shop: a, amount: 10.5, at: 2026-03-02T07:00:00Z}
              - {id: 2, shop: a, amount: 500}
              - 'not, "json"'
            prices: [{shop: "a;b", price: 1.5}, 'c;many']
          expect:
            silver: [{id: 1, city: Ulm, amount: 10.50, at: 2026-03-02T07:00:00Z}]
            silver_quarantine:
              - {_raw: 'not, "json"', _failed_expectations: []}
              - {_failed_expectations: [small], id: 2}
            costs: [{shop: a;b, price: 1.5}]
            costs_quarantine: [{_raw: 'c;many'}]
            totals: [{city: Ulm, total: 10.5}]
        a step goes on where the one before has stopped:
          steps:
            - {given: {orders: [{id: 1, shop: a, amount: 1}]}, expect: {totals: [{total: 1}]}}
            - {given: {orders: [{id: 2, shop: x, amount: 2}], shops: [{shop: x, city: Bonn}]},
               expect: {totals: [{city: null, total: 1}, {city: Bonn, total: 2}]}}
      """;

  @TempDir Path dir;
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeEach
  void write() {
    project = new TestingPipeline(dir).yaml(PIPELINE).file("shops.csv", "shop,city\na,Ulm\n");
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
  }

  private int test(String tests, String... options) {
    project.file("pipelines/p/tests/some.yaml", tests);
    return console.type(
        Stream.concat(Stream.of("test", "p"), Stream.of(options)).toArray(String[]::new));
  }

  @Test
  void testsPassAndLeaveNothing() throws Exception {
    assertEquals(0, test(TESTS, "--junit", "out/report.xml"), console.out() + console.err());
    assertEquals(
        List.of(
            "ok rows are where they belong", "ok a step goes on where the one before has stopped"),
        console
            .out()
            .lines()
            .map(line -> line.replaceAll(" +", " "))
            .map(line -> line.replaceAll(" [\\d,]+ ms$", ""))
            .toList());
    assertEquals("2 tests passed\n", console.err());
    assertFalse(Files.exists(dir.resolve("lake")));
    Element suite =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(dir.resolve("out/report.xml").toFile())
            .getDocumentElement();
    assertEquals("2", suite.getAttribute("tests"));
    assertEquals("0", suite.getAttribute("failures"));

    assertEquals(0, test(TESTS, "STEP"), console.err());
    assertEquals("1 test passed\n", console.err());
    assertEquals(2, test(TESTS, "nothing"));
    assertTrue(console.err().contains("no test has such a text"), console.err());
  }

  @Test
  void whatDiffersIsShownBesideWhatIsMostLikeIt() {
    assertEquals(
        1,
        test(
            TESTS
                .replace("id: 1, city: Ulm, amount: 10.50", "id: 1, city: Bonn, amount: 10.50")
                .replace("[{city: Ulm, total: 10.5}]", "[]")));
    assertTrue(console.out().startsWith("FAIL  rows are where they belong"), console.out());
    assertTrue(
        console
            .out()
            .contains(
                """
                      pipelines/p/tests/some.yaml:11:7: silver has other rows:
                        expected      id: 1, city: Bonn, amount: 10.5, at: 2026-03-02T07:00:00Z
                        but found     id: 1, city: Ulm, amount: 10.50, at: 2026-03-02T07:00:00Z
                                      (city differs)
                      pipelines/p/tests/some.yaml:17:7: totals has other rows:
                        not expected  city: Ulm, total: 10.50
                """
                    .indent(0)),
        console.out());
    assertEquals("1 test passed, 1 failed\n", console.err());
  }

  @Test
  void aRuleThatStopsTheUpdateIsTold() {
    project.yaml(PIPELINE.replace("on_violation: quarantine", "on_violation: fail"));
    assertEquals(1, test(TESTS, "belong"));
    assertTrue(
        console.out().contains("some.yaml:3:3: expectation small of silver stops the update"),
        console.out());
  }

  @Test
  void mistakesHaveAPlaceACauseAndAFix() {
    assertEquals(1, test(TESTS.replace("silver: [{id: 1, city", "silver: [{id: 1, citty")));
    assertTrue(
        console.out().contains("some.yaml:11:16: silver has no column citty"), console.out());
    told(TESTS.replace("costs:", "cost:"), "some.yaml:15:7: the pipeline p has no table cost");
    told(TESTS.replace("prices:", "price:"), "has no source price");
    told(TESTS.replace("given:", "givn:"), "some.yaml:4:5: ");
    told(TESTS.replace("now: 2026-03-02T08", "now: noon, 08"), "this is no moment");
    told("tests: {}", "is empty");
    Path tests = dir.resolve("pipelines/p/tests/some.yaml");
    assertTrue(tests.toFile().delete());
    assertEquals(2, console.type("test", "p"));
    assertTrue(console.err().contains("there is no test in pipelines/p/tests"), console.err());
  }

  private void told(String tests, String problem) {
    assertEquals(1, test(tests), console.out());
    assertTrue(console.err().contains(problem), console.err());
  }

  /** One broken rule of the shipped pipeline is found by its tests. */
  @Test
  void theShippedTestsSayWhatIsBroken() throws IOException {
    for (String folder :
        List.of("pipelines/airlines", "transforms/airlines", "expectations/airlines")) {
      try (Stream<Path> files = Files.walk(Path.of(folder))) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          project.file(file.toString(), Files.readString(file));
        }
      }
    }
    assertEquals(0, console.type("test", "airlines"), console.out() + console.err());
    String rules = "expectations/airlines/flights.yaml";
    project.file(
        rules, Files.readString(Path.of(rules)).replace("BETWEEN -90 AND 2880", "< 99999"));
    assertEquals(1, console.type("test", "airlines", "refused"));
    assertTrue(
        console.out().contains("_failed_expectations: [different_airports, plausible_delay]"),
        console.out());
    assertTrue(console.out().contains("flights_quarantine has other rows"), console.out());
  }
}
