package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.lakebeam.cli.terminal.Logging;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Texts that were written to be obeyed by the terminal of whoever looks at them. */
class HostileTextTest {
  /** A window title, the clipboard, a colour by C1, a text turned round, a tag nobody sees. */
  private static final String HOSTILE =
      "x\u001b]0;PWNED\u0007\u001b]52;c;cm0=\u0007\u009b31m\u202etxt\u2066\udb40\udc41";

  private static final String SHOWN =
      "x\\u001b]0;PWNED\\u0007\\u001b]52;c;cm0=\\u0007\\u009b31m\\u202etxt\\u2066\\udb40\\udc41";

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path dir;
  private TestingConsole console;

  @BeforeEach
  void console() {
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
  }

  @Test
  void aForeignTableIsLookedAtSafely() throws IOException {
    foreignTable(dir.resolve("t"));
    assertEquals(0, console.type("history", "t"), console.err());
    assertShown(console.out(), 2);
    assertEquals(0, console.type("show", "t"), console.err());
    assertShown(console.out(), 1);
    assertEquals(0, console.type("history", "t", "--output", "json"), console.err());
    assertShown(console.out(), 2);
    JsonNode entry = JSON.readTree(console.out());
    entry = entry.isArray() ? entry.get(0) : entry;
    assertEquals(HOSTILE, entry.path("operation").asText(), "the data stay what they are");
    assertEquals(1, console.type("show", "t/" + HOSTILE));
    assertShown(console.err(), 1);
  }

  @Test
  void aForeignPipelineIsCheckedSafely() throws IOException {
    Files.writeString(
        dir.resolve("p.yaml"),
        """
        pipeline: p
        "%1$s": 1
        sources:
          "%1$s": {files: {path: "landing/%1$s"}, format: csv, schema: "a INT"}
        tables:
          t: {transform: "transforms/%1$s.sql"}
        """
            .formatted(
                HOSTILE
                    .replace("\u001b", "\\e")
                    .replace("\u0007", "\\a")
                    .replace("\u009b", "\\x9b")));
    assertEquals(1, console.type("validate", "p.yaml"));
    assertShown(console.out() + console.err(), 2);
    assertEquals(1, console.type("validate", "p.yaml", "--output", "json"));
    assertShown(console.out(), 2);
    assertTrue(JSON.readTree(console.out()).isArray());
    assertEquals(1, console.type("run", "p.yaml"));
    assertShown(console.out() + console.err(), 2);
  }

  @Test
  void aLineOfAnotherCannotBeTakenForOurs() {
    console.console().warning("a\nerror: all is lost");
    console.console().error("b\rwarning: none\nerror: c");
    assertEquals(
        "warning: a\\nerror: all is lost\nerror: b\\rwarning: none\n  error: c\n", console.err());
  }

  @Test
  void wrongWordsOnTheCommandLineAreShownToo() {
    assertEquals(2, console.type("run", "p", "--" + HOSTILE));
    assertShown(console.err(), 1);
  }

  private static void assertShown(String printed, int atLeast) {
    assertFalse(
        printed.codePoints().anyMatch(c -> c != '\n' && c != '\t' && isHidden(c)),
        () -> JSON.valueToTree(printed).toString());
    int times = printed.split(java.util.regex.Pattern.quote("PWNED\\u0007"), -1).length - 1;
    assertTrue(times >= atLeast, printed);
  }

  private static boolean isHidden(int c) {
    int type = Character.getType(c);
    return type == Character.CONTROL || type == Character.FORMAT || type == Character.SURROGATE;
  }

  private static void foreignTable(Path table) throws IOException {
    Files.createDirectories(table.resolve("_delta_log"));
    ObjectNode commit = JSON.createObjectNode();
    commit
        .putObject("commitInfo")
        .put("timestamp", 1_700_000_000_000L)
        .put("operation", HOSTILE)
        .put("engineInfo", HOSTILE);
    ObjectNode protocol = JSON.createObjectNode();
    protocol.putObject("protocol").put("minReaderVersion", 1).put("minWriterVersion", 2);
    ObjectNode column = JSON.createObjectNode().put("name", HOSTILE).put("type", "long");
    column.put("nullable", true).putObject("metadata");
    ObjectNode schema = JSON.createObjectNode().put("type", "struct");
    schema.putArray("fields").add(column);
    ObjectNode metadata = JSON.createObjectNode();
    ObjectNode of = metadata.putObject("metaData").put("id", "1");
    of.put("schemaString", schema.toString()).put("createdTime", 1L).putArray("partitionColumns");
    of.putObject("format").put("provider", "parquet").putObject("options");
    of.putObject("configuration");
    Files.writeString(
        table.resolve("_delta_log/00000000000000000000.json"),
        String.join("\n", commit.toString(), protocol.toString(), metadata.toString(), ""));
  }
}
