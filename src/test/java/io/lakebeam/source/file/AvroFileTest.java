package io.lakebeam.source.file;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.Column.required;
import static io.lakebeam.graph.DataType.Primitive.BIGINT;
import static io.lakebeam.graph.DataType.Primitive.BINARY;
import static io.lakebeam.graph.DataType.Primitive.BOOLEAN;
import static io.lakebeam.graph.DataType.Primitive.DATE;
import static io.lakebeam.graph.DataType.Primitive.DOUBLE;
import static io.lakebeam.graph.DataType.Primitive.FLOAT;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static io.lakebeam.graph.DataType.Primitive.TIMESTAMP;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.source.Collected;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.Fuzz;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.CodecFactory;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that Avro's own library writes. */
class AvroFileTest {
  private static final SourceSpec.Avro AVRO = new SourceSpec.Avro();
  private static final Column ID = nullable("id", INT);
  private static final Column NAME = nullable("name", STRING);
  private static final Schema PLAIN =
      SchemaBuilder.record("Plain").fields().requiredInt("id").optionalString("name").endRecord();
  private static final Schema EVERY =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "Every", "fields": [
                {"name": "flag", "type": "boolean"},
                {"name": "i", "type": "int"},
                {"name": "l", "type": "long"},
                {"name": "f", "type": "float"},
                {"name": "d", "type": "double"},
                {"name": "s", "type": "string"},
                {"name": "b", "type": "bytes"},
                {"name": "fixed", "type": {"type": "fixed", "name": "Three", "size": 3}},
                {"name": "e", "type": {"type": "enum", "name": "Suit", "symbols": ["A", "B"]}},
                {"name": "dec", "type":
                  {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
                {"name": "fdec", "type": {"type": "fixed", "name": "Five", "size": 5,
                  "logicalType": "decimal", "precision": 10, "scale": 3}},
                {"name": "day", "type": {"type": "int", "logicalType": "date"}},
                {"name": "tm", "type": {"type": "int", "logicalType": "time-millis"}},
                {"name": "tu", "type": {"type": "long", "logicalType": "time-micros"}},
                {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-millis"}},
                {"name": "tsu", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                {"name": "tsn", "type": {"type": "long", "logicalType": "timestamp-nanos"}},
                {"name": "lts", "type": {"type": "long", "logicalType": "local-timestamp-millis"}},
                {"name": "ltu", "type": {"type": "long", "logicalType": "local-timestamp-micros"}},
                {"name": "u", "type": {"type": "string", "logicalType": "uuid"}},
                {"name": "fu", "type":
                  {"type": "fixed", "name": "Uuid", "size": 16, "logicalType": "uuid"}},
                {"name": "items", "type": {"type": "array", "items": ["null",
                  {"type": "record", "name": "Item", "fields": [
                    {"name": "sku", "type": "string"}, {"name": "qty", "type": ["null", "int"]}]}]}},
                {"name": "tags", "type": {"type": "map", "values": ["null", "long"]}},
                {"name": "nested", "type": ["null", "Item"]}
              ]}
              """);

  @TempDir Path folder;

  @Test
  void everyTypeIsReadExactly() throws Exception {
    Column[] columns = {
      nullable("flag", BOOLEAN),
      nullable("i", INT),
      nullable("l", BIGINT),
      nullable("f", FLOAT),
      nullable("d", DOUBLE),
      nullable("s", STRING),
      nullable("b", BINARY),
      nullable("fixed", BINARY),
      nullable("e", STRING),
      nullable("dec", new DataType.Decimal(10, 2)),
      nullable("fdec", new DataType.Decimal(12, 4)),
      nullable("day", DATE),
      nullable("tm", STRING),
      nullable("tu", STRING),
      nullable("ts", TIMESTAMP),
      nullable("tsu", TIMESTAMP),
      nullable("tsn", TIMESTAMP),
      nullable("lts", TIMESTAMP),
      nullable("ltu", TIMESTAMP),
      nullable("u", STRING),
      nullable("fu", STRING),
      nullable(
          "items",
          new DataType.Array(
              new DataType.Struct(List.of(nullable("sku", STRING), nullable("qty", INT))))),
      nullable("tags", new DataType.Map(STRING, BIGINT)),
      nullable("nested", new DataType.Struct(List.of(nullable("qty", BIGINT))))
    };
    Collected out = read(EVERY, List.of(every()), columns);
    assertEquals(List.of(), out.errors());
    Row row = out.rows.get(0);
    assertEquals(true, row.getValue("flag"));
    assertEquals(-7, row.getInt32("i"));
    assertEquals(1L << 40, row.getInt64("l"));
    assertEquals(0.1f, row.getFloat("f"));
    assertEquals(0.1, row.getDouble("d"));
    assertEquals("\u00e4\u20ac", row.getString("s"));
    assertArrayEquals(new byte[] {1, -1}, row.getBytes("b"));
    assertArrayEquals(new byte[] {1, 2, 3}, row.getBytes("fixed"));
    assertEquals("B", row.getString("e"));
    assertEquals(new BigDecimal("-123.45"), row.getDecimal("dec"));
    assertEquals(new BigDecimal("1.2340"), row.getDecimal("fdec"));
    assertEquals(LocalDate.of(1969, 12, 31), row.getValue("day"));
    assertEquals("01:02:03.004", row.getString("tm"));
    assertEquals("23:59:59.999999", row.getString("tu"));
    for (String each : List.of("ts", "tsu", "tsn", "lts", "ltu")) {
      assertEquals(
          Instant.parse(
              !each.startsWith("tsu") && !each.equals("tsn")
                  ? "1969-12-31T23:59:59.999Z"
                  : "1969-12-31T23:59:59.999999Z"),
          row.getLogicalTypeValue(each, Instant.class),
          each);
    }
    assertEquals("00000000-0000-0001-0000-000000000002", row.getString("u"));
    assertEquals("00000000-0000-0001-0000-000000000002", row.getString("fu"));
    List<Object> items = new ArrayList<>(row.getArray("items"));
    assertEquals("x", ((Row) items.get(0)).getString("sku"));
    assertEquals(3, ((Row) items.get(0)).getInt32("qty"));
    assertEquals(null, ((Row) items.get(1)).getInt32("qty"));
    assertEquals(null, items.get(2));
    Map<String, Long> tags = row.getMap("tags");
    assertEquals(1L, tags.get("a"));
    assertTrue(tags.containsKey("b") && tags.get("b") == null);
    assertEquals(9L, row.getRow("nested").getInt64("qty"));
    assertEquals(folder + "/data:1", row.getString("_position"));
    assertTrue(
        row.getString("_raw").contains("\"dec\":-123.45,\"fdec\":1.234,\"day\":\"1969-12-31\""));
  }

  private static GenericRecord every() {
    GenericRecord record = new GenericData.Record(EVERY);
    record.put("flag", true);
    record.put("i", -7);
    record.put("l", 1L << 40);
    record.put("f", 0.1f);
    record.put("d", 0.1);
    record.put("s", "\u00e4\u20ac");
    record.put("b", ByteBuffer.wrap(new byte[] {1, -1}));
    record.put("fixed", fixed("fixed", new byte[] {1, 2, 3}));
    record.put("e", new GenericData.EnumSymbol(EVERY.getField("e").schema(), "B"));
    record.put("dec", ByteBuffer.wrap(new BigDecimal("-123.45").unscaledValue().toByteArray()));
    record.put("fdec", fixed("fdec", new byte[] {0, 0, 0, 4, (byte) 0xD2}));
    record.put("day", -1);
    record.put("tm", 3_723_004);
    record.put("tu", 86_399_999_999L);
    record.put("ts", -1L);
    record.put("tsu", -1L);
    record.put("tsn", -1L);
    record.put("lts", -1L);
    record.put("ltu", -1000L);
    record.put("u", "00000000-0000-0001-0000-000000000002");
    record.put("fu", fixed("fu", ByteBuffer.allocate(16).putLong(1).putLong(2).array()));
    Schema item = EVERY.getField("nested").schema().getTypes().get(1);
    record.put("items", Arrays.asList(item(item, "x", 3), item(item, "y", null), null));
    Map<String, Long> tags = new java.util.HashMap<>(Map.of("a", 1L));
    tags.put("b", null);
    record.put("tags", tags);
    record.put("nested", item(item, "z", 9));
    return record;
  }

  private static GenericData.Fixed fixed(String field, byte[] bytes) {
    return new GenericData.Fixed(EVERY.getField(field).schema(), bytes);
  }

  private static GenericRecord item(Schema schema, String sku, Integer qty) {
    GenericRecord item = new GenericData.Record(schema);
    item.put("sku", sku);
    item.put("qty", qty);
    return item;
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "snappy", "zstandard", "bzip2"})
  void everyCodecIsRead(String codec) throws Exception {
    Collected out = read(write(PLAIN, plain(5000), codec), ID, NAME);
    assertEquals(5000, out.rows.size());
    assertEquals(4999, out.rows.get(4999).getInt32("id"));
    assertEquals("name 4998", out.rows.get(4998).getString("name"));
    assertEquals(folder + "/data:5000", out.rows.get(4999).getString("_position"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "deflate", "snappy", "zstandard", "bzip2"})
  void aFileThatIsCutOffOrDamagedIsNeverReadHalf(String codec) throws Exception {
    byte[] whole = write(PLAIN, plain(3000), codec);
    int[] sound = {0};
    Fuzz.rounds(
        60,
        random -> {
          byte[] cut = Arrays.copyOf(whole, random.nextInt(whole.length));
          if (cut.length == 0) {
            return;
          }
          try {
            // Between two blocks the file looks like a shorter one.
            assertEquals(0, read(cut, ID, NAME).rows.size() % 1000, "cut to " + cut.length);
            sound[0]++;
          } catch (SourceException e) {
            assertFalse(e.isRetryable());
            assertEquals(folder + "/data cannot be read as Avro", e.problem());
          }
          byte[] damaged = Fuzz.damaged(whole, new byte[0][], random);
          try {
            read(damaged.length == 0 ? new byte[] {1} : damaged, ID, NAME);
          } catch (SourceException e) {
            assertFalse(e.isRetryable());
          }
        });
    assertTrue(sound[0] < 5, sound[0] + " of the cuts were not seen");
  }

  @Test
  void lengthsThatLieMakeNoRoom() throws Exception {
    Schema schema = SchemaBuilder.record("P").fields().requiredString("name").endRecord();
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataFileWriter<Object> writer = new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
      writer.create(schema, bytes);
      // A text of 2^30 bytes, of which none is there.
      writer.appendEncoded(ByteBuffer.wrap(new byte[] {(byte) 0x80, -128, -128, -128, 8}));
    }
    SourceException told =
        assertThrows(SourceException.class, () -> read(bytes.toByteArray(), NAME));
    assertEquals("a length of 1073741824 bytes, of which 0 are there", told.reason());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "i; STRING; declared STRING, but the file holds int",
        "s; INT; declared INT, but the file holds string",
        "l; DOUBLE; declared DOUBLE, but the file holds long",
        "d; FLOAT; declared FLOAT, but the file holds double",
        "tsu; BIGINT; declared BIGINT, but the file holds timestamp-micros long",
        "day; INT; declared INT, but the file holds date int",
        "dec; BINARY; declared BINARY, but the file holds decimal bytes",
        "dec; DOUBLE; declared DOUBLE, but the file holds decimal bytes",
        "items; STRING; declared STRING, but the file holds array",
        "tags; STRING; declared STRING, but the file holds map",
        "nested; STRING; declared STRING, but the file holds record",
      })
  void whatCannotBeIsRefusedByName(String name, DataType.Primitive type, String reason)
      throws Exception {
    SourceException told =
        assertThrows(
            SourceException.class, () -> read(EVERY, List.of(every()), nullable(name, type)));
    assertEquals(folder + "/data does not have the declared columns", told.problem());
    assertEquals("column " + name + ": " + reason, told.reason());
  }

  @Test
  void whatMayNotFitIsCheckedRowByRow() throws Exception {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "R", "fields": [
                  {"name": "l", "type": "long"},
                  {"name": "ts", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                  {"name": "d", "type": {"type": "int", "logicalType": "date"}},
                  {"name": "dec", "type":
                    {"type": "bytes", "logicalType": "decimal", "precision": 20, "scale": 4}}]}
                """);
    List<GenericRecord> records = new ArrayList<>();
    records.add(row(schema, 2147483647L, 0, 0, "1.2300"));
    records.add(row(schema, 2147483648L, 0, 0, "0"));
    records.add(row(schema, 0, Long.MAX_VALUE, 0, "0"));
    records.add(row(schema, 0, 0, Integer.MAX_VALUE, "0"));
    records.add(row(schema, 0, 0, 0, "1.2345"));
    Collected out =
        read(
            schema,
            records,
            nullable("l", INT),
            nullable("ts", TIMESTAMP),
            nullable("d", DATE),
            nullable("dec", new DataType.Decimal(10, 2)));
    assertEquals(List.of(2147483647), out.column("l"));
    assertEquals(List.of(new BigDecimal("1.23")), out.column("dec"));
    assertEquals(
        List.of(
            "column l: 2147483648 does not fit INT",
            "column ts: 9223372036854775807 does not fit TIMESTAMP",
            "column d: +5881580-07-11 does not fit DATE",
            "column dec: 1.2345 does not fit DECIMAL(10,2)"),
        out.errors());
    assertTrue(out.rawTexts().get(0).startsWith("{\"l\":2147483648,"));
  }

  private static GenericRecord row(Schema schema, long l, long ts, int day, String dec) {
    GenericRecord record = new GenericData.Record(schema);
    record.put("l", l);
    record.put("ts", ts);
    record.put("d", day);
    record.put(
        "dec", ByteBuffer.wrap(new BigDecimal(dec).setScale(4).unscaledValue().toByteArray()));
    return record;
  }

  @Test
  void ofAUnionTheBranchesThatFitAreRead() throws Exception {
    Schema schema =
        new Schema.Parser()
            .parse(
                """
                {"type": "record", "name": "R", "fields": [
                  {"name": "v", "type": ["int", "null", "long", "string"]}]}
                """);
    List<GenericRecord> records = new ArrayList<>();
    for (Object each : Arrays.asList(1, null, 1L << 40, "x")) {
      GenericRecord record = new GenericData.Record(schema);
      record.put("v", each);
      records.add(record);
    }
    Collected numbers = read(schema, records, nullable("v", BIGINT));
    assertEquals(Arrays.asList(1L, null, 1L << 40), numbers.column("v"));
    assertEquals(List.of("column v: declared BIGINT, but the file holds string"), numbers.errors());
    assertEquals(List.of("{\"v\":\"x\"}"), numbers.rawTexts());
    SourceException none =
        assertThrows(SourceException.class, () -> read(schema, records, nullable("v", DATE)));
    assertEquals(
        "column v: declared DATE, but the file holds int or long or string", none.reason());
  }

  @Test
  void namesAreFoundAsInOtherFormats() throws Exception {
    Schema schema =
        SchemaBuilder.record("R").fields().requiredInt("ID").optionalString("more").endRecord();
    GenericRecord record = new GenericData.Record(schema);
    record.put("ID", 1);
    record.put("more", "m");
    Collected out = read(schema, List.of(record), ID, NAME);
    assertEquals(List.of(1), out.column("id"));
    assertEquals(List.of("{\"more\":\"m\"}"), out.column("_rescued"));
    assertEquals(
        "column name: missing, but declared NOT NULL",
        assertThrows(
                SourceException.class,
                () -> read(schema, List.of(record), ID, required("name", STRING)))
            .reason());
    SourceException noRecord =
        assertThrows(
            SourceException.class,
            () -> {
              Schema ints = Schema.create(Schema.Type.INT);
              ByteArrayOutputStream bytes = new ByteArrayOutputStream();
              try (DataFileWriter<Object> writer =
                  new DataFileWriter<>(new GenericDatumWriter<>(ints))) {
                writer.create(ints, bytes);
                writer.append(7);
              }
              read(bytes.toByteArray(), ID);
            });
    assertFalse(noRecord.isRetryable());
  }

  @Test
  void aCodecWithoutItsLibraryIsRefusedByName() {
    SourceException told =
        assertThrows(SourceException.class, () -> read(write(PLAIN, plain(3), "xz"), ID));
    assertEquals(folder + "/data is packed with the codec xz", told.problem());
  }

  @Test
  void whatIsNoAvroIsTold() {
    for (String text : List.of("{\"id\":1}\n", "Obj\u0001", "PAR1")) {
      SourceException told =
          assertThrows(
              SourceException.class, () -> read(text.getBytes(StandardCharsets.UTF_8), ID));
      assertEquals(folder + "/data cannot be read as Avro", told.problem());
    }
  }

  /** The schema that Event Hubs Capture writes. */
  @Test
  void theMessagesOfACaptureAreRead() throws Exception {
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
    List<GenericRecord> records = new ArrayList<>();
    for (String body : Arrays.asList("{\"id\":1,\"name\":\"a\"}", null, "oops", "{\"id\":2}")) {
      GenericRecord record = new GenericData.Record(schema);
      record.put("SequenceNumber", 41L + records.size());
      record.put("Offset", "4294967296");
      record.put("EnqueuedTimeUtc", "1/31/2026 1:02:03 PM");
      record.put("SystemProperties", Map.of("x-opt-partition-key", "k\u00e4y", "n", 1L));
      record.put(
          "Properties",
          Map.of("trace", "t1", "n", 7L, "raw", ByteBuffer.wrap(new byte[] {(byte) 0xFF})));
      record.put(
          "Body", body == null ? null : ByteBuffer.wrap(body.getBytes(StandardCharsets.UTF_8)));
      records.add(record);
    }
    Path file = Files.write(folder.resolve("data"), write(schema, records, "deflate"));
    SourceSpec source =
        Sources.files(folder + "/*", new SourceSpec.Capture(new SourceSpec.Json()), ID, NAME);
    Collected out = new Collected(source.withNamedColumns());
    SourceReader.of(Storage.PLAIN, source.withNamedColumns(), s -> "", () -> false)
        .read(Sources.slice(file), Sources.PLANNED_AT, out);
    assertEquals(List.of(1, 2), out.column("id"));
    assertEquals("{\"id\":1,\"name\":\"a\"}", out.column("_raw").get(0));
    assertEquals(List.of("the message has no body"), out.errors().subList(0, 1));
    assertEquals(List.of("", "oops"), out.rawTexts());
    Row row = out.rows.get(1);
    assertEquals(folder + "/data:4", row.getString("_position"));
    assertEquals("k\u00e4y", new String(row.getBytes("_key"), StandardCharsets.UTF_8));
    assertEquals(Map.of("trace", "t1", "n", "7", "raw", "base64:/w=="), row.getMap("_headers"));
    assertEquals(
        Instant.parse("2026-01-31T13:02:03Z"),
        row.getLogicalTypeValue("_timestamp", Instant.class));
    assertEquals(44L, row.getInt64("_offset"));
    assertEquals(null, row.getInt32("_partition"));
    Collected plain = new Collected(source);
    SourceReader.of(Storage.PLAIN, source, s -> "", () -> false)
        .read(Sources.slice(file), Sources.PLANNED_AT, plain);
    assertEquals(2, plain.rows.size());
    assertFalse(plain.rows.get(0).getSchema().hasField("_key"));
    Files.write(file, write(PLAIN, plain(1), "null"));
    SourceException told =
        assertThrows(
            SourceException.class,
            () ->
                SourceReader.of(Storage.PLAIN, source, s -> "", () -> false)
                    .read(Sources.slice(file), Sources.PLANNED_AT, plain));
    assertEquals(file + " is not written by Event Hubs Capture", told.problem());
  }

  private static List<GenericRecord> plain(int rows) {
    List<GenericRecord> records = new ArrayList<>();
    for (int i = 0; i < rows; i++) {
      GenericRecord record = new GenericData.Record(PLAIN);
      record.put("id", i);
      record.put("name", i % 3 == 1 ? null : "name " + i);
      records.add(record);
    }
    return records;
  }

  /** In blocks of 1,000 records. */
  private static byte[] write(Schema schema, List<GenericRecord> records, String codec)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(schema))) {
      writer.setCodec(CodecFactory.fromString(codec));
      writer.create(schema, bytes);
      for (int i = 0; i < records.size(); i++) {
        writer.append(records.get(i));
        if (i % 1000 == 999) {
          writer.sync();
        }
      }
    }
    return bytes.toByteArray();
  }

  private Collected read(Schema schema, List<GenericRecord> records, Column... columns)
      throws IOException {
    return read(write(schema, records, "null"), columns);
  }

  private Collected read(byte[] file, Column... columns) throws IOException {
    return Sources.read(folder, AVRO, file, columns);
  }
}
