package io.lakebeam.parquet;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Problem;
import io.lakebeam.graph.SchemaDdl;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.io.api.Binary;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every type of the specification into every declared type that it may be read as. */
class ScalarTypesTest {
  @TempDir Path folder;

  @Test
  void decimalsInTheirFourForms() throws Exception {
    Binary long16 = Binary.fromConstantByteArray(bytes("-1234567890123456789012345678", 16));
    Path file =
        write(
            "required int32 a (DECIMAL(9,2)); required int64 b (DECIMAL(18,4));"
                + " required fixed_len_byte_array(16) c (DECIMAL(38,10));"
                + " required binary d (DECIMAL(20,2));",
            row ->
                row.append("a", -12345)
                    .append("b", 123456789L)
                    .append("c", long16)
                    .append("d", Binary.fromConstantByteArray(bytes("-5", 1))));
    ReadBack read =
        ReadBack.of(file, "a DECIMAL(10,2), b DECIMAL(18,4), c DECIMAL(38,10), d DECIMAL(38,4)");
    assertEquals(
        List.of(
            new BigDecimal("-123.45"),
            new BigDecimal("12345.6789"),
            new BigDecimal("-123456789012345678.9012345678"),
            new BigDecimal("-0.0500")),
        read.rows().get(0));
    assertEquals(
        List.of(
            "{\"a\":-123.45,\"b\":12345.6789,\"c\":-123456789012345678.9012345678,\"d\":-0.05}"),
        read.json());
    assertEquals(
        List.of("column a: -123.45 does not fit DECIMAL(4,2)"),
        ReadBack.of(file, "a DECIMAL(4,2)").faults());
    assertEquals(
        List.of("column a: -123.45 does not fit BIGINT"), ReadBack.of(file, "a BIGINT").faults());
    assertEquals(
        List.of("column a: -123.45 does not fit INT"), ReadBack.of(file, "a INT").faults());
  }

  @Test
  void wholeDecimalsAreWholeNumbers() throws Exception {
    Path file =
        write(
            "required int64 n (DECIMAL(18,2));",
            row -> row.append("n", 1200L),
            row -> row.append("n", 99_999_999_999_999_900L));
    ReadBack read = ReadBack.of(file, "n INT");
    assertEquals(List.of(12), read.column());
    assertEquals(List.of("column n: 999999999999999.00 does not fit INT"), read.faults());
    assertEquals(List.of(12L, 999_999_999_999_999L), ReadBack.of(file, "n BIGINT").column());
  }

  @Test
  void unsignedNumbersHaveNoSign() throws Exception {
    Path file =
        write(
            "required int32 u8 (UINT_8); required int32 u16 (UINT_16); required int32 u32 (UINT_32);"
                + " required int64 u64 (UINT_64);",
            row -> numbers(row, 200, 40000, (int) 3_000_000_000L, 5),
            row -> numbers(row, 1, 1, 1, -1));
    ReadBack exact = ReadBack.of(file, "u8 INT, u16 INT, u32 BIGINT, u64 DECIMAL(20,0)");
    assertEquals(
        List.of(
            List.of(200, 40000, 3_000_000_000L, new BigDecimal(5)),
            List.of(1, 1, 1L, new BigDecimal("18446744073709551615"))),
        exact.rows());
    assertEquals(
        List.of(
            "{\"u8\":200,\"u16\":40000,\"u32\":3000000000,\"u64\":5}",
            "{\"u8\":1,\"u16\":1,\"u32\":1,\"u64\":18446744073709551615}"),
        exact.json());
    assertEquals(
        List.of("column u64: 18446744073709551615 does not fit BIGINT"),
        ReadBack.of(file, "u64 BIGINT").faults());
    assertEquals(
        List.of("column u32: 3000000000 does not fit INT"), ReadBack.of(file, "u32 INT").faults());
    assertEquals(
        List.of("column u64: 18446744073709551615 does not fit DOUBLE"),
        ReadBack.of(file, "u64 DOUBLE").faults());
  }

  @Test
  void numbersThatFitExactlyAreReadAndOthersAreNot() throws Exception {
    Path file =
        write(
            "required int64 l; required double d; required int32 i (INT_8); required float f;",
            row -> numbers(row, 1L << 53, 3.0, -7, 2.5f),
            row -> numbers(row, (1L << 53) + 1, Double.NaN, 1 << 24, 16_777_216f),
            row -> numbers(row, Long.MAX_VALUE, 1e19, (1 << 24) + 1, Float.NaN),
            row -> numbers(row, Long.MIN_VALUE, -0.0, 1, -0.0f));
    assertEquals(List.of(0x1p53, (double) Long.MIN_VALUE), ReadBack.of(file, "l DOUBLE").column());
    assertEquals(
        List.of(
            "column l: 9007199254740993 does not fit DOUBLE",
            "column l: 9223372036854775807 does not fit DOUBLE"),
        ReadBack.of(file, "l DOUBLE").faults());
    assertEquals(List.of(3L, 0L), ReadBack.of(file, "d BIGINT").column());
    assertEquals(
        List.of("column d: NaN does not fit BIGINT", "column d: 1.0E19 does not fit BIGINT"),
        ReadBack.of(file, "d BIGINT").faults());
    assertEquals(List.of(-7f, 0x1p24f, 1f), ReadBack.of(file, "i FLOAT").column());
    assertEquals(List.of(16_777_216, 0), ReadBack.of(file, "f INT").column());
    assertEquals(
        List.of(new BigDecimal("-7.00"), new BigDecimal("1.00")),
        ReadBack.of(file, "i DECIMAL(5,2)").column());
    assertEquals(
        List.of(-7.0, 16_777_216.0, 16_777_217.0, 1.0), ReadBack.of(file, "i DOUBLE").column());
    ReadBack doubles = ReadBack.of(file, "f DOUBLE, d DOUBLE");
    assertEquals(Arrays.asList(2.5, 3.0), doubles.rows().get(0));
    assertEquals(
        "{\"l\":9007199254740993,\"d\":\"NaN\",\"i\":16777216,\"f\":1.6777216E7}",
        doubles.json().get(1));
  }

  @Test
  void halfPrecision() throws Exception {
    List<Consumer<Group>> rows = new ArrayList<>();
    int[] halves = {0x3c00, 0xc000, 0x7bff, 0x0001, 0x8000, 0x7c00, 0xfc00, 0x7e00, 0x3555};
    for (int half : halves) {
      byte[] bytes = {(byte) half, (byte) (half >> 8)};
      rows.add(row -> row.append("h", Binary.fromConstantByteArray(bytes)));
    }
    Path file =
        HandBuilt.write(
            folder.resolve("h.parquet"), "required fixed_len_byte_array(2) h (FLOAT16);", rows);
    assertEquals(
        List.of(
            1f,
            -2f,
            65504f,
            (float) Math.scalb(1.0, -24),
            -0f,
            Float.POSITIVE_INFINITY,
            Float.NEGATIVE_INFINITY,
            Float.NaN,
            0.33325195f),
        ReadBack.of(file, "h FLOAT").column());
    assertEquals(0.333251953125, ReadBack.of(file, "h DOUBLE").column().get(8));
    assertEquals("{\"h\":\"Infinity\"}", ReadBack.of(file, "h FLOAT").json().get(5));
  }

  @Test
  void timestampsOfEveryUnit() throws Exception {
    long nanos = 1_709_251_199_123_456_789L;
    Path file =
        write(
            "required int64 s (TIMESTAMP(MILLIS,true)); required int64 u (TIMESTAMP(MICROS,false));"
                + " required int64 n (TIMESTAMP(NANOS,true)); required int64 m (TIMESTAMP_MICROS);"
                + " required int96 i;",
            row -> stamps(row, nanos),
            row -> stamps(row, -1));
    ReadBack read =
        ReadBack.of(file, "s TIMESTAMP, u TIMESTAMP, n TIMESTAMP, m TIMESTAMP, i TIMESTAMP");
    Instant cut = Instant.parse("2024-02-29T23:59:59.123Z");
    Instant at = Instant.parse("2024-02-29T23:59:59.123456Z");
    Instant before = Instant.parse("1969-12-31T23:59:59.999999Z");
    assertEquals(
        List.of(
            List.of(cut, at, at, at, at),
            List.of(before.truncatedTo(ChronoUnit.MILLIS), before, before, before, before)),
        read.rows());
    assertEquals(
        "{\"s\":\"2024-02-29T23:59:59.123Z\",\"u\":\"2024-02-29T23:59:59.123456\","
            + "\"n\":\"2024-02-29T23:59:59.123456789Z\",\"m\":\"2024-02-29T23:59:59.123456Z\","
            + "\"i\":\"2024-02-29T23:59:59.123456789Z\"}",
        read.json().get(0));
    assertEquals(
        "column n: declared BIGINT, but the file holds INT64 TIMESTAMP(NANOS, isAdjustedToUTC=true)",
        ReadBack.mismatches(file, "n BIGINT").get(0).problem());
    assertEquals("declare n TIMESTAMP", ReadBack.mismatches(file, "n BIGINT").get(0).fix());
  }

  @Test
  void yearsThatNoTableShowsAreFaults() throws Exception {
    Path file =
        write(
            "required int32 d (DATE); required int64 t (TIMESTAMP(MILLIS,true));",
            row -> row.append("d", (int) LocalDate.of(1, 1, 1).toEpochDay()).append("t", 0L),
            row ->
                row.append("d", (int) LocalDate.of(10_000, 1, 1).toEpochDay())
                    .append("t", Long.MAX_VALUE));
    ReadBack dates = ReadBack.of(file, "d DATE");
    assertEquals(List.of(LocalDate.of(1, 1, 1)), dates.column());
    assertEquals(List.of("column d: +10000-01-01 does not fit DATE"), dates.faults());
    assertEquals(
        List.of("column t: +292278994-08-17T07:12:55.807Z does not fit TIMESTAMP"),
        ReadBack.of(file, "t TIMESTAMP").faults());
  }

  @Test
  void timesAreTexts() throws Exception {
    Path file =
        write(
            "required int32 a (TIME(MILLIS,true)); required int64 b (TIME(MICROS,false));"
                + " required int64 c (TIME(NANOS,true));",
            row -> numbers(row, 45_296_789, 1L, 86_399_999_999_999L),
            row -> numbers(row, -1, 0L, 0L));
    ReadBack read = ReadBack.of(file, "a STRING, b STRING, c STRING");
    assertEquals(
        List.of(List.of("12:34:56.789", "00:00:00.000001", "23:59:59.999999999")), read.rows());
    assertEquals(List.of("column a: -1 is no time of a day"), read.faults());
    assertEquals(
        "{\"a\":\"12:34:56.789\",\"b\":\"00:00:00.000001\",\"c\":\"23:59:59.999999999\"}",
        read.json().get(0));
  }

  @Test
  void textsAndBytes() throws Exception {
    byte[] uuid = bytes("00112233445566778899aabbccddeeff", 16, 16);
    byte[] interval =
        ByteBuffer.allocate(12)
            .order(ByteOrder.LITTLE_ENDIAN)
            .putInt(14)
            .putInt(3)
            .putInt(4005)
            .array();
    byte[] odd = {'a', (byte) 0xff};
    Path file =
        write(
            "required binary s (STRING); required binary e (ENUM); required binary j (JSON);"
                + " required binary b (BSON); required binary plain;"
                + " required fixed_len_byte_array(2) fixed;"
                + " required fixed_len_byte_array(16) u (UUID);"
                + " required fixed_len_byte_array(12) v (INTERVAL);",
            row ->
                row.append("s", "é\uFFFD\"")
                    .append("e", "RED")
                    .append("j", "{\"a\":1}")
                    .append("b", Binary.fromConstantByteArray(odd))
                    .append("plain", "text")
                    .append("fixed", Binary.fromConstantByteArray(odd))
                    .append("u", Binary.fromConstantByteArray(uuid))
                    .append("v", Binary.fromConstantByteArray(interval)));
    ReadBack read =
        ReadBack.of(file, "s STRING, e STRING, j STRING, plain STRING, u STRING, v STRING");
    assertEquals(
        List.of(
            "é\uFFFD\"",
            "RED",
            "{\"a\":1}",
            "text",
            "00112233-4455-6677-8899-aabbccddeeff",
            "P14M3DT4.005S"),
        read.rows().get(0));
    assertEquals(
        "{\"s\":\"é\uFFFD\\\"\",\"e\":\"RED\",\"j\":\"{\\\"a\\\":1}\",\"b\":\"Yf8=\","
            + "\"plain\":\"text\",\"fixed\":\"Yf8=\","
            + "\"u\":\"00112233-4455-6677-8899-aabbccddeeff\",\"v\":\"P14M3DT4.005S\"}",
        read.json().get(0));
    assertEquals(List.of("{\"b\":\"Yf8=\",\"fixed\":\"Yf8=\"}"), read.rescued());
    ReadBack bytes = ReadBack.of(file, "b BINARY, fixed BINARY, u BINARY, v BINARY, s BINARY");
    assertArrayEquals(odd, (byte[]) bytes.rows().get(0).get(0));
    assertArrayEquals(odd, (byte[]) bytes.rows().get(0).get(1));
    assertArrayEquals(uuid, (byte[]) bytes.rows().get(0).get(2));
    assertArrayEquals(interval, (byte[]) bytes.rows().get(0).get(3));
    assertEquals(
        List.of("column fixed: expected STRING, found bytes that are not UTF-8"),
        ReadBack.of(file, "fixed STRING").faults());
  }

  @Test
  void aColumnOfNullsIsOfEveryType() throws Exception {
    Path file = write("required int32 id; optional int32 n;", row -> row.append("id", 1));
    HandBuilt.unknown(file, "n");
    for (String type : List.of("STRING", "ARRAY<INT>", "STRUCT<a: DATE>", "DECIMAL(3,1)")) {
      ReadBack read = ReadBack.of(file, "id INT, n " + type);
      assertEquals(List.of(Arrays.asList(1, null)), read.rows());
      assertEquals(List.of("{\"id\":1,\"n\":null}"), read.json());
    }
    assertEquals(
        List.of("column n: null, but declared NOT NULL"),
        ReadBack.of(file, "n INT NOT NULL").faults());
  }

  /** Such as GEOMETRY and VARIANT, on which Parquet's library of this version ends. */
  @Test
  void annotationsOfTheFutureAreReadAsWhatTheyAreStoredAs() throws Exception {
    Path file =
        write(
            "required int32 id; optional binary g; optional group v { required binary metadata;"
                + " required binary value; }",
            row -> {
              row.append("id", 1).append("g", "wkb");
              row.addGroup("v").append("metadata", "m").append("value", "x");
            });
    HandBuilt.newer(file, Set.of("v", "g"), 16);
    ReadBack read =
        ReadBack.of(file, "id INT, g BINARY, v STRUCT<metadata: BINARY, value: BINARY>");
    assertEquals(1, read.rows().get(0).get(0));
    assertArrayEquals("wkb".getBytes("UTF-8"), (byte[]) read.rows().get(0).get(1));
    assertEquals(
        List.of(
            "column g: declared STRING, but the file holds BINARY with a logical type such as"
                + " GEOMETRY",
            "column v: declared STRING, but the file holds VARIANT"),
        ReadBack.mismatches(file, "g STRING, v STRING").stream().map(Problem::problem).toList());
    assertEquals(List.of(List.of(1)), ReadBack.of(file, "id INT").rows());
  }

  /** What is advised for a column reads it, whatever it holds. */
  @Test
  void theAdviceOfARefusalWorks() throws Exception {
    List<String> fields =
        List.of(
            "boolean x",
            "int32 x",
            "int32 x (UINT_8)",
            "int32 x (UINT_32)",
            "int64 x",
            "int64 x (UINT_64)",
            "int32 x (DECIMAL(5,2))",
            "binary x (DECIMAL(50,2))",
            "float x",
            "double x",
            "binary x",
            "binary x (STRING)",
            "binary x (ENUM)",
            "binary x (JSON)",
            "binary x (BSON)",
            "fixed_len_byte_array(3) x",
            "fixed_len_byte_array(16) x (UUID)",
            "fixed_len_byte_array(12) x (INTERVAL)",
            "fixed_len_byte_array(2) x (FLOAT16)",
            "int32 x (DATE)",
            "int64 x (TIME(NANOS,true))",
            "int64 x (TIMESTAMP(NANOS,false))",
            "int96 x",
            "group x (LIST) { repeated group list { optional int64 element (UINT_64); } }",
            "group x (MAP) { repeated group key_value { required int32 key; optional int96 v; } }",
            "group x { optional int32 a; repeated binary `b-c` (STRING); }".replace("`", ""));
    for (String field : fields) {
      for (String repetition : List.of("optional ", "repeated ")) {
        String semicolon = field.endsWith("}") ? "" : ";";
        Path file = write(repetition + field + semicolon);
        // Nothing is stored that may be read as both.
        List<Problem> found = new ArrayList<>(ReadBack.mismatches(file, "x BOOLEAN"));
        found.addAll(ReadBack.mismatches(file, "x MAP<BOOLEAN, BOOLEAN>"));
        assertTrue(!found.isEmpty(), field);
        for (Problem mismatch : found) {
          String advised = mismatch.fix().substring("declare ".length());
          assertEquals(1, SchemaDdl.parse(advised).columns().size());
          assertEquals(List.of(), ReadBack.mismatches(file, advised), repetition + field);
        }
      }
    }
  }

  @Test
  void whatCannotBeDeclaredIsLeftOut() throws Exception {
    Path file =
        write(
            "optional group m (MAP) { repeated group key_value { required group key {"
                + " optional int32 a; } optional int32 value; } }");
    assertEquals(
        "leave m out of the schema, then _rescued has it",
        ReadBack.mismatches(file, "m STRING").get(0).fix());
    assertEquals(
        "column m: declared STRING, but the file holds MAP of a group to INT32",
        ReadBack.mismatches(file, "m STRING").get(0).problem());
  }

  @Test
  void theTableOfTheDocumentationIsThisOne() throws Exception {
    List<String> page = Files.readAllLines(Path.of("docs/reference/sources.md"));
    int head = page.indexOf("| in the file | always fits | checked row by row |");
    assertTrue(head > 0, "the table is there");
    List<String> lines =
        page.stream().skip(head + 2L).takeWhile(line -> line.startsWith("|")).toList();
    assertEquals(Arrays.stream(StoredType.values()).map(StoredType::documented).toList(), lines);
  }

  private static void stamps(Group row, long nanos) {
    long days = Math.floorDiv(nanos, 86_400_000_000_000L);
    ByteBuffer int96 = ByteBuffer.allocate(12).order(ByteOrder.LITTLE_ENDIAN);
    int96.putLong(Math.floorMod(nanos, 86_400_000_000_000L)).putInt((int) days + 2_440_588);
    row.append("s", Math.floorDiv(nanos, 1_000_000L))
        .append("u", Math.floorDiv(nanos, 1000L))
        .append("n", nanos)
        .append("m", Math.floorDiv(nanos, 1000L))
        .append("i", Binary.fromConstantByteArray(int96.array()));
  }

  private static void numbers(Group row, Object... values) {
    for (int i = 0; i < values.length; i++) {
      Object value = values[i];
      switch (row.getType().getType(i).asPrimitiveType().getPrimitiveTypeName()) {
        case INT32 -> row.add(i, ((Number) value).intValue());
        case INT64 -> row.add(i, ((Number) value).longValue());
        case FLOAT -> row.add(i, (Float) value);
        default -> row.add(i, (Double) value);
      }
    }
  }

  /** Big-endian two's complement. */
  private static byte[] bytes(String number, int length) {
    return bytes(number, length, 10);
  }

  private static byte[] bytes(String number, int length, int radix) {
    BigInteger value = new BigInteger(number, radix);
    byte[] digits = value.toByteArray();
    byte[] bytes = new byte[length];
    if (value.signum() < 0) {
      Arrays.fill(bytes, (byte) -1);
    }
    int count = Math.min(length, digits.length);
    System.arraycopy(digits, digits.length - count, bytes, length - count, count);
    return bytes;
  }

  @SafeVarargs
  private Path write(String fields, Consumer<Group>... rows) throws java.io.IOException {
    return HandBuilt.write(folder.resolve("rows.parquet"), fields, List.of(rows));
  }
}
