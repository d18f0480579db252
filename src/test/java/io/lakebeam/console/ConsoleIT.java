package io.lakebeam.console;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.DeltaTable;
import io.lakebeam.demo.AirlineSources;
import io.lakebeam.demo.DemoFolder;
import io.lakebeam.demo.DemoSources;
import io.lakebeam.demo.Pace;
import io.lakebeam.pipeline.CompiledPipeline;
import io.lakebeam.pipeline.compile.PipelineCompiler;
import io.lakebeam.runner.Update;
import io.lakebeam.runner.UpdateListener;
import io.lakebeam.spec.profile.RunnerProfile;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingBrowser;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.openqa.selenium.Keys;

/** The console in a real browser, over the lake of the demo, as whoever operates it uses it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(300)
class ConsoleIT {
  private static final int EVENTS = 2_000;
  private static final String TOKEN = "operator-token-0123456789";
  private static final Path HOME = Path.of("").toAbsolutePath();

  /** Views, and a text that stands in each when it is loaded. */
  private static final Map<String, String> VIEWS =
      Map.ofEntries(
          Map.entry("pipeline", "datasets in order"),
          Map.entry("pipeline?dataset=flights&column=arrival_delay_minutes", "and goes to"),
          Map.entry("updates", "completed"),
          Map.entry("quality", "judgements failed"),
          Map.entry("quality?rule=flights_changes.known_carrier", "known_carrier of flights"),
          Map.entry("quarantine", "refused rows"),
          Map.entry("data", "bronze_flight_events"),
          Map.entry("data/flights", " rows"),
          Map.entry("data/flights?view=versions", "changes"),
          Map.entry("data/flights?view=changes&version=1", "rows added"),
          Map.entry("data/sql?sql=SELECT+1", "One SELECT"),
          Map.entry("gold", "Causes of delay"),
          Map.entry("events", "found"));

  @TempDir static Path dir;
  private DemoFolder folder;
  private AirlineSources sources;
  private CompiledPipeline pipeline;
  private ConsoleServer server;
  private TestingBrowser browser;

  @BeforeAll
  void demo() throws Exception {
    browser = TestingBrowser.open();
    folder = DemoFolder.open(dir.resolve("lake"), "airlines", OptionalLong.empty());
    sources = AirlineSources.start(folder);
    sources.publish(EVENTS, Pace.unlimited()).get();
    pipeline =
        PipelineCompiler.compile(
            sources.pipeline(DemoSources.shipped("airlines", HOME, HOME), Duration.ofSeconds(1)));
    new Update(pipeline, RunnerProfile.DIRECT, new UpdateListener() {}, Clock.systemUTC())
        .run(Update.Mode.TRIGGERED);
    server = serve(0, Optional.of(TOKEN));
    browser.go(server.address(TOKEN));
    browser.awaitText("main h1", "Pipeline airlines");
  }

  private ConsoleServer serve(int port, Optional<String> operator) throws IOException {
    return new ConsoleServer(
        new InetSocketAddress(InetAddress.getLoopbackAddress(), port),
        Optional.empty(),
        new ConsoleAccess(Optional.empty(), operator, true),
        List.of(new ConsolePipeline("airlines", () -> pipeline, Clock.systemUTC())));
  }

  @AfterAll
  void end() throws IOException {
    if (browser != null) {
      browser.close();
    }
    if (server != null) {
      server.close();
    }
    if (sources != null) {
      sources.close();
    }
    if (folder != null) {
      folder.close();
    }
  }

  @BeforeEach
  void begin() throws InterruptedException {
    open("pipeline");
    browser.complaints();
  }

  @AfterEach
  void nothingIsComplainedOf() {
    assertEquals(List.of(), browser.complaints());
  }

  private void open(String view) throws InterruptedException {
    browser.go("about:blank");
    browser.go(server.address() + "#/airlines/" + view);
    browser.await("page", "return document.querySelector('main h1')");
  }

  private String table(String name) {
    return dir.resolve("lake").resolve(name).toString();
  }

  private long rows(String name) {
    return Tables.latest(table(name)).rows().orElseThrow();
  }

  private static String said(long number) {
    return String.format(Locale.US, "%,d", number);
  }

  private String cells(String row) {
    return browser.text(row).replaceAll("\\s+", " ");
  }

  @Test
  void thePipelineIsDrawnWithWhatItsTablesHave() throws Exception {
    assertEquals(
        pipeline.graph().sources().size() + pipeline.graph().datasets().size(),
        browser.count(".graph a"));
    for (String dataset : List.of("bronze_flight_events", "flights", "carrier_performance")) {
      String told =
          (String)
              browser.run(
                  "return [...document.querySelectorAll('.graph a')]"
                      + ".map(a => a.getAttribute('aria-label'))"
                      + ".find(label => label.startsWith(arguments[0] + ','))",
                  dataset);
      assertTrue(told.contains(said(rows(dataset)) + " row"), told);
    }
    open("pipeline?dataset=flights&column=arrival_delay_minutes");
    browser.awaitText("section h2", "flights");
    String panel = browser.text("section[aria-label=flights]");
    assertTrue(panel.contains("known_carrier"), panel);
    assertTrue(panel.contains("flights_changes.arrival_delay_minutes"), panel);
    assertTrue(panel.contains("carrier_performance.average_arrival_delay"), panel);
    assertTrue(panel.contains(table("flights")), panel);
  }

  @Test
  void updatesAreListedAndOneIsSeenEpochByEpoch() throws Exception {
    open("updates");
    browser.awaitText("main", "completed");
    browser.click("tbody tr:last-child a");
    browser.awaitText("main h1", "Update of");
    browser.awaitText("main", "Rows of each epoch");
    browser.awaitText("td", "flights_changes");
    browser.await("chart", "return document.querySelector('#epochs canvas')");
    browser.back();
    browser.awaitText("main h1", "Updates");
  }

  @Test
  void theWorstRuleComesFirst() throws Exception {
    open("quality");
    browser.awaitText("main", "judgements failed");
    @SuppressWarnings("unchecked")
    List<List<String>> rules =
        (List<List<String>>)
            browser.run(
                "return [...document.querySelectorAll('tbody tr')]"
                    + ".map(row => [...row.cells].map(cell => cell.innerText.trim()))");
    List<Double> shares =
        rules.stream()
            .map(row -> row.get(3).isEmpty() ? 0 : number(row.get(3)) / number(row.get(4)))
            .toList();
    assertEquals(shares.stream().sorted((a, b) -> Double.compare(b, a)).toList(), shares);
    assertTrue(shares.get(0) > 0, rules.toString());
    long broken =
        Tables.texts(table("flights_quarantine"), "_failed_expectations").stream()
            .filter(rule -> rule.contains("known_carrier"))
            .count();
    assertTrue(
        rules.stream()
            .anyMatch(row -> row.get(0).equals("known_carrier") && number(row.get(3)) == broken),
        broken + " in " + rules);
    browser.click("tbody a", "known_carrier");
    browser.awaitText("h2", "known_carrier of flights");
    browser.await("chart", "return document.querySelector('#rule canvas')");
    browser.click("a", "Rows that broke it");
    browser.awaitText("p[role=status]", said(broken) + " refused rows");
  }

  private static double number(String text) {
    return Double.parseDouble(text.replace(",", ""));
  }

  @Test
  void tablesAreSeenAsTheyAreAndWere() throws Exception {
    open("data");
    browser.awaitText("tbody", "flights");
    for (String table : List.of("flights", "flights_quarantine", "network_by_minute")) {
      browser.awaitText("tbody tr", table + "\t");
      String row =
          (String)
              browser.run(
                  "return [...document.querySelectorAll('tbody tr')]"
                      + ".find(row => row.cells[0].innerText === arguments[0]).cells[2].innerText",
                  table);
      assertEquals(said(rows(table)), row, table);
    }
    open("data/flights");
    browser.awaitText("p[role=status]", "100 of " + said(rows("flights")) + " rows");
    browser.type("input[name=where]", "carrier = 'WN' AND distance_miles > 1000");
    browser.click("form button.main");
    browser.awaitText("main", "WN");
    browser.await(
        "rows of WN only",
        "const at = [...document.querySelectorAll('thead th')]"
            + ".findIndex(th => th.innerText === 'carrier');"
            + "return [...document.querySelectorAll('tbody tr')]"
            + ".every(row => row.cells[at].innerText === 'WN')");
    browser.click("thead button", "distance_miles");
    browser.await("order", "return document.querySelector('th[aria-sort=ascending]')");
    assertTrue(browser.address().contains("order=distance_miles"), browser.address());
    open("data/flights?version=0");
    browser.awaitText("p[role=status]", "as of version 0");
    open("data/flights?view=versions");
    browser.await("versions", "return document.querySelectorAll('tbody tr').length > 1");
    open("data/flights?view=changes&version=1");
    browser.awaitText("h2", "rows added");
  }

  @Test
  void aQueryIsTypedAndReadsOnly() throws Exception {
    open("data/sql");
    browser.click("textarea");
    browser.press("SELECT count(*) AS n FROM flights", Keys.chord(Keys.CONTROL, Keys.ENTER));
    browser.awaitText("p[role=status]", "1 row");
    assertEquals(Long.toString(rows("flights")), cells("tbody tr"));
    assertTrue(browser.address().contains("sql=SELECT"), browser.address());
    browser.type("textarea", "DROP TABLE flights");
    browser.click("form button.main");
    browser.awaitText("[role=alert]", "SELECT");
    assertEquals(1, browser.complaints().size(), "the browser tells of the answer 400");
    assertTrue(rows("flights") > 0);
  }

  @Test
  void goldShowsTheFlights() throws Exception {
    open("gold");
    browser.awaitText("main h1", "Flights");
    long flights =
        Tables.rows(table("carrier_performance")).stream()
            .mapToLong(row -> row.getInt64("flights"))
            .sum();
    assertEquals(said(flights), browser.text(".kpi b"));
    browser.await("charts", "return document.querySelectorAll('.chart canvas').length === 4");
  }

  @Test
  void eventsAreFound() throws Exception {
    open("events");
    browser.awaitText("p[role=status]", "found");
    browser.run(
        "document.querySelector('select').value = 'metrics';"
            + "document.querySelector('select').dispatchEvent(new Event('change', {bubbles: true}))");
    browser.awaitText("td", "flow_progress");
    assertTrue(browser.address().contains("level=metrics"), browser.address());
    open("events?dataset=flights_changes&level=metrics");
    browser.awaitText("p[role=status]", "found");
    assertTrue(browser.count("tbody tr") > 0);
  }

  /** Every view by day; what all of a page's views are made of in the dark and on a phone. */
  @Test
  void everyViewIsLegibleForAll() throws Exception {
    Map<String, String> pages = new LinkedHashMap<>(VIEWS);
    pages.keySet().removeIf(view -> view.contains("?") || view.contains("/"));
    for (boolean isDark : new boolean[] {false, true}) {
      browser.prefer(isDark);
      for (Map.Entry<String, String> view : (isDark ? pages : VIEWS).entrySet()) {
        open(view.getKey());
        browser.awaitText("main", view.getValue());
        browser.await(
            "charts",
            "return [...document.querySelectorAll('.chart')]"
                + ".every(each => each.querySelector('canvas'))");
        browser.picture(name(view.getKey()) + (isDark ? "-dark" : "-light"));
        assertEquals(List.of(), browser.barriers(), view.getKey() + (isDark ? " dark" : " light"));
      }
    }
    browser.prefer(false);
    browser.asPhone();
    try {
      for (Map.Entry<String, String> view : pages.entrySet()) {
        open(view.getKey());
        browser.awaitText("main", view.getValue());
        browser.picture(name(view.getKey()) + "-phone");
        assertEquals(0, browser.overflow(), view.getKey());
      }
    } finally {
      browser.asDesktop();
    }
  }

  private static String name(String view) {
    return view.replaceAll("[^a-z0-9]+", "-");
  }

  @Test
  void keysDoWhatTheMouseDoes() throws Exception {
    List<String> titles =
        List.of("Pipeline", "Updates", "Quality", "Quarantine", "Data", "Flights", "Events");
    for (int page = 1; page <= titles.size(); page++) {
      browser.press(Integer.toString(page));
      browser.awaitText("main h1", titles.get(page - 1));
    }
    browser.press("/");
    assertEquals("SELECT", browser.run("return document.activeElement.tagName"));
    browser.press(Keys.TAB);
    browser.press(Keys.TAB);
    browser.press("1");
    assertTrue(browser.address().contains("/events"), "a key that is typed into a field is text");
    open("pipeline");
    browser.press("?");
    browser.await("help", "return document.querySelector('dialog[open]')");
    browser.press(Keys.ESCAPE);
    browser.await("no help", "return !document.querySelector('dialog[open]')");
    for (int tabs = 0; !isOnNode(); tabs++) {
      assertTrue(tabs < 50, "no node of the graph gets the focus");
      browser.press(Keys.TAB);
    }
    String node =
        (String) browser.run("return document.activeElement.querySelector('.name').textContent");
    browser.press(Keys.ENTER);
    browser.awaitText("section h2", node);
    browser.press(Keys.ESCAPE);
    browser.await("no panel", "return !document.querySelector('section h2')");
  }

  private boolean isOnNode() {
    return (Boolean) browser.run("return !!document.activeElement.closest('.graph a')");
  }

  @Test
  void stepsBackGoToTheViewBefore() throws Exception {
    open("pipeline?dataset=flights");
    browser.awaitText("section h2", "flights");
    browser.click("a", "Versions");
    browser.awaitText("main h1", "Data: flights");
    browser.reload();
    browser.awaitText("main h1", "Data: flights");
    browser.back();
    browser.awaitText("section h2", "flights");
  }

  /** The id of an open row that a rule of flights has refused. */
  private String refused(String rule, int index) throws InterruptedException {
    open("quarantine?table=flights&rule=" + rule);
    browser.await("rows", "return document.querySelectorAll('tbody a.mono').length > 1");
    return (String)
        browser.run(
            "return [...document.querySelectorAll('tbody a.mono')]" + "[arguments[0]].innerText",
            index);
  }

  private List<String> log(String id) {
    return logged().stream().filter(entry -> entry.startsWith(id)).toList();
  }

  private List<String> logged() {
    return DeltaTable.at(Place.of(table("quarantine_log"))).latest().isPresent()
        ? Tables.texts(table("quarantine_log"), "id", "outcome", "requested_by", "reason")
        : List.of();
  }

  private void says(String name, String why) {
    browser.type("#by", name);
    browser.type("#reason", why);
  }

  @Test
  void aRowIsCorrectedTriedAndTakenAgainOnce() throws Exception {
    String id = refused("plausible_delay", 0);
    open("quarantine?id=" + id);
    browser.awaitText("section h2", "Row " + id);
    assertTrue(
        browser.count("pre mark") + browser.count("dd mark") > 0, "what has failed is marked");
    browser.click("section button", "Replay");
    browser.awaitText("[role=alert]", "say who asks");
    assertEquals(1, browser.complaints().size(), "the browser tells of the answer 400");
    assertEquals(List.of(), log(id));

    long before = rows("flights_changes");
    for (String column : List.of("departure_delay_minutes", "arrival_delay_minutes")) {
      browser.type("#c-" + column, "12");
    }
    says("Ada", "a typing error");
    browser.click("section button", "Try");
    browser.awaitText(".done", "1 row would be taken");
    assertEquals(before, rows("flights_changes"), "a trial changes nothing");
    assertEquals(List.of(), log(id));

    browser.click("section button", "Replay");
    browser.awaitText("section h2 + .pill", "replayed");
    browser.awaitText("section li", "by Ada");
    assertEquals(List.of(id + "|replayed|Ada|a typing error"), log(id));
    assertEquals(before + 1, rows("flights_changes"));
    open("quarantine?status=replayed");
    browser.awaitText("tbody", id);
  }

  @Test
  void rowsAreDiscardedAndReopened() throws Exception {
    String id = refused("known_carrier", 0);
    open("quarantine?id=" + id);
    browser.awaitText("section h2", "Row " + id);
    says("Bo", "a test flight");
    browser.click("section button", "Discard");
    browser.awaitText("section h2 + .pill", "discarded");
    assertEquals(List.of(id + "|discarded|Bo|a test flight"), log(id));
    says("Cy", "it was none");
    browser.click("section button", "Reopen");
    browser.awaitText("section h2 + .pill", "open");
    assertEquals(2, log(id).size(), log(id).toString());
    assertTrue(log(id).stream().anyMatch(entry -> entry.endsWith("|Cy|it was none")));
  }

  @Test
  void whoOnlyLooksHasNothingToDecideWith() throws Exception {
    String id = refused("different_airports", 0);
    browser.run("window.kept = sessionStorage.getItem('lakebeam-token'); sessionStorage.clear()");
    browser.reload();
    try {
      open("quarantine?id=" + id);
      browser.awaitText("section h2", "Row " + id);
      assertEquals(0, browser.count("section button, input[type=checkbox], #by"));
      assertEquals(0, browser.count("details.card"));
      browser.awaitText(".side", "viewer");
    } finally {
      browser.go("about:blank");
      browser.go(server.address(TOKEN));
      browser.awaitText(".side", "operator");
    }
  }

  @Test
  void whenTheConsoleIsAwayThePageSaysSoAndRecovers() throws Exception {
    int port = server.port();
    server.close();
    browser.awaitText("[role=alert]", "does not answer");
    browser.picture("away");
    server = serve(port, Optional.of(TOKEN));
    browser.await("recovery", "return !document.querySelector('[role=alert]')");
    browser.press("2");
    browser.awaitText("main", "completed");
    browser.complaints(); // of the time without
  }

  @Test
  void aLongListStaysUsable() throws Exception {
    open("data/flights?limit=10000");
    browser.await("rows", "return document.querySelectorAll('tbody tr').length === 10000");
    browser.press("5");
    browser.awaitText("main h1", "Data");
    browser.awaitText("tbody", "carrier_performance");
  }
}
