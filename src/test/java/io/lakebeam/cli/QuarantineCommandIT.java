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
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** What was refused, as whoever reviews it sees it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class QuarantineCommandIT {
  private static final ObjectMapper JSON = new ObjectMapper();
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
        latest:
          streaming_table:
            sql: SELECT id, amount FROM bronze
            upsert: {keys: [id], sequence_by: amount}
      """;

  @TempDir static Path dir;
  private TestingConsole console;

  @BeforeAll
  void run() throws IOException {
    TestingPipeline project = new TestingPipeline(dir).yaml(PIPELINE);
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    project.land(
        "1.json",
        """
        {"id":1,"tags":["a","x","x"],"amount":5}
        {"id":2,"tags":["y"],"amount":500}
        {"id":"oops","amount":7}
        not, "json"
        {"id":4,"tags":["a"],"amount":null}
        """);
    assertEquals(0, console.type("run", "p"), console.err());
    Files.write(dir.resolve("in/2.json"), new byte[] {'{', (byte) 0xff, '}', '\n'});
    assertEquals(0, console.type("run", "p"), console.err());
  }

  private List<JsonNode> list(String... options) throws IOException {
    String[] command =
        Stream.of(new String[] {"quarantine", "list", "p", "--output", "json"}, options)
            .flatMap(Stream::of)
            .toArray(String[]::new);
    assertEquals(0, console.type(command), console.err());
    List<JsonNode> rows = new ArrayList<>();
    for (String line : console.out().lines().toList()) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  private List<String> words(String... options) throws IOException {
    return list(options).stream()
        .map(row -> row.path("_table").asText() + " " + row.path("id").asText())
        .sorted()
        .toList();
  }

  @Test
  void aSummaryCountsReasonsOfEachTable() throws IOException {
    assertEquals(0, console.type("quarantine", "summary", "p"), console.err());
    assertEquals("8 refused rows\n", console.err());
    List<String> lines =
        console
            .out()
            .lines()
            .map(line -> line.replaceAll(" +", " "))
            .map(line -> line.replaceAll(" \\S+Z [·█]+$", ""))
            .toList();
    assertTrue(lines.get(0).startsWith("table why"), lines.get(0));
    assertEquals(
        List.of(
            "bronze broken JSON 1 1",
            "bronze column id: expected BIGINT 1 1",
            "bronze invalid UTF-8 1 1",
            "silver known_tag 3 3",
            "silver small 2 2",
            "latest sequence_is_known 1 1"),
        lines.subList(1, lines.size()));
    assertEquals(0, console.type("quarantine", "summary", "p", "--output", "json"));
    JsonNode known = JSON.readTree(console.out()).get(3);
    assertEquals("known_tag", known.path("expectation").asText());
    assertEquals(3, known.path("days").elements().next().asInt());
  }

  @Test
  void rowsAreFoundByWhatIsKnownOfThem() throws IOException {
    List<JsonNode> all = list();
    assertEquals(8, all.size());
    Set<String> ids = new HashSet<>();
    all.forEach(row -> ids.add(row.path("_id").asText()));
    assertEquals(8, ids.size(), "two equal rows of one record are two");
    assertEquals(all, list(), "ids and order are the same each time");

    assertEquals(List.of("silver 2", "silver 4"), words("--rule", "small"));
    assertEquals(
        List.of("silver 2"), words("--rule", "small", "--where", "tag = 'y'", "--table", "silver"));
    assertEquals(List.of("bronze null"), words("--epoch", "2"));
    assertEquals(List.of("bronze null"), words("--error", "UTF"));
    assertEquals(List.of("latest 4"), words("--table", "latest"));
    assertEquals(8, list("--source", "feed", "--since", "1h").size());
    assertEquals(0, list("--until", "2026-01-01").size());
    assertEquals(1, list("--position", dir.resolve("in/2.json").toString()).size());
    assertEquals("0 refused rows\n", said("--source", "other"));
    assertEquals("8 refused rows, the newest 3:\n", said("--limit", "3"));
  }

  private String said(String... options) throws IOException {
    list(options);
    return console.err();
  }

  @Test
  void aRowIsShownWithTheValuesThatItsRulesSaw() throws IOException {
    String id =
        list("--rule", "small", "--where", "id = 2", "--table", "silver")
            .get(0)
            .path("_id")
            .asText();
    assertEquals(0, console.type("quarantine", "show", "p", id.substring(0, 7)), console.err());
    String shown = console.out().replaceAll("when +[^,]+", "when TIME");
    assertEquals(
        """
        row       %s, refused by silver
        when TIME, in epoch 1
        record    %s:2 of feed
        status    open
        breaks    small: amount < 100
                    amount  500
        breaks    known_tag: tag IN ('a', 'b')
                    tag  y

        id      2
        tag     y
        amount  500

        {
          "id" : 2,
          "tags" : [ "y" ],
          "amount" : 500
        }
        """
            .formatted(id, dir.resolve("in/1.json")),
        shown);

    id = list("--epoch", "2").get(0).path("_id").asText();
    assertEquals(0, console.type("quarantine", "show", "p", id), console.err());
    assertTrue(console.out().contains("error     invalid UTF-8 at byte 1"), console.out());
    assertTrue(console.out().contains("\n00000000  7b ff 7d"), console.out());

    assertEquals(1, console.type("quarantine", "show", "p", "zzz"));
    assertTrue(console.err().startsWith("error: no refused row has an id"), console.err());
  }

  @Test
  void rowsAreWrittenToANewFile() throws IOException {
    assertEquals(
        0,
        console.type("quarantine", "export", "p", "--table", "silver", "--to", "refused.csv"),
        console.err());
    assertEquals("4 refused rows written to refused.csv\n", console.err());
    List<String> lines = Files.readAllLines(dir.resolve("refused.csv"));
    assertEquals(5, lines.size());
    assertTrue(lines.get(0).startsWith("_id,_table,id,tag,amount,_source,"), lines.get(0));
    assertTrue(
        lines.stream().anyMatch(line -> line.contains(",\"[\"\"small\"\",\"\"known_tag\"\"]\",")),
        lines.toString());

    assertEquals(
        2, console.type("quarantine", "export", "p", "--table", "silver", "--to", "refused.csv"));
    assertTrue(console.err().contains("refused.csv is there already"), console.err());
    assertEquals(2, console.type("quarantine", "export", "p", "--to", "all.csv"));
    assertTrue(console.err().contains("name it with --table"), console.err());

    assertEquals(0, console.type("quarantine", "export", "p", "--to", "all.jsonl"));
    List<String> objects = Files.readAllLines(dir.resolve("all.jsonl"));
    assertEquals(8, objects.size());
    assertTrue(
        objects.stream().anyMatch(line -> line.contains("\"_raw\":\"not, \\\"json\\\"\"")),
        objects.toString());
  }

  @Test
  void whatIsNotThereIsToldWithItsNeighbours() {
    assertEquals(2, console.type("quarantine", "list", "p", "--table", "silber"));
    assertTrue(console.err().contains("did you mean silver?"), console.err());
    assertEquals(2, console.type("quarantine", "list", "p", "--since", "yesterday"));
    assertTrue(console.err().contains("'yesterday' is no time"), console.err());
    assertEquals(2, console.type("quarantine", "list", "p", "--where", "tag = 'y'"));
    assertTrue(console.err().contains("name it with --table"), console.err());
    assertEquals(
        2, console.type("quarantine", "list", "p", "--table", "silver", "--where", "tga = 'y'"));
    assertTrue(console.err().contains("tga"), console.err());
    for (String command : List.of("summary", "list")) {
      assertEquals(1, console.type("quarantine", command, "p", "--lake", "none"));
      assertTrue(console.err().startsWith("error: there is no Delta table at "), console.err());
    }
    assertFalse(Files.exists(dir.resolve("none")), "looking makes nothing");
    String[] export = {
      "quarantine", "export", "p", "--table", "silver", "--where", "tga = 1", "--to", "half.csv"
    };
    assertEquals(2, console.type(export));
    assertFalse(Files.exists(dir.resolve("half.csv")), "no half of a file is left");
    assertEquals(0, console.type("quarantine"));
    assertTrue(console.out().contains("summary"), console.out());
  }
}
