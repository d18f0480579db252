package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.TestingConsole;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.epoch.EpochResult;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rows that were refused and are put back: each once, whatever happens meanwhile. */
class QuarantineReplayIT {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .nodeFactory(JsonNodeFactory.withExactBigDecimals(true))
          .build();

  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        feed:
          files: "in/*.json"
          format: json
          schema: "id BIGINT NOT NULL, tags ARRAY<STRING>, amount INT"
      datasets:
        bronze: {streaming_table: {from: feed}}
        silver:
          streaming_table: {sql: "SELECT id, EXPLODE(tags) AS tag, amount FROM bronze"}
          expect:
            small: {expect: "amount < 100", on_violation: quarantine}
            known_tag: {expect: "tag IN ('a', 'b')", on_violation: quarantine}
        gold:
          streaming_table: {sql: "SELECT tag, amount FROM silver"}
          expect:
            positive: {expect: "amount > 0", on_violation: quarantine}
        latest:
          streaming_table:
            sql: SELECT id, amount FROM bronze
            upsert: {keys: [id], sequence_by: amount}
          expect:
            odd: {expect: "amount % 2 = 1", on_violation: quarantine}
        totals:
          materialized_view:
            sql: SELECT tag, COUNT(*) AS n, SUM(amount) AS total FROM silver GROUP BY tag
      """;

  @TempDir Path dir;
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeEach
  void run() {
    project = new TestingPipeline(dir).yaml(PIPELINE);
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    project.land(
        "1.json",
        """
        {"id":1,"tags":["a","x","x"],"amount":5}
        {"id":2,"tags":["b"],"amount":500}
        {"id":"3","tags":["a"],"amount":7}
        not, "json"
        {"id":4,"tags":["y"],"amount":9}
        """);
    type("run", "p");
    assertEquals(List.of("1|a|5"), silver());
  }

  private String type(String... command) {
    assertEquals(0, console.type(command), () -> String.join(" ", command) + ": " + console.err());
    return console.out();
  }

  private String quarantine(String... options) {
    return type(
        Stream.concat(Stream.of("quarantine", options[0], "p"), Stream.of(options).skip(1))
            .toArray(String[]::new));
  }

  private List<String> silver() {
    return rows("silver", "id", "tag", "amount");
  }

  private List<String> rows(String table, String... columns) {
    return Tables.texts(project.table(table), columns).stream().sorted().toList();
  }

  private List<JsonNode> list(String... options) {
    String[] all =
        Stream.concat(Stream.of("list", "--output", "json"), Stream.of(options))
            .toArray(String[]::new);
    List<JsonNode> rows = new ArrayList<>();
    for (String line : quarantine(all).lines().toList()) {
      try {
        rows.add(JSON.readTree(line));
      } catch (IOException e) {
        throw new IllegalStateException(line, e);
      }
    }
    return rows;
  }

  private List<String> states(String... options) {
    return list(options).stream()
        .map(row -> row.path("_table").asText() + " " + row.path("_status").asText())
        .sorted()
        .toList();
  }

  private String id(String... options) {
    List<JsonNode> rows = list(options);
    assertEquals(1, rows.size());
    return rows.get(0).path("_id").asText();
  }

  private void edit(String from, String to, UnaryOperator<ObjectNode> change) throws IOException {
    List<String> lines = new ArrayList<>();
    for (String line : Files.readAllLines(dir.resolve(from))) {
      lines.add(change.apply((ObjectNode) JSON.readTree(line)).toString());
    }
    Files.write(dir.resolve(to), lines);
  }

  @Test
  void aTryChangesNothing() {
    String told = quarantine("replay", "--table", "silver", "--correct", "tag=a");
    assertEquals(
        List.of("silver 3 taken", "silver 1 refused again", "1 small"),
        told.lines().skip(1).map(line -> line.strip().replaceAll(" +", " ")).toList());
    assertTrue(console.err().contains("nothing is done yet: add --yes"), console.err());
    assertEquals(List.of("1|a|5"), silver());
    assertEquals(4, states("--table", "silver", "--status", "open").size());
    assertFalse(Files.exists(dir.resolve("lake/quarantine_log")));
  }

  @Test
  void rowsGoThroughTheRulesOfTodayOnceInAllTablesBelow() {
    // The second row of a record is another one by now: what was refused counts.
    project.yaml(
        PIPELINE
            .replace("('a', 'b')", "('a', 'b', 'x')")
            .replace("EXPLODE(tags)", "EXPLODE(REVERSE(tags))"));
    assertEquals("2 rows taken\n2 rows refused again\n", replay("--table", "silver"));
    // Two equal rows of one record are two, and nothing comes twice.
    assertEquals(List.of("1|a|5", "1|x|5", "1|x|5"), silver());
    assertEquals(List.of("a|5", "x|5", "x|5"), rows("gold", "tag", "amount"));
    assertEquals(List.of("a|1|5", "x|2|10"), rows("totals", "tag", "n", "total"));
    assertEquals(
        List.of(
            "silver failed again",
            "silver failed again",
            "silver open",
            "silver open",
            "silver replayed",
            "silver replayed"),
        states("--table", "silver"));
    List<String> positions = rows("silver", "_position");
    assertEquals(3, Set.copyOf(positions).size(), positions.toString());

    // What is refused again waits, as rows of their own; nothing else does.
    assertEquals("2 rows refused again\n", replay("--table", "silver"));
    type("run", "p");
    assertEquals(3, silver().size());
    assertEquals(
        List.of("1|replay|failed_again", "1|replay|replayed", "2|replay|failed_again"),
        rows("quarantine_log", "request", "action", "outcome").stream().distinct().toList());
  }

  private String replay(String... options) {
    return quarantine(
        Stream.of(new String[] {"replay"}, options, new String[] {"--yes", "--by", "me"})
            .flatMap(Stream::of)
            .toArray(String[]::new));
  }

  @Test
  void aRecordIsCorrectedInAnExportAndReachesAllTablesThatLackIt() throws IOException {
    quarantine("export", "--table", "bronze", "--to", "refused.jsonl");
    edit(
        "refused.jsonl",
        "corrected.jsonl",
        row ->
            row.put(
                "_raw",
                row.path("_raw").asText().startsWith("not")
                    ? "{\"id\":5,\"tags\":[\"b\",\"z\"],\"amount\":3}"
                    : row.path("_raw").asText().replace("\"3\"", "3")));
    assertEquals("2 rows taken\n", replay("--from", "corrected.jsonl", "--reason", "typing"));
    assertEquals(List.of("1|5", "2|500", "3|7", "4|9", "5|3"), rows("bronze", "id", "amount"));
    assertEquals(List.of("1|a|5", "3|a|7", "5|b|3"), silver());
    assertEquals(List.of("a|2|12", "b|1|3"), rows("totals", "tag", "n", "total"));
    assertEquals(
        List.of("1|5", "3|7", "4|9", "5|3"), rows("latest", "id", "amount"), "as its rule says");
    assertEquals(
        List.of("me|typing"), rows("quarantine_log", "requested_by", "reason").subList(0, 1));
    assertEquals(
        List.of("user_action|me asks to replay 2 refused rows of bronze (request 1): typing"),
        rows("event_log", "event_type", "message").stream()
            .filter(event -> event.startsWith("user_action"))
            .toList());
    try (Stream<Path> rows = Files.list(dir.resolve("lake/_lakebeam/p/review/rows"))) {
      assertEquals(List.of(), rows.filter(file -> !file.toString().endsWith(".crc")).toList());
    }
    // A row of silver that was refused below is a row of its quarantine as any other.
    assertEquals(5, states("--table", "silver", "--status", "open").size());
    assertEquals("no open row is meant; 2 others that are not open\n", replay("--table", "bronze"));
  }

  @Test
  void aColumnIsCorrectedInACsvFile() throws IOException {
    quarantine("export", "--table", "silver", "--rule", "small", "--to", "refused.csv");
    List<String> lines = Files.readAllLines(dir.resolve("refused.csv"));
    assertEquals(2, lines.size());
    Files.write(
        dir.resolve("corrected.csv"), List.of(lines.get(0), lines.get(1).replace(",500,", ",50,")));
    String told = quarantine("replay", "--from", "corrected.csv");
    assertTrue(told.contains("taken"), told);
    assertTrue(console.err().contains("amount corrected in 1 row"), console.err());
    replay("--from", "corrected.csv");
    assertEquals(List.of("1|a|5", "2|b|50"), silver());
    assertEquals(List.of("{\"amount\":50}"), rows("quarantine_log", "correction"));
  }

  @Test
  void aWrongFileIsToldAndNothingIsDone() throws IOException {
    quarantine("export", "--table", "silver", "--to", "refused.jsonl");
    List<String> lines = Files.readAllLines(dir.resolve("refused.jsonl"));
    refused(List.of(lines.get(0), lines.get(0)), "edited.jsonl:2: the row ");
    refused(List.of(lines.get(0).replaceAll("\"_id\":\"[^\"]*\"", "\"_id\":\"0\"")), "id 0");
    refused(List.of(lines.get(0).replaceAll("\"_id\":\"[^\"]*\",", "")), "edited.jsonl:1: no _id");
    refused(List.of(lines.get(0).replace("\"amount\"", "\"amonut\"")), "did you mean amount?");
    refused(List.of(lines.get(0).replaceAll("\"amount\":\\d+", "\"amount\":\"many\"")), "amount");
    refused(List.of(lines.get(0).replaceAll("\"_position\":\"", "\"_position\":\"x")), "_position");
    refused(List.of("{"), "edited.jsonl:1: broken JSON");
    assertFalse(Files.exists(dir.resolve("lake/quarantine_log")));
  }

  private void refused(List<String> lines, String told) throws IOException {
    Files.write(dir.resolve("edited.jsonl"), lines);
    assertEquals(2, console.type("quarantine", "replay", "p", "--from", "edited.jsonl", "--yes"));
    assertTrue(console.err().contains(told), console.err());
  }

  /** As somebody leaves it who dies behind the request. */
  @Test
  void whatTheLogIsStillToGetIsNotVacuumed() throws IOException {
    String id = id("--rule", "small");
    quarantine("discard", id, "--reason", "a test", "--yes");
    Path lake = dir.resolve("copied");
    KilledRun.copy(dir.resolve("lake"), lake, 1, List.of("quarantine_log"));
    try (Stream<Path> files = Files.list(lake.resolve("quarantine_log"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
      }
    }
    type("vacuum", "p", "--lake", lake.toString());
    quarantine("reopen", id, "--yes", "--lake", lake.toString());
    assertEquals(
        List.of("1|discarded", "2|reopened"),
        Tables.texts(lake.resolve("quarantine_log").toString(), "request", "outcome").stream()
            .sorted()
            .toList());
  }

  @Test
  void anOldRowDoesNotWinOverANewerOne() {
    assertEquals(List.of("1|5", "4|9"), rows("latest", "id", "amount"));
    project.land("2.json", "{\"id\":2,\"tags\":[],\"amount\":501}\n");
    type("run", "p");
    assertEquals(List.of("1|5", "2|501", "4|9"), rows("latest", "id", "amount"));
    replay("--table", "latest", "--correct", "amount=499");
    assertEquals(List.of("1|5", "2|501", "4|9"), rows("latest", "id", "amount"));
    assertEquals(List.of("latest replayed"), states("--table", "latest"));
  }

  @Test
  void whatIsDiscardedIsNotPutBackBeforeItIsReopened() {
    String id = id("--rule", "small");
    assertEquals(2, console.type("quarantine", "discard", "p", id, "--yes"), "without a reason");
    assertEquals("1 row would be discarded\n", quarantine("discard", id, "--reason", "a test"));
    assertEquals("1 row discarded\n", quarantine("discard", id, "--reason", "a test", "--yes"));
    assertEquals(List.of("silver discarded"), states("--rule", "small"));
    assertEquals(
        "0 rows discarded; 1 other is not open\n",
        quarantine("discard", id, "--reason", "again", "--yes"));
    String[] back = {id, "--correct", "amount=1"};
    assertEquals("no open row is meant; 1 other that is not open\n", replay(back));
    assertEquals("1 row reopened\n", quarantine("reopen", id, "--yes"));
    assertEquals(List.of("silver open"), states("--rule", "small"));
    assertEquals("1 row taken\n", replay(back));
    assertEquals(List.of("1|a|5", "2|b|1"), silver());
    assertEquals(
        "0 rows reopened; 1 other is not to be reopened\n", quarantine("reopen", id, "--yes"));
    String shown = quarantine("show", id);
    assertTrue(shown.contains("status    replayed"), shown);
    assertTrue(shown.contains("a test"), shown);
  }

  @Test
  void whoeverDiesBetweenItsCommitsGoesOnWithThem() throws IOException {
    replay("--table", "silver", "--correct", "tag=a", "--correct", "amount=1");
    List<String> whole = silver();
    assertEquals(List.of("1|a|1", "1|a|1", "1|a|5", "2|a|1", "4|a|1"), whole);
    List<String> commits = List.of("event_log", "totals", "gold", "silver", "quarantine_log");
    for (int i = 0; i <= commits.size(); i++) {
      Path lake = dir.resolve("killed-" + i);
      KilledRun.copy(dir.resolve("lake"), lake, 2, commits.subList(0, i));
      type("run", "p", "--lake", lake.toString(), "--runner", i == 3 ? "spark" : "direct");
      for (String table : commits) {
        if (!table.equals("event_log")) {
          assertEquals(
              texts(dir.resolve("lake"), table), texts(lake, table), table + " without " + i);
        }
      }
    }
  }

  @Test
  void aRunThatIsUnderWayTakesThemUpAndGoesOn() throws Exception {
    LinkedBlockingQueue<EpochResult> results = new LinkedBlockingQueue<>();
    Update update =
        TestingUpdates.of(
            project.compile(),
            new UpdateListener() {
              @Override
              public void done(EpochResult result, long millis) {
                results.add(result);
              }
            });
    CompletableFuture<Void> running =
        CompletableFuture.runAsync(() -> update.run(Update.Mode.CONTINUOUS));
    try {
      project.land("2.json", "{\"id\":6,\"tags\":[\"a\"],\"amount\":3}\n");
      assertEquals(2, TestingUpdates.next(results, running).number());
      String told = replay("--table", "silver", "--correct", "tag=b", "--correct", "amount=2");
      assertEquals("4 rows taken\n", told);
      assertTrue(console.err().contains("a run is under way"), console.err());
      assertEquals(3, TestingUpdates.next(results, running).number());
      project.land("3.json", "{\"id\":7,\"tags\":[\"a\"],\"amount\":4}\n");
      assertEquals(4, TestingUpdates.next(results, running).number());
    } finally {
      update.stop();
    }
    running.get(1, TimeUnit.MINUTES);
    assertEquals(List.of("1|a|5", "1|b|2", "1|b|2", "2|b|2", "4|b|2", "6|a|3", "7|a|4"), silver());
    assertEquals(List.of("a|3|12", "b|4|8"), rows("totals", "tag", "n", "total"));
  }

  @Test
  void whatIsAskedForMayBeLeftToTheNextRun() {
    assertEquals("", replay("--table", "silver", "--correct", "tag=a", "--no-wait"));
    assertEquals(4, states("--table", "silver", "--status", "replaying").size());
    assertEquals(3, console.type("plan", "p"), console.err());
    assertTrue(console.out().contains("4 refused rows are to be taken again"), console.out());
    assertEquals(
        "0 rows would be discarded; 4 others are not open\n",
        quarantine("discard", "--table", "silver", "--reason", "no"));
    type("run", "p");
    assertEquals(List.of("1|a|5", "1|a|5", "1|a|5", "4|a|9"), silver());
    assertEquals(1, states("--table", "silver", "--status", "open").size());
    assertEquals(0, console.type("plan", "p"), console.out());
  }

  /** Rows that are refused are others then, and rows that are not are in the table. */
  @Test
  void aRequestIsVoidForATableThatIsComputedAnewBeforeItIsTakenUp() throws IOException {
    replay("--table", "silver", "--no-wait");
    // Also of another type, which a request cannot know.
    project.yaml(
        PIPELINE
            .replace("('a', 'b')", "('a', 'b', 'x')")
            .replace(
                "EXPLODE(tags) AS tag, amount",
                "EXPLODE(tags) AS tag, CAST(amount AS BIGINT) AS amount"));
    type("run", "p", "--full-refresh", "silver");
    assertEquals(List.of("1|a|5", "1|x|5", "1|x|5"), silver());
    type("run", "p");
    assertEquals(List.of("1|a|5", "1|x|5", "1|x|5"), silver());
    assertEquals(2, states("--table", "silver", "--status", "open").size());
    assertEquals(2, states("--table", "silver").size());
    try (Stream<Path> rows = Files.list(dir.resolve("lake/_lakebeam/p/review/rows"))) {
      assertTrue(rows.count() <= 2);
    }
    assertEquals("2 rows refused again\n", replay("--table", "silver"));
    try (Stream<Path> rows = Files.list(dir.resolve("lake/_lakebeam/p/review/rows"))) {
      assertEquals(List.of(), rows.toList());
    }
  }

  @Test
  void whatIsNotCorrectedKeepsItsDigits() throws IOException {
    project.yaml(
        PIPELINE
            .replace("amount INT\"", "amount INT, price DECIMAL(20,2), d DOUBLE\"")
            .replace("tag, amount FROM bronze", "tag, amount, price, d FROM bronze"));
    project.land(
        "2.json",
        """
        {"id":"x","tags":["a"],"amount":1,"price":123456789012345678.91,"d":100.0}
        {"id":9,"tags":["a"],"amount":999,"price":123456789012345678.91,"d":100.0}
        """);
    type("run", "p");
    String record = id("--table", "bronze", "--error", "\"x\"");
    assertEquals("1 row taken\n", replay(record, "--correct", "id=8"));
    String row = id("--table", "silver", "--where", "id = 9");
    assertEquals(2, console.type("quarantine", "replay", "p", row, "--correct", "amount=1 000"));
    assertTrue(console.err().contains("amount: expected INT"), console.err());
    assertEquals(2, console.type("quarantine", "replay", "p", row, "--correct", "amount="));
    quarantine("export", "--table", "silver", "--where", "id = 9", "--to", "plain.jsonl");
    quarantine("replay", "--from", "plain.jsonl");
    assertTrue(console.err().contains("plain.jsonl corrects nothing"), console.err());
    edit("plain.jsonl", "edited.jsonl", each -> each.put("amount", 2));
    assertEquals("1 row taken\n", replay("--from", "edited.jsonl"));
    assertEquals(
        "no open row is meant; 1 other that is not open\n", replay("--from", "edited.jsonl"));
    assertFalse(console.err().contains("corrects nothing"), console.err());
    assertEquals(
        List.of("8|123456789012345678.91|100.0", "9|123456789012345678.91|100.0"),
        rows("silver", "id", "price", "d").stream()
            .filter(each -> each.matches("[89].*"))
            .toList());
    assertEquals(
        List.of("{\"_raw\":\"another record\"}", "{\"amount\":2}"),
        rows("quarantine_log", "correction"));
  }

  private static List<String> texts(Path lake, String table) {
    String path = lake.resolve(table).toString();
    String[] columns =
        Tables.latest(path).schema().names().stream()
            .filter(name -> !name.equals("_position"))
            .toArray(String[]::new);
    return Tables.texts(path, columns).stream().sorted().toList();
  }
}
