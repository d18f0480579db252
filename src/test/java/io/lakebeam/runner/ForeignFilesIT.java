package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files as others make them, from the landing folder to the tables. */
class ForeignFilesIT {
  @TempDir Path dir;
  private TestingPipeline project;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir);
  }

  private TestingUpdates run() {
    return TestingUpdates.run(project.compile());
  }

  private List<String> texts(String table, String... columns) {
    return Tables.texts(project.table(table), columns);
  }

  @Test
  void packedFilesLieBesidePlainOnes() throws IOException {
    project.yaml(
        """
        pipeline: p
        sources:
          files: {files: "in/*.csv*", format: csv, schema: "id INT, name STRING"}
          events: {files: "in/*.json*", format: json, schema: "id INT"}
        datasets:
          bronze: {streaming_table: {from: files}}
          bronze_json: {streaming_table: {from: events}}
        """);
    project.land("plain.csv", "id,name\n1,a\n2,b\n");
    project.land("packed.csv.gz", gzip("id,name\n3,c\n4,d\n"));
    project.land("e.json.gz", gzip("{\"id\":1}\n"));
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new BZip2CompressorOutputStream(bytes)) {
      out.write("{\"id\":2}\n".getBytes(StandardCharsets.UTF_8));
    }
    project.land("f.json.bz2", bytes.toByteArray());
    project.land("g.json", "{\"id\":4}\n");
    run();
    assertEquals(List.of("1|a", "2|b", "3|c", "4|d"), texts("bronze", "id", "name"));
    assertEquals(List.of("1", "2", "4"), texts("bronze_json", "id"));
    assertEquals(List.of(), texts("bronze_quarantine", "_error"));
  }

  /** Nothing of a file that is cut off is committed, and the advice works. */
  @Test
  void aPackedFileThatIsCutOffStopsTheUpdate() throws IOException {
    project.yaml(
        """
        pipeline: p
        sources:
          files: {files: "in/*", format: csv, schema: "id INT, name STRING"}
        datasets:
          bronze: {streaming_table: {from: files}}
        """);
    StringBuilder text = new StringBuilder("id,name\n");
    for (int i = 0; i < 50_000; i++) {
      text.append(i).append(",name ").append(i * 31 % 977).append('\n');
    }
    byte[] whole = gzip(text.toString());
    Path cut = project.land("a.csv.gz", Arrays.copyOf(whole, whole.length / 2));
    UpdateFailedException failed = TestingUpdates.fail(project.compile());
    assertEquals(
        "source files: " + cut + " cannot be unpacked as gzip: it is damaged or cut off",
        failed.getMessage());
    assertEquals(0, Tables.texts(project.table("bronze"), "id").size());
    Files.move(cut, dir.resolve("moved"));
    project.land("b.csv.gz", whole);
    TestingUpdates.of(project.compile(), new UpdateListener() {})
        .run(Update.Mode.TRIGGERED, EnumSet.of(Update.Consent.SKIP_MISSING));
    assertEquals(50_000, texts("bronze", "id").size());
  }

  @Test
  void headersThatDoubleAndNamesThatDeltaRefuses() {
    project.yaml(
        """
        pipeline: p
        sources:
          files:
            files: "in/*.csv"
            format: {csv: {delimiter: ";"}}
            schema: "age INT, full_name STRING"
            rename: {"Full Name": full_name}
        datasets:
          bronze: {streaming_table: {from: files}}
        """);
    project.land("dup.csv", "phone;age;Full Name;phone;idcard\n111;30;Ann;222;X1\n");
    project.land("empty.csv", "phone;age;full name;;\n666;60;Dot;;\n777;70;Eve;x;y\n");
    project.land("case.csv", "phone;age;Full Name;Age\n888;80;Fox;81\n");
    run();
    assertEquals(
        List.of(
            "30|Ann|{\"phone0\":\"111\",\"phone3\":\"222\",\"idcard\":\"X1\"}",
            "60|Dot|{\"phone\":\"666\"}",
            "70|Eve|{\"phone\":\"777\",\"_c3\":\"x\",\"_c4\":\"y\"}",
            "80|Fox|{\"phone\":\"888\",\"Age\":\"81\"}"),
        texts("bronze", "age", "full_name", "_rescued"));
  }

  @Test
  void documentsAreReadWhereDeclaredAndHintedAtElsewhere() {
    String yaml =
        """
        pipeline: p
        sources:
          files: {files: "in/*.json", format: %s, schema: "id INT, name STRING"}
        datasets:
          bronze: {streaming_table: {from: files}}
        """;
    project.yaml(yaml.formatted("json"));
    project.land("array.json", "[{\"id\":1,\"name\":\"Item 1\"}\n,{\"id\":2}\n]\n");
    project.land("pretty.json", "{\n  \"id\": 4,\n  \"name\": \"pretty\"\n}\n");
    project.land("last.json", "{\"id\":9,\"name\":\"no newline at end\"}");
    project.land("concat.json", "{\"id\":7,\"name\":\"ok\"}{\"id\":8}\n");
    run();
    assertEquals(List.of("9"), texts("bronze", "id"));
    List<String> errors = texts("bronze_quarantine", "_position", "_error");
    assertEquals(8, errors.size(), errors.toString());
    assertEquals(
        7,
        errors.stream().filter(e -> e.contains("for format: {json: {multi_line: true}}")).count());

    // The way out that the reasons give: declared, and landed under other names.
    project.yaml(yaml.formatted("{json: {multi_line: true}}"));
    project.land("array2.json", "[{\"id\":1,\"name\":\"Item 1\"}\n,{\"id\":2}\n]\n");
    project.land("pretty2.json", "{\n  \"id\": 4,\n  \"name\": \"pretty\"\n}\n");
    run();
    assertEquals(List.of("1", "2", "4", "9"), texts("bronze", "id"));
  }

  @Test
  void aCaptureGivesMessagesAndWhatComesWithThem() throws IOException {
    project.yaml(
        """
        pipeline: p
        sources:
          captured:
            files: "in/*"
            format: {avro: {body: json}}
            schema: "id INT, name STRING"
        datasets:
          bronze: {streaming_table: {from: captured}}
          events:
            streaming_table:
              sql: >-
                SELECT *, STRING(_key) AS k, _headers['trace'] AS trace, _timestamp AS sent_at,
                _offset AS o, _partition AS p, _headers FROM captured
        """);
    Path folder = Files.createDirectories(dir.resolve("in/ns/hub/3/2026/01/31/13/02"));
    Path file =
        Files.write(
            folder.resolve("03.avro"),
            capture("{\"id\":1,\"name\":\"a\"}", "{\"id\":2,\"more\":true}", "oops"));
    Files.setLastModifiedTime(file, FileTime.fromMillis(1_700_000_000_000L));
    run();
    assertEquals(
        List.of("1|a|null", "2|null|{\"more\":true}"), texts("bronze", "id", "name", "_rescued"));
    assertEquals(
        List.of("1|a|key|t1|2026-01-31T13:02:03Z|41|3", "2|null|key|t1|2026-01-31T13:02:03Z|42|3"),
        texts("events", "id", "name", "k", "trace", "sent_at", "o", "p"));
    assertTrue(texts("events", "_headers").get(0).contains("trace=t1"));
    assertTrue(texts("events", "_headers").get(0).contains("none=null"));
    assertEquals(List.of("oops"), texts("bronze_quarantine", "_raw"));
    assertEquals(List.of("oops"), texts("events_quarantine", "_raw"));
  }

  /** Nothing is written, and the old pipeline goes on. */
  @Test
  void columnsMoreAndOtherTypesAreRefusedBeforeAnythingIsWritten() {
    String yaml =
        """
        pipeline: p
        sources:
          files: {files: "in/*.json", format: json, schema: "id INT, name STRING%s"}
        datasets:
          bronze: {streaming_table: {from: files}}
          silver: {streaming_table: {sql: "SELECT %s FROM bronze"}}
        """;
    project.yaml(yaml.formatted("", "id, name"));
    project.land("1.json", "{\"id\":1,\"name\":\"a\"}\n");
    run();
    project.land("later.json", "{\"id\":2,\"name\":\"b\",\"descr\":\"more\"}\n");
    for (String[] changed :
        new String[][] {
          {", name2 INT NOT NULL", "id, name"}, {"", "CAST(id AS BIGINT) AS id, name"}
        }) {
      long bronze = Tables.version(project.table("bronze"));
      long silver = Tables.version(project.table("silver"));
      project.yaml(yaml.formatted(changed[0], changed[1]));
      String told = TestingUpdates.fail(project.compile()).getMessage();
      assertTrue(told.contains("cannot become what the pipeline declares"), told);
      assertEquals(bronze, Tables.version(project.table("bronze")), told);
      assertEquals(silver, Tables.version(project.table("silver")), told);
    }
    // Columns in another order are the same columns.
    project.yaml(yaml.formatted("", "name, id"));
    run();
    assertEquals(List.of("1|a", "2|b"), texts("silver", "id", "name"));
    assertEquals(List.of("null", "{\"descr\":\"more\"}"), texts("bronze", "_rescued"));
    project.yaml(yaml.formatted("", "id, name"));
    project.land("last.json", "{\"id\":3,\"name\":\"c\"}\n");
    run();
    assertEquals(List.of("1|a", "2|b", "3|c"), texts("silver", "id", "name"));
  }

  /** A number of microseconds in a column of milliseconds is no date in the year 55535. */
  @Test
  void timesOutOfRangeAreRejected() {
    project.yaml(
        """
        pipeline: p
        sources:
          changes: {files: "in/*", format: json, schema: "payload STRUCT<id: BIGINT, created: TIMESTAMP>"}
        datasets:
          bronze: {streaming_table: {from: changes}}
        """);
    project.land(
        "a.json",
        "{\"payload\":{\"id\":1,\"created\":1690366967048000}}\nnull\n{\"payload\":null}\n");
    run();
    assertEquals(List.of("null"), texts("bronze", "payload"));
    assertEquals(
        List.of(
            "column payload.created: 1690366967048000 does not fit TIMESTAMP",
            "expected a JSON object, found null"),
        texts("bronze_quarantine", "_error"));
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static byte[] capture(String... bodies) throws IOException {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type":"record","name":"EventData","namespace":"Microsoft.ServiceBus.Messaging",
                 "fields":[
                  {"name":"SequenceNumber","type":"long"},
                  {"name":"Offset","type":"string"},
                  {"name":"EnqueuedTimeUtc","type":"string"},
                  {"name":"SystemProperties","type":{"type":"map","values":["long","double","string","bytes"]}},
                  {"name":"Properties","type":{"type":"map","values":["long","double","string","bytes","null"]}},
                  {"name":"Body","type":["null","bytes"]}]}
                """);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
      writer.create(schema, bytes);
      for (int i = 0; i < bodies.length; i++) {
        GenericRecord record = new GenericData.Record(schema);
        record.put("SequenceNumber", 41L + i);
        record.put("Offset", "4294967296");
        record.put("EnqueuedTimeUtc", "1/31/2026 1:02:03 PM");
        record.put("SystemProperties", Map.of("x-opt-partition-key", "key"));
        Map<String, Object> properties = new HashMap<>(Map.of("trace", "t1"));
        properties.put("none", null);
        record.put("Properties", properties);
        record.put("Body", ByteBuffer.wrap(bodies[i].getBytes(StandardCharsets.UTF_8)));
        writer.append(record);
      }
    }
    return bytes.toByteArray();
  }
}
