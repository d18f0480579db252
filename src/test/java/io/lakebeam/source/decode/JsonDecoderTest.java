package io.lakebeam.source.decode;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.Column.required;
import static io.lakebeam.graph.DataType.Primitive.BIGINT;
import static io.lakebeam.graph.DataType.Primitive.BINARY;
import static io.lakebeam.graph.DataType.Primitive.BOOLEAN;
import static io.lakebeam.graph.DataType.Primitive.DATE;
import static io.lakebeam.graph.DataType.Primitive.DOUBLE;
import static io.lakebeam.graph.DataType.Primitive.FLOAT;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static io.lakebeam.graph.DataType.Primitive.SMALLINT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static io.lakebeam.graph.DataType.Primitive.TIMESTAMP;
import static io.lakebeam.graph.DataType.Primitive.TINYINT;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonDecoderTest {
  private static final SourceSpec.Json JSON = new SourceSpec.Json();
  private static final Column ID = required("id", STRING);
  private static final Column N = nullable("n", INT);
  private static final Column[] ALL = {
    required("id", STRING),
    nullable("b", BOOLEAN),
    nullable("i", INT),
    nullable("l", BIGINT),
    nullable("f", FLOAT),
    nullable("d", DOUBLE),
    nullable("m", new DataType.Decimal(6, 2)),
    nullable("bin", BINARY),
    nullable("day", DATE),
    nullable("at", TIMESTAMP),
    nullable("tags", new DataType.Array(STRING)),
    nullable("counts", new DataType.Map(STRING, INT)),
    nullable(
        "place", new DataType.Struct(List.of(required("name", STRING), nullable("lat", DOUBLE))))
  };

  @Test
  void everyTypeBecomesWhatABeamRowHolds() throws Exception {
    String text =
        "{\"id\":\"a\\u00e9\",\"b\":true,\"i\":-12,\"l\":9007199254740993,\"f\":1.5,\"d\":41.25,"
            + "\"m\":1234.5,\"bin\":\"AQID\",\"day\":\"2024-02-29\",\"at\":\"2024-02-29T12:00:00.5Z\","
            + "\"tags\":[\"x\",null],\"counts\":{\"k\":1,\"z\":null},"
            + "\"place\":{\"name\":\"JFK\",\"lat\":40.6}}";
    Row row = row(Sources.decode(JSON, text, ALL));
    assertEquals("a\u00e9", row.getValue("id"));
    assertEquals(true, row.getValue("b"));
    assertEquals(Integer.valueOf(-12), row.getValue("i"));
    assertEquals((Object) 9007199254740993L, row.getValue("l"));
    assertEquals((Object) 1.5f, row.getValue("f"));
    assertEquals((Object) 41.25, row.getValue("d"));
    assertEquals(new BigDecimal("1234.50"), row.getValue("m"));
    assertArrayEquals(new byte[] {1, 2, 3}, row.<byte[]>getValue("bin"));
    assertEquals(LocalDate.of(2024, 2, 29), row.getValue("day"));
    assertEquals(Instant.parse("2024-02-29T12:00:00.500Z"), row.getValue("at"));
    assertEquals(java.util.Arrays.asList("x", null), row.getValue("tags"));
    Map<String, Integer> counts = row.getValue("counts");
    assertEquals((Object) 1, counts.get("k"));
    assertTrue(counts.containsKey("z"));
    assertEquals("JFK", row.<Row>getValue("place").getString("name"));
    assertNull(row.getValue("_rescued"));
    assertEquals("reports", row.getValue("_source"));
    assertEquals("flights-0@7", row.getValue("_position"));
    assertEquals(Sources.PLANNED_AT, row.getValue("_ingested_at"));
    assertEquals(text, row.getValue("_raw"));
    assertEquals(row, throughCoder(row));
  }

  @Test
  void absentAndNullColumnsAreNull() throws Exception {
    Row row = row(Sources.decode(JSON, "{\"id\":\"a\",\"i\":null}", ALL));
    assertNull(row.getValue("i"));
    assertNull(row.getValue("place"));
    assertEquals(row, throughCoder(row));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"id\":\"a\",\"n\":\"12\"} | column n: expected INT, found the string \"12\"",
        "{\"id\":\"a\",\"n\":1.5} | column n: 1.5 is no whole number, expected INT",
        "{\"id\":\"a\",\"n\":2147483648} | column n: 2147483648 does not fit INT",
        "{\"id\":\"a\",\"tiny\":128} | column tiny: 128 does not fit TINYINT",
        "{\"id\":\"a\",\"tiny\":-129.0} | column tiny: -129.0 does not fit TINYINT",
        "{\"id\":\"a\",\"small\":32768} | column small: 32768 does not fit SMALLINT",
        "{\"id\":\"a\",\"small\":\"1\"} | column small: expected SMALLINT, found the string \"1\"",
        "{\"id\":\"a\",\"n\":1e999999999} | column n: 1e999999999 does not fit INT",
        "{\"id\":\"a\",\"n\":100e2147483647} | column n: 100e2147483647 does not fit INT",
        "{\"id\":\"a\\ud83d\"} | \\ud83d is half a character, whose other half is missing",
        "{\"id\":\"a\",\"\\ude00\":1} | \\ude00 is half a character, whose other half is missing",
        "{\"id\":\"a\",\"n\":true} | column n: expected INT, found true",
        "{\"id\":\"a\",\"n\":{}} | column n: expected INT, found an object",
        "{\"id\":\"a\",\"n\":[1]} | column n: expected INT, found an array",
        "{\"id\":5} | column id: expected STRING, found the number 5",
        "{\"n\":1} | column id: missing, but declared NOT NULL",
        "{\"id\":null} | column id: null, but declared NOT NULL",
        "[1] | expected a JSON object, found an array",
        "\"a\" | expected a JSON object, found the string \"a\"",
        "null | expected a JSON object, found null",
        "{\"id\":\"a\"} {\"id\":\"b\"} | text after the JSON object, at byte 11: \"{\"id\":\"b\"}\"",
        "{\"id\":\"a\"}xyz | text after the JSON object, at byte 10: \"xyz\"",
        "{\"id\":\"a\" | broken JSON: it ends at byte 9, before the object does",
        "{\"id\":\"a | broken JSON: it ends at byte 8, before the object does",
      })
  void badRecordsAreRejectedWithAReason(String text, String reason) {
    assertRejected(text, reason, ID, N, nullable("tiny", TINYINT), nullable("small", SMALLINT));
  }

  @Test
  void brokenJsonNamesTheByte() {
    Collected out = Sources.decode(JSON, "{\"id\":\"a\",}", ID, N);
    assertEquals(
        List.of(
            "broken JSON at byte 10: Unexpected character ('}' (code 125)): was expecting"
                + " double-quote to start field name"),
        out.errors());
  }

  @Test
  void emptyRecordsAreRejected() {
    assertRejected("", "the record is empty", ID);
    assertRejected("  \n", "the record is empty", ID);
    assertRejected("\uFEFF", "the record is empty", ID);
  }

  @Test
  void zeroBytesAreNotTakenForUtf16() {
    Collected out = Sources.decode(JSON, "{}".getBytes(StandardCharsets.UTF_16LE), N);
    assertEquals(List.of("broken JSON at byte 1: a zero byte"), out.errors());
  }

  @Test
  void invalidUtf8IsRejectedWithItsBytes() {
    byte[] bytes = "{\"id\":\"a?\"}".getBytes(StandardCharsets.UTF_8);
    bytes[8] = (byte) 0xC3;
    Collected out = Sources.decode(JSON, bytes, ID);
    assertEquals(List.of("invalid UTF-8 at byte 8"), out.errors());
    assertArrayEquals(bytes, out.rejected.get(0).raw());
  }

  @Test
  void aReplacementCharacterOfTheAuthorIsText() {
    assertEquals("\uFFFD", row(Sources.decode(JSON, "{\"id\":\"\uFFFD\"}", ID)).getValue("id"));
  }

  @Test
  void aByteOrderMarkIsPassedOver() {
    Row row = row(Sources.decode(JSON, "\uFEFF{\"id\":\"a\",\"x\":1}", ID));
    assertEquals("a", row.getValue("id"));
    assertEquals("{\"x\":1}", row.getValue("_rescued"));
    assertEquals("\uFEFF{\"id\":\"a\",\"x\":1}", row.getValue("_raw"));
    Collected broken = Sources.decode(JSON, "\uFEFF{\"id\":\"a\"}x", ID);
    assertEquals(List.of("text after the JSON object, at byte 13: \"x\""), broken.errors());
  }

  @Test
  void unknownFieldsAreRescuedAsTheyStand() {
    String text =
        "{\"gate\" : \"B\\\"12\",\"id\":\"a\",\"deep\":{\"x\":[1, 2.50]},\"big\":123456789012345678901234567890,"
            + " \"t\":true ,\"no\":null,\"e\":-1.0E+5}";
    Row row = row(Sources.decode(JSON, text, ID));
    assertEquals(
        "{\"gate\":\"B\\\"12\",\"deep\":{\"x\":[1, 2.50]},\"big\":123456789012345678901234567890,"
            + "\"t\":true,\"no\":null,\"e\":-1.0E+5}",
        row.getValue("_rescued"));
  }

  @Test
  void unknownFieldsOfStructsAreRescuedUnderTheirPath() {
    Column place = nullable("place", new DataType.Struct(List.of(nullable("name", STRING))));
    Row row = row(Sources.decode(JSON, "{\"place\":{\"name\":\"x\",\"alt\":5}}", place));
    assertEquals("{\"place.alt\":5}", row.getValue("_rescued"));
  }

  @Test
  void namesMatchExactlyThenIgnoringCase() {
    assertEquals("a", row(Sources.decode(JSON, "{\"ID\":\"a\"}", ID)).getValue("id"));
    Row exactFirst = row(Sources.decode(JSON, "{\"id\":\"a\",\"ID\":\"b\"}", ID));
    assertEquals("a", exactFirst.getValue("id"));
    assertEquals("{\"ID\":\"b\"}", exactFirst.getValue("_rescued"));
    assertEquals("b", row(Sources.decode(JSON, "{\"Id\":\"a\",\"id\":\"b\"}", ID)).getValue("id"));
  }

  @Test
  void theLastOfTwoEqualNamesCounts() {
    assertEquals(
        (Object) 2,
        row(Sources.decode(JSON, "{\"id\":\"a\",\"n\":1,\"n\":2}", ID, N)).getValue("n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"12.0", "1.2e1", "12", "1200e-2"})
  void integralNumbersAreInts(String number) {
    assertEquals((Object) 12, row(Sources.decode(JSON, "{\"n\":" + number + "}", N)).getValue("n"));
  }

  @Test
  void numbersThatLoseDigitsAreRejected() {
    Column money = nullable("m", new DataType.Decimal(4, 2));
    assertRejected("{\"m\":1.234}", "column m: 1.234 does not fit DECIMAL(4,2)", money);
    assertRejected("{\"m\":100}", "column m: 100 does not fit DECIMAL(4,2)", money);
    assertRejected("{\"m\":1e99999}", "column m: 1e99999 does not fit DECIMAL(4,2)", money);
    assertEquals(
        new BigDecimal("1.20"),
        row(Sources.decode(JSON, "{\"m\":\"1.200\"}", money)).getValue("m"));
    assertRejected("{\"f\":1e39}", "column f: 1e39 does not fit FLOAT", nullable("f", FLOAT));
    assertRejected("{\"d\":1e400}", "column d: 1e400 does not fit DOUBLE", nullable("d", DOUBLE));
    assertRejected(
        "{\"l\":9223372036854775808}",
        "column l: 9223372036854775808 does not fit BIGINT",
        nullable("l", BIGINT));
    assertEquals(
        (Object) Double.NaN,
        row(Sources.decode(JSON, "{\"d\":\"NaN\"}", nullable("d", DOUBLE))).getValue("d"));
  }

  @ParameterizedTest
  @CsvSource({
    "2024-05-06T07:08:09Z, 2024-05-06T07:08:09.000Z",
    "2024-05-06T07:08:09.1Z, 2024-05-06T07:08:09.100Z",
    "2024-05-06T07:08:09.123456789Z, 2024-05-06T07:08:09.123456Z",
    "2024-05-06T07:08:09.0000019, 2024-05-06T07:08:09.000001Z",
    "2024-05-06T07:08:09+02:00, 2024-05-06T05:08:09.000Z",
    "2024-05-06T07:08:09-0530, 2024-05-06T12:38:09.000Z",
    "2024-05-06T07:08:09+02, 2024-05-06T05:08:09.000Z",
    "2024-05-06T07:08:09, 2024-05-06T07:08:09.000Z",
    "2024-05-06 07:08:09, 2024-05-06T07:08:09.000Z",
    "2024-05-06 07:08:09.25, 2024-05-06T07:08:09.250Z",
    "2024-05-06T07:08Z, 2024-05-06T07:08:00.000Z",
    "1969-12-31T23:59:59.999Z, 1969-12-31T23:59:59.999Z",
    "0001-01-01T00:00:00Z, 0001-01-01T00:00:00.000Z",
    "1969-12-31T23:59:59.9999999Z, 1969-12-31T23:59:59.999999Z",
    "9999-12-31T23:59:59.999999999Z, 9999-12-31T23:59:59.999999Z",
  })
  void timestampsInEveryAcceptedForm(String text, String expected) {
    Row row = row(Sources.decode(JSON, "{\"at\":\"" + text + "\"}", nullable("at", TIMESTAMP)));
    assertEquals(Instant.parse(expected), row.getValue("at"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "yesterday",
        "2024-05-06",
        "2024-02-30T00:00:00Z",
        "2024-05-06T24:00:00Z",
        "2024-05-06T07:08:60Z",
        "2024-05-06T07:08:09.Z",
        "2024-05-06T07:08:09.1234567890Z",
        "2024-05-06T07:08:09+19:00",
        "2024-05-06T07:08:09+2",
        "2024-05-06T07:08:09ZZ",
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00+01:00",
        "2024-05-06T07:08:",
        "2024-05-06T07:08:0",
        "2024-05-06x07:08:09Z",
        "20240506T070809Z",
        "+2024-05-06T07:08:09Z"
      })
  void otherTimestampsAreRejected(String text) {
    assertRejected(
        "{\"at\":\"" + text + "\"}",
        "column at: expected TIMESTAMP as yyyy-MM-ddTHH:mm:ssZ, found \"" + text + "\"",
        nullable("at", TIMESTAMP));
  }

  @Test
  void everyDayOfTheCalendarIsRight() {
    for (long day = LocalDate.of(1, 1, 1).toEpochDay();
        day <= LocalDate.of(9999, 12, 31).toEpochDay();
        day += 1) {
      char[] text = LocalDate.ofEpochDay(day).toString().toCharArray();
      assertEquals(day, InstantText.epochDay(text, 0, text.length));
    }
  }

  @Test
  void timestampsAsNumbersAreEpochMilliseconds() {
    Column at = nullable("at", TIMESTAMP);
    assertEquals(
        Instant.ofEpochMilli(1714979289000L),
        row(Sources.decode(JSON, "{\"at\":1714979289000}", at)).getValue("at"));
    assertRejected(
        "{\"at\":999999999999999}", "column at: 999999999999999 does not fit TIMESTAMP", at);
  }

  @Test
  void reasonsNameThePlaceInNestedValues() {
    assertRejected(
        "{\"id\":\"a\",\"tags\":[\"x\",5]}",
        "column tags[1]: expected STRING, found the number 5",
        ALL);
    assertRejected(
        "{\"id\":\"a\",\"place\":{\"name\":null}}",
        "column place.name: null, but declared NOT NULL",
        ALL);
    assertRejected(
        "{\"id\":\"a\",\"counts\":{\"k\":\"v\"}}",
        "column counts[\"k\"]: expected INT, found the string \"v\"",
        ALL);
    assertRejected(
        "{\"id\":\"a\",\"bin\":\"%%\"}",
        "column bin: expected BINARY in base64, found \"%%\"", ALL);
    assertRejected(
        "{\"id\":\"a\",\"day\":\"01/02/2024\"}",
        "column day: expected DATE as yyyy-MM-dd, found \"01/02/2024\"",
        ALL);
  }

  @Test
  void reasonsQuoteLongValuesShortened() {
    assertRejected(
        "{\"n\":\"" + "x".repeat(500) + "\"}",
        "column n: expected INT, found the string \"" + "x".repeat(60) + "...\"",
        N);
  }

  @Test
  void deepNestingIsRejectedNotOverflowing() {
    Collected out = Sources.decode(JSON, "{\"x\":" + "[".repeat(100_000), N);
    assertEquals(1, out.rejected.size());
    assertTrue(out.errors().get(0).startsWith("broken JSON at byte "), out.errors().get(0));
  }

  private static void assertRejected(String text, String reason, Column... columns) {
    Collected out = Sources.decode(JSON, text, columns);
    assertEquals(List.of(reason), out.errors());
    assertEquals(List.of(text), out.rawTexts());
    assertEquals(0, out.rows.size());
    assertEquals("flights-0@7", out.rejected.get(0).position());
  }

  private static Row row(Collected out) {
    assertEquals(List.of(), out.errors());
    assertEquals(1, out.rows.size());
    return out.rows.get(0);
  }

  private static Row throughCoder(Row row) throws Exception {
    RowCoder coder = RowCoder.of(row.getSchema());
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    coder.encode(row, bytes);
    return coder.decode(new ByteArrayInputStream(bytes.toByteArray()));
  }
}
