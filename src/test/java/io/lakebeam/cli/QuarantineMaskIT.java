package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Masked values are in no output, and come through an edited export as they were. */
class QuarantineMaskIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PIPELINE =
      """
      pipeline: p
      quarantine: {mask: [passenger]}
      sources:
        feed:
          files: "in/*.json"
          format: json
          schema: "id BIGINT NOT NULL, passenger STRING, seat INT,
            contact STRUCT<passenger: STRING, city: STRING>"
        list: {files: "in/*.csv", format: csv, schema: "id BIGINT, passenger STRING, seat INT"}
      datasets:
        bronze:
          streaming_table: {from: feed}
          expect:
            small: {expect: "seat < 100", on_violation: quarantine}
            number: {expect: "seat <> 7 OR CAST(passenger AS INT) > 1", on_violation: quarantine}
        silver:
          streaming_table: {sql: "SELECT id, UPPER(passenger) AS who FROM bronze"}
          expect:
            known: {expect: "who IN ('X')", on_violation: quarantine}
        lists:
          streaming_table: {from: list}
          expect:
            small: {expect: "seat < 100", on_violation: quarantine}
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
        {"id":1,"passenger":"Zora Zimt","seat":7}
        {"id":2,"passenger":"Zora Zimt","seat":500,"contact":{"passenger":"Zora","city":"Ulm"}}
        {"id":3,"passenger":47114711,"seat":5}
        broken, Zora Zimt
        {"id":6,"passenger":"Zora Zimt","seat":600,"more":{"passenger":"Zora"}}
        {"id":8,"passenger":"Zora Zimt","seat":8}
        """);
    project.land(
        "2.json", "{\"passenger\":\"Zora\u00ff\"}\n".getBytes(StandardCharsets.ISO_8859_1));
    project.land("1.csv", "id,passenger,seat\n10,Zora Zimt,500\n11,Zora Zimt,many\n");
    type("run", "p");
  }

  /** What is printed; a masked value in it fails the test. */
  private String type(String... command) {
    assertEquals(0, console.type(command), () -> String.join(" ", command) + ": " + console.err());
    assertHidden(String.join(" ", command), console.out() + console.err());
    return console.out();
  }

  private static void assertHidden(String what, String text) {
    String small = text.toLowerCase(Locale.ROOT);
    for (String secret : List.of("zora", "zimt", "4711", "5a6f7261", "5a 6f 72 61", "wm9yy")) {
      assertFalse(small.contains(secret), () -> what + " shows " + secret + ":\n" + text);
    }
  }

  private String quarantine(String command, String... options) {
    return type(
        Stream.concat(Stream.of("quarantine", command, "p"), Stream.of(options))
            .toArray(String[]::new));
  }

  private List<JsonNode> rows(String text) throws IOException {
    List<JsonNode> rows = new ArrayList<>();
    for (String line : text.lines().toList()) {
      rows.add(JSON.readTree(line));
    }
    return rows;
  }

  @Test
  void noOutputHasAMaskedValue() throws IOException {
    List<JsonNode> rows = rows(quarantine("list", "--output", "json"));
    assertEquals(9, rows.size());
    quarantine("list");
    quarantine("list", "--table", "bronze", "--where", "CAST(passenger AS INT) > 1");
    quarantine("summary");
    quarantine("summary", "--output", "json");
    for (JsonNode row : rows) {
      quarantine("show", row.path("_id").asText());
      quarantine("show", row.path("_id").asText(), "--output", "json");
    }
    for (String table : List.of("bronze", "silver", "lists")) {
      for (String end : List.of(".csv", ".jsonl")) {
        quarantine("export", "--table", table, "--to", table + end);
        assertHidden(table + end, Files.readString(dir.resolve(table + end)));
      }
      type("show", "p." + table + "_quarantine");
      type("show", "p." + table + "_quarantine", "--output", "json");
      type("show", "p." + table + "_quarantine", "--columns", "_error,_raw,_raw_bytes");
    }
    type("show", "p.bronze_quarantine", "--where", "CAST(passenger AS INT) > 1");
    type("status", "p");
    type("status", "p", "--output", "json");
    type("events", "p");
    quarantine("replay");
    quarantine("replay", "--output", "json");
    // What somebody corrects is a value as well.
    quarantine("replay", "--rule", "small", "--correct", "passenger=Zora", "--yes");
    assertTrue(
        Tables.texts(project.table("quarantine_log"), "correction").toString().contains("Zora"));
    List<String> histories = new ArrayList<>();
    for (JsonNode row : rows(quarantine("list", "--rule", "small", "--output", "json"))) {
      histories.add(quarantine("show", row.path("_id").asText()));
      histories.add(quarantine("show", row.path("_id").asText(), "--output", "json"));
    }
    String history = String.join("", histories);
    assertTrue(history.contains("with {\"passenger\":\"***\"}: small"), history);
    assertTrue(history.contains("{\\\"passenger\\\":\\\"***\\\"}"), history);

    // The rest of a record of JSON stays legible; of a condition, the values that it saw are
    // masked.
    JsonNode second = row(rows, 2);
    assertEquals(
        "{\"id\":2,\"passenger\":\"***\",\"seat\":500,\"contact\":{\"passenger\":\"***\",\"city\":\"Ulm\"}}",
        second.path("_raw").asText());
    assertEquals("Ulm", second.path("contact").path("city").asText());
    assertEquals("***", second.path("contact").path("passenger").asText());
    assertEquals("***", row(rows, 8).path("who").asText());
    assertEquals("***", row(rows, 10).path("_raw").asText());
    String shown = quarantine("show", row(rows, 1).path("_id").asText());
    assertTrue(shown.contains("passenger  ***"), shown);
    assertTrue(shown.contains("error     rule number: [CAST_INVALID_INPUT] …"), shown);
  }

  private static JsonNode row(List<JsonNode> rows, int id) {
    return rows.stream().filter(row -> row.path("id").asInt() == id).findFirst().orElseThrow();
  }

  @Test
  void unmaskShowsThem() throws IOException {
    String id = row(rows(quarantine("list", "--output", "json")), 1).path("_id").asText();
    for (String[] command :
        List.of(
            new String[] {"quarantine", "list", "p", "--unmask"},
            new String[] {"quarantine", "show", "p", id, "--unmask"},
            new String[] {"show", "p.silver_quarantine", "--unmask"},
            new String[] {"show", project.table("silver_quarantine")},
            new String[] {"sql", "p", "SELECT who FROM silver_quarantine"})) {
      assertEquals(0, console.type(command), console.err());
      assertTrue(console.out().toLowerCase(Locale.ROOT).contains("zora zimt"), console.out());
    }
  }

  private void edit(String from, String to, UnaryOperator<ObjectNode> change) throws IOException {
    List<String> lines = new ArrayList<>();
    for (JsonNode row : rows(Files.readString(dir.resolve(from)))) {
      lines.add(change.apply((ObjectNode) row).toString());
    }
    Files.write(dir.resolve(to), lines);
  }

  private List<String> stored(String table, String... columns) {
    return Tables.texts(project.table(table), columns).stream()
        .map(row -> row.replaceAll("\\s*\\n\\s*", ""))
        .sorted()
        .toList();
  }

  @Test
  void anEditedExportKeepsWhatItDoesNotShow() throws IOException {
    quarantine("export", "--table", "bronze", "--to", "masked.jsonl");
    edit(
        "masked.jsonl",
        "corrected.jsonl",
        row -> {
          int id = row.path("id").asInt();
          if (id == 2) {
            row.put("seat", 50);
            ((ObjectNode) row.path("contact")).put("city", "Bonn");
          } else if (id == 6) {
            row.put("seat", 60).put("passenger", "Cy");
          } else if (id == 1) {
            row.put("seat", 70);
          } else if (row.path("_raw").asText().contains("\"id\":3")) {
            row.put("_raw", row.path("_raw").asText().replace("\"seat\":5", "\"seat\":55"));
          } else if (row.path("_position").asText().endsWith(":4")) {
            row.put("_raw", "{\"id\":4,\"passenger\":\"Bob\",\"seat\":4}");
          }
          return row;
        });
    quarantine("replay", "--from", "corrected.jsonl");
    assertTrue(console.err().contains("_raw corrected in 2 rows"), console.err());
    assertFalse(console.err().contains("_rescued corrected"), console.err());
    quarantine("replay", "--from", "corrected.jsonl", "--yes");
    assertEquals(
        List.of(
            "1|Zora Zimt|70|null",
            "2|Zora Zimt|50|{passenger: \"Zora\",city: \"Bonn\"}",
            "4|Bob|4|null",
            "6|Cy|60|null",
            "8|Zora Zimt|8|null"),
        stored("bronze", "id", "passenger", "seat", "contact"));
    assertFalse(stored("bronze", "_raw").toString().contains("***"));
    assertFalse(stored("bronze_quarantine", "_raw").toString().contains("***"));
    assertFalse(stored("quarantine_log", "correction").toString().contains("***"));
    // The record whose passenger is no text was taken as it was, and is refused as it was.
    assertTrue(
        stored("bronze_quarantine", "_raw")
            .contains("{\"id\":3,\"passenger\":47114711,\"seat\":55}"),
        stored("bronze_quarantine", "_raw").toString());

    quarantine("export", "--table", "lists", "--rule", "small", "--to", "masked.csv");
    Files.writeString(
        dir.resolve("corrected.csv"),
        Files.readString(dir.resolve("masked.csv")).replace(",500,", ",50,"));
    quarantine("replay", "--from", "corrected.csv", "--yes");
    assertEquals(List.of("10|Zora Zimt|50"), stored("lists", "id", "passenger", "seat"));
  }

  @Test
  void starsAreNeverWritten() throws IOException {
    quarantine("export", "--table", "bronze", "--to", "masked.jsonl");
    refused(
        row ->
            row.path("_position").asText().endsWith(":4")
                ? row.put("_raw", "{\"id\":4,\"passenger\":\"***\",\"seat\":4}")
                : row);
    refused(row -> row.path("id").asInt() == 2 ? row.put("passenger", "*** Zimt") : row);
    refused(
        row ->
            row.path("id").asInt() == 2
                ? row.set("contact", JSON.createObjectNode().put("city", "***"))
                : row);
    assertEquals(
        2,
        console.type("quarantine", "replay", "p", "--rule", "small", "--correct", "passenger=***"));
    assertTrue(console.err().contains("*** stands for what is masked"), console.err());
    assertFalse(Files.exists(dir.resolve("lake/quarantine_log")));
  }

  private void refused(UnaryOperator<ObjectNode> change) throws IOException {
    edit("masked.jsonl", "edited.jsonl", change);
    assertEquals(2, console.type("quarantine", "replay", "p", "--from", "edited.jsonl", "--yes"));
    assertTrue(console.err().contains("*** where nobody can say"), console.err());
  }

  @Test
  void aRowThatStopsTheUpdateIsShownMasked() {
    project.yaml(
        PIPELINE.replace(
            "number: {expect: \"seat <> 7 OR CAST(passenger AS INT) > 1\", on_violation: quarantine}",
            "number: {expect: \"CAST(passenger AS INT) > 1\", on_violation: fail}"));
    project.land("3.json", "{\"id\":9,\"passenger\":\"Zora Zimt\",\"seat\":9}\n");
    assertEquals(1, console.type("run", "p"));
    assertTrue(console.err().contains("passenger=***"), console.err());
    assertTrue(console.err().contains("rule number: [CAST_INVALID_INPUT] …"), console.err());
    assertHidden("run", console.out() + console.err());
    type("events", "p", "--output", "json");
    type("status", "p");
  }

  /** What is printed by a command that ends with a code, and all that the event log has then. */
  private String typeAndSayAll(int code, String... command) {
    assertEquals(code, console.type(command), () -> String.join(" ", command) + console.err());
    String said = console.out() + console.err();
    assertHidden(String.join(" ", command), said);
    type("events", "p", "--output", "json");
    type("status", "p");
    return said;
  }

  @Test
  void doctorQuotesNoValueOfARecordThatDoesNotFit() {
    project.land("0.json", "{\"id\":1,\"passenger\":47114711,\"seat\":\"Zora\"}\n");
    project.yaml(PIPELINE.replace("in/*.json", "in/0.json"));
    assertTrue(
        typeAndSayAll(1, "doctor", "p").contains("column passenger: expected STRING"),
        console.out());
    typeAndSayAll(1, "doctor", "p", "--output", "json");
    // Of a pipeline that does not compile nobody knows what its columns come from.
    project.yaml(
        PIPELINE.replace("in/*.json", "in/0.json").replace("UPPER(passenger)", "UPPER(passengr)"));
    assertEquals(1, console.type("doctor", "p"));
    assertHidden("doctor", console.out() + console.err());
    assertTrue(console.out().contains("column passenger: expected STRING"), console.out());
  }

  private static final String FILES =
      """
      pipeline: p
      quarantine: {mask: [passenger]}
      sources:
        feed:
          files: "in/*.json.gz"
          format: json
          bad_files: set_aside
          schema: "id BIGINT, passenger STRING"
      datasets:
        files: {streaming_table: {from: feed}}
      """;

  /** What a library says of bytes that it cannot read may have these bytes in it. */
  @Test
  void aBadFileIsToldWithoutWhatALibrarySaysOfIt() {
    project.yaml(FILES);
    project.land("1.json.gz", "Zora Zimt");
    String said = typeAndSayAll(0, "run", "p");
    String why = "1.json.gz cannot be unpacked as gzip";
    assertTrue(said.contains("feed: a file is set aside: "), said);
    assertTrue(said.contains(why) && !said.contains(why + ":"), said);
    String told = stored("event_log", "message", "details").toString();
    assertTrue(told.contains(why) && !told.contains(why + ":"), told);
    String error = stored("files_quarantine", "_error").toString();
    assertTrue(error.contains(why + ": "), error);
    quarantine("list");
    assertFalse(console.out().contains(why + ":"), console.out());

    project.yaml(FILES.replace("bad_files: set_aside", "bad_files: fail"));
    project.land("2.json.gz", "Zora Zimt");
    said = typeAndSayAll(1, "run", "p", "--verbose");
    assertTrue(said.contains("2.json.gz cannot be unpacked as gzip"), said);
    assertFalse(said.contains("cause:") || said.contains("unpacked as gzip:"), said);
    told = stored("event_log", "message", "error").toString();
    assertTrue(told.contains("2.json.gz cannot be unpacked as gzip; "), told);
  }

  @Test
  void aQueryOrARuleThatFailsOnARowOfAViewIsToldWithoutIt() {
    project.yaml(
        PIPELINE
            + """
              numbers:
                materialized_view:
                  sql: "SELECT seat, SUM(CAST(passenger AS INT)) AS n FROM bronze GROUP BY seat"
              ordered:
                materialized_view:
                  sql: "SELECT id, CAST(passenger AS INT) AS n FROM bronze ORDER BY n LIMIT 3"
              """
                .indent(2));
    String said = typeAndSayAll(1, "run", "p");
    assertTrue(said.contains("fails on a row"), said);
    assertTrue(said.contains("[CAST_INVALID_INPUT] …"), said);
    project.yaml(
        PIPELINE
            + """
              whose:
                materialized_view:
                  sql: "SELECT LOWER(passenger) AS who, COUNT(*) AS n FROM bronze GROUP BY 1"
                expect:
                  once: {expect: n > 1000, on_violation: fail}
              """
                .indent(2));
    said = typeAndSayAll(1, "run", "p");
    assertTrue(said.contains("view whose stays as it is"), said);
    project.yaml(
        """
        pipeline: p
        quarantine: {mask: [passenger]}
        sources:
          feed: {files: "in/*.jsonl", format: json, schema: "at TIMESTAMP, passenger STRING"}
        datasets:
          seen: {streaming_table: {from: feed}}
          late:
            streaming_table:
              sql: "SELECT window.start AS s, SUM(CAST(passenger AS INT)) AS n FROM STREAM(seen)
                WATERMARK at DELAY OF INTERVAL 1 MINUTE GROUP BY window(at, '1 minute')"
        """);
    project.land(
        "1.jsonl",
        """
        {"at":"2026-01-01T00:00:00Z","passenger":"Zora Zimt"}
        {"at":"2026-01-02T00:00:00Z","passenger":"5"}
        """);
    said = typeAndSayAll(1, "run", "p");
    assertTrue(said.contains("the query of table late fails on a row"), said);
  }

  @Test
  void aReferenceTableIsToldWithoutItsValues() {
    project.file("ref.csv", "passenger,seat\nZora Zimt,Zora\n");
    project.yaml(
        PIPELINE
            .replace(
                "  list: {",
                "  known: {reference: ref.csv, format: csv,"
                    + " schema: \"passenger STRING, seat INT\"}\n  list: {")
            .replace(
                "UPPER(passenger) AS who FROM bronze",
                "UPPER(bronze.passenger) AS who FROM bronze"
                    + " LEFT JOIN known ON known.seat = bronze.seat"));
    project.land("9.json", "{\"id\":9,\"passenger\":\"Zora Zimt\",\"seat\":9}\n");
    for (String command : List.of("doctor", "run")) {
      String said = typeAndSayAll(1, command, "p");
      assertTrue(said.contains("ref.csv:2 cannot be read"), said);
      assertTrue(said.contains("expected INT"), said);
    }
  }
}
