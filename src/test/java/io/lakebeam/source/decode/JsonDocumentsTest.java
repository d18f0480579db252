package io.lakebeam.source.decode;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.Fuzz;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of JSON that is not one object a line. */
class JsonDocumentsTest {
  private static final SourceSpec.Json DOCUMENTS =
      new SourceSpec.Json(true, false, SourceSpec.Framing.UNSAID);
  private static final SourceSpec.Json LINES = new SourceSpec.Json();
  private static final SourceSpec.Json KEPT =
      new SourceSpec.Json(false, true, SourceSpec.Framing.UNSAID);
  private static final Column ID = nullable("id", INT);
  private static final Column NAME = nullable("name", STRING);
  private static final String ARRAY =
      "[{\"id\":1,\"name\":\"Item 1\"}\n,{\"id\":2,\"name\":\"Item 2\"}\n"
          + ",{\"id\":3,\"name\":\"Item 3\"}\n]\n";
  private static final String PRETTY = "{\n  \"id\": 4,\n  \"name\": \"pretty\"\n}\n";

  @TempDir Path folder;

  @Test
  void anArraysElementsAreRecordsAtTheirLines() throws Exception {
    Collected out = read(DOCUMENTS, ARRAY);
    assertEquals(List.of(), out.errors());
    assertEquals(List.of(1, 2, 3), out.column("id"));
    assertEquals(
        List.of(folder + "/data:1", folder + "/data:2", folder + "/data:3"),
        out.column("_position"));
    assertEquals("{\"id\":2,\"name\":\"Item 2\"}", out.column("_raw").get(1));
    assertEquals(
        List.of(5, 6),
        read(DOCUMENTS, "[{\"id\":5,\"name\":\"one\"},{\"id\":6,\"name\":\"line\"}]\n")
            .column("id"));
  }

  @Test
  void documentsMayFollowEachOther() throws Exception {
    assertEquals(List.of("pretty"), read(DOCUMENTS, PRETTY).column("name"));
    assertEquals(
        List.of(7, 8, 4, 1, 2, 3, 9),
        read(DOCUMENTS, "{\"id\":7}{\"id\":8}\n" + PRETTY + ARRAY + "[]\n{\"id\":9}").column("id"));
    assertEquals(0, read(DOCUMENTS, " \n [ \n ] ").records());
  }

  @Test
  void anElementThatIsBadIsOneRejectedRecord() throws Exception {
    Collected out =
        read(
            DOCUMENTS,
            "[{\"id\":1,},\n 7, null,\"s\",[{\"id\":2}],{\"id\":\"x\"},{'id':3},{\"id\":4}]");
    assertEquals(List.of(4), out.column("id"));
    assertEquals(
        List.of("{\"id\":1,}", "7", "null", "\"s\"", "[{\"id\":2}]", "{\"id\":\"x\"}", "{'id':3}"),
        out.rawTexts());
    assertEquals("expected a JSON object, found the number 7", out.errors().get(1));
    assertEquals("expected a JSON object, found null", out.errors().get(2));
    assertEquals("column id: expected INT, found the string \"x\"", out.errors().get(5));
  }

  @Test
  void whereBracketsDoNotFitTheRestIsRejectedWithItsBytes() throws Exception {
    String end = ": nothing from line 2 to the end of the file is read as a record";
    check("{\"id\":2]", "the bracket ] in line 2 closes none" + end);
    check("{\"id\":\"2}", "a string does not end in line 2" + end);
    check("// {\"id\":2}", "there is no JSON value here" + end);
    check(",{\"id\":2}", "there is no JSON value here" + end);
    check("{\"id\":2", "the bracket ] in line 3 closes none" + end);
    Collected missing = read(DOCUMENTS, "[{\"id\":1}\n{\"id\":2}]");
    assertEquals(List.of("a comma or ] is expected behind an element" + end), missing.errors());
    assertEquals(List.of("{\"id\":2}]"), missing.rawTexts());
  }

  private void check(String bad, String reason) throws IOException {
    Collected out = read(DOCUMENTS, "[{\"id\":1},\n" + bad + ",\n{\"id\":3}]");
    assertEquals(List.of(1), out.column("id"));
    assertEquals(List.of(reason), out.errors());
    assertEquals(List.of(bad + ",\n{\"id\":3}]"), out.rawTexts());
    assertEquals(folder + "/data:2", out.rejected.get(0).position());
  }

  @Test
  void aFileThatIsCutOffIsTold() throws Exception {
    Collected within = read(DOCUMENTS, "[{\"id\":1},\n{\"id\":");
    assertEquals(
        List.of(
            "the file ends before the value does: nothing from line 2 to the end of the file is"
                + " read as a record"),
        within.errors());
    Collected between = read(DOCUMENTS, "\n[{\"id\":1},\n{\"id\":2}\n");
    assertEquals(List.of(1, 2), between.column("id"));
    assertEquals(
        List.of(
            "the array that starts in line 2 is never closed: the file may be cut off; what is read"
                + " of it is in the table"),
        between.errors());
  }

  /** A line of a log above sound lines costs nobody but itself. */
  @Test
  void aLineInBracketsIsNoArray() throws Exception {
    Collected out =
        Sources.read(
            folder,
            new SourceSpec.Json(),
            "[2026-01-01 00:00:00] INFO start\n{\"id\":1}\n{\"id\":2}\n",
            nullable("id", INT));
    assertEquals(List.of(1, 2), out.column("id"));
    assertEquals(1, out.errors().size());
  }

  @Test
  void withoutTheOptionTheReasonSaysWhatTheFileLooksLike() throws Exception {
    Collected array = read(LINES, ARRAY);
    assertEquals(0, array.rows.size());
    for (String error : array.errors()) {
      assertTrue(
          error.startsWith(
              "the file looks like one JSON array, for format: {json: {multi_line: true}}: "),
          error);
    }
    Collected pretty = read(LINES, PRETTY);
    assertEquals(4, pretty.rejected.size());
    assertEquals(
        "the file looks like a document over several lines, for format: {json: {multi_line: true}}:"
            + " broken JSON: it ends at byte 1, before the object does",
        pretty.errors().get(0));
    assertEquals(
        List.of("text after the JSON object, at byte 20: \"{\"id\":8,\"name\":\"second\"}\""),
        read(LINES, "{\"id\":7,\"name\":\"ok\"}{\"id\":8,\"name\":\"second\"}\n").errors());
    Collected last = read(LINES, "[\n{\"id\":1},\n{\"id\":2}\n]\n");
    assertEquals(List.of(), last.rows, "no line of an array is read, not even the last");
  }

  @Test
  void anElementBeyondTheBoundIsCutAndItsNeighboursAreWhole() throws Exception {
    String text = "[{\"id\":1}, {\"id\":2,\"name\":\"" + "x".repeat(5000) + "\"},\n{\"id\":3}]";
    List<String> records = new ArrayList<>();
    Records split =
        new JsonDocuments(
            new java.io.ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)),
            TextEncoding.UTF_8,
            new byte[0],
            1024);
    while (split.next()) {
      records.add(split.length() + " " + split.line() + " " + split.fault());
    }
    assertEquals(
        List.of("8 1 ", "512 1 longer than 1024 bytes; only its first 512 are kept", "8 2 "),
        records);
  }

  @Test
  void whatJacksonWritesIsReadAsItWas() throws Exception {
    ObjectMapper pretty = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    Random random = new Random(3);
    for (Charset charset :
        List.of(StandardCharsets.UTF_8, StandardCharsets.UTF_16LE, Charset.forName("UTF-32BE"))) {
      List<Map<String, Object>> rows = new ArrayList<>();
      List<String> names = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        String name = text(random);
        names.add(name);
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("id", i);
        row.put("more", List.of(Map.of("x", name), List.of()));
        row.put("name", name);
        rows.add(row);
      }
      byte[] bytes = ("\uFEFF" + pretty.writeValueAsString(rows)).getBytes(charset);
      Collected out = Sources.read(folder, DOCUMENTS, bytes, ID, NAME);
      assertEquals(List.of(), out.errors());
      assertEquals(names, out.column("name"));
    }
  }

  private static String text(Random random) {
    int[] signs = "ab\"\\[]{},:\n\u00e4\u20ac\ud83d\ude00".codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(8); i > 0; i--) {
      text.appendCodePoint(signs[random.nextInt(signs.length)]);
    }
    return text.toString();
  }

  /** Whatever a file holds, all that is not a blank, a comma or a bracket between is told. */
  @Test
  void nothingIsLostWhateverIsDamaged() {
    byte[] clean =
        ("[" + PRETTY + "," + ARRAY + "]" + ARRAY + PRETTY).getBytes(StandardCharsets.UTF_8);
    byte[][] spices =
        new byte[][] {{'['}, {']'}, {'{'}, {'}'}, {','}, {'"'}, {'\\'}, {'x'}, {'\n'}};
    Fuzz.rounds(
        300,
        random -> {
          byte[] file = Fuzz.damaged(clean, spices, random);
          List<byte[]> records = new ArrayList<>();
          RowOutput inOrder =
              new Collected() {
                @Override
                public synchronized void row(InternalRow row) {
                  records.add(row.getUTF8String(row.numFields() - 1).getBytes());
                }

                @Override
                public synchronized void rejected(Rejected one) {
                  records.add(one.raw());
                }
              };
          Path path = Files.write(folder.resolve("fuzz"), file);
          SourceReader.of(
                  Storage.PLAIN,
                  Sources.files(folder + "/*", DOCUMENTS, ID, NAME),
                  s -> "",
                  () -> false)
              .read(Sources.slice(path), Sources.PLANNED_AT, inOrder);
          int at = 0;
          for (byte[] record : records) {
            while (!Arrays.equals(
                file, at, Math.min(at + record.length, file.length), record, 0, record.length)) {
              assertTrue(isBetween(file[at]), () -> new String(file, StandardCharsets.UTF_8));
              at++;
            }
            at += record.length;
          }
          for (; at < file.length; at++) {
            assertTrue(isBetween(file[at]), () -> new String(file, StandardCharsets.UTF_8));
          }
        });
  }

  private static boolean isBetween(byte b) {
    return " \t\r\n,[]".indexOf(b) >= 0;
  }

  @Test
  void aStringKeepsOtherValuesAsTheirText() throws Exception {
    Column list = nullable("list", new DataType.Array(STRING));
    Collected out =
        Sources.read(
            folder,
            KEPT,
            """
            {"name": 1.10, "list": [1e3, "s", null, {"a" : 1.0}], "x": 1.50}
            {"name": 123456789012345678901234567890}
            {"name": {"b":[ 1 , 2.0 ],"c":"\\u00e4"} }
            {"name":true}
            {"name":null}
            {"name":"1.10"}
            {"name":-0.0E+1}
            """,
            NAME,
            list);
    assertEquals(List.of(), out.errors());
    assertEquals(
        Arrays.asList(
            "1.10",
            "123456789012345678901234567890",
            "{\"b\":[ 1 , 2.0 ],\"c\":\"\\u00e4\"}",
            "true",
            null,
            "1.10",
            "-0.0E+1"),
        out.column("name"));
    assertEquals(Arrays.asList("1e3", "s", null, "{\"a\" : 1.0}"), out.column("list").get(0));
    assertEquals("{\"x\":1.50}", out.column("_rescued").get(0));
    assertEquals(
        List.of("column name: expected STRING, found the number 1.10"),
        read(LINES, "{\"name\":1.10}").errors());
  }

  private Collected read(SourceSpec.Format format, String text) throws IOException {
    return Sources.read(folder, format, text, ID, NAME);
  }
}
