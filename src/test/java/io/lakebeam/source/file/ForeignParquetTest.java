package io.lakebeam.source.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.parquet.HandBuilt;
import io.lakebeam.source.Collected;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Files as others left them: right values, the row to the quarantine, or a refusal with a way out.
 */
class ForeignParquetTest {
  private static final Path FILES = Path.of("src/test/resources/io/lakebeam/source/parquet");

  @TempDir Path folder;

  @Test
  void listsOfEveryWriterAreTheSame() throws Exception {
    String schema = "id INT NOT NULL, tags ARRAY<STRING>, items ARRAY<STRUCT<sku: STRING>>";
    List<String> rows = new ArrayList<>();
    for (String file : List.of("three", "legacy3", "two", "tuple", "bare")) {
      Collected out = read(FILES.resolve(file + ".parquet"), schema);
      assertEquals(List.of(), out.errors());
      for (Row row : out.rows) {
        rows.add(row.getInt32("id") + " " + row.<Object>getValue("tags") + " " + skus(row));
      }
    }
    assertEquals(
        List.of(
            "1 [x, null, y] [s1]",
            "2 [] null",
            "3 null null",
            "11 [x, null] [s11]",
            "21 [x, y] [s21, s22]",
            "31 [z] [s31]",
            "41 [p, q] [s41]",
            "42 [] []"),
        rows);
  }

  private static List<Object> skus(Row row) {
    List<?> items = (List<?>) row.<Object>getValue("items");
    return items == null
        ? null
        : items.stream().map(item -> ((Row) item).<Object>getValue("sku")).toList();
  }

  @Test
  void whatSparkWroteComesInWhole() throws Exception {
    Collected out =
        read(
            FILES.resolve("s.parquet"),
            "id INT, price DECIMAL(10,2), items ARRAY<STRUCT<sku: STRING, qty: INT>>,"
                + " tags ARRAY<STRING>, m MAP<STRING, INT>, geo STRUCT<lat: DOUBLE>,"
                + " d18 DECIMAL(18,4), d38 DECIMAL(38,10), b INT, s INT, day DATE, `at` TIMESTAMP");
    assertEquals(List.of(), out.errors());
    Row row = out.rows.get(0);
    assertEquals(new BigDecimal("-123.45"), row.<Object>getValue("price"));
    assertEquals(new BigDecimal("12345.6789"), row.<Object>getValue("d18"));
    assertEquals(new BigDecimal("99.0000000000"), row.<Object>getValue("d38"));
    Row item = (Row) ((List<?>) row.<Object>getValue("items")).get(0);
    assertFalse(item.getValue("sku") == null || item.getValue("qty") == null, item.toString());
    assertEquals(null, row.<Object>getValue("_rescued"));
  }

  @Test
  void aDecimalIsNoWholeNumberOfHundredths() throws Exception {
    Collected out = read(FILES.resolve("s.parquet"), "id INT, price BIGINT");
    assertEquals(0, out.rows.size());
    assertEquals("column price: -123.45 does not fit BIGINT", out.errors().get(0));
  }

  @Test
  void unsignedNumbersNeverGetASign() throws Exception {
    Path file = FILES.resolve("u.parquet");
    Collected exact = read(file, "u8 INT, u16 INT, u32 BIGINT, u64 DECIMAL(20,0)");
    assertEquals(
        List.of(
            List.of(200, 40000, 3_000_000_000L, new BigDecimal("5")),
            List.of(1, 1, 1L, new BigDecimal("18446744073709551615"))),
        exact.rows.stream().map(row -> row.getValues().subList(0, 4)).toList());
    assertEquals(
        List.of("column u64: 18446744073709551615 does not fit BIGINT"),
        read(file, "u8 INT, u16 INT, u32 BIGINT, u64 BIGINT").errors());
    Collected narrow = read(file, "u32 INT");
    assertEquals(List.of("column u32: 3000000000 does not fit INT"), narrow.errors());
    assertEquals(
        "{\"u8\":200,\"u16\":40000,\"u32\":3000000000,\"u64\":5}",
        new String(narrow.rejected.get(0).raw(), StandardCharsets.UTF_8));
    assertEquals(
        "{\"u8\":1,\"u16\":1,\"u64\":18446744073709551615}",
        narrow.rows.get(0).<Object>getValue("_rescued"));
  }

  @Test
  void everyColumnThatCannotBeReadIsNamedWithAWayOut() {
    SourceException refused =
        assertThrows(
            SourceException.class,
            () ->
                read(
                    FILES.resolve("s.parquet"),
                    "id INT, day STRING, items ARRAY<STRUCT<sku: INT>>, gone INT NOT NULL"));
    assertFalse(refused.isRetryable());
    assertEquals(
        "column gone: missing, but declared NOT NULL; column items[].sku: declared INT, but the"
            + " file holds BINARY STRING; column day: declared STRING, but the file holds INT32"
            + " DATE",
        refused.reason());
    assertEquals(
        "In the schema of the source, declare gone without NOT NULL; declare items"
            + " ARRAY<STRUCT<sku: STRING, qty: INT>>; declare day DATE. To go on without it, move it away and"
            + " run the update with --skip-missing; or declare bad_files: set_aside in the source,"
            + " which passes over such files",
        refused.fix());
  }

  @Test
  void anEncryptedFileAndOneThatIsCutAreTold() throws Exception {
    byte[] whole = Files.readAllBytes(FILES.resolve("u.parquet"));
    whole[whole.length - 1] = 'E';
    assertEquals(
        "it is encrypted, which is not read",
        assertThrows(SourceException.class, () -> read(written(whole), "u8 INT")).reason());
    byte[] cut = Arrays.copyOf(whole, whole.length / 2);
    assertEquals(
        "it does not end as a Parquet file does",
        assertThrows(SourceException.class, () -> read(written(cut), "u8 INT")).reason());
    byte[] rest = Arrays.copyOf(whole, 5);
    assertEquals(
        "it is too short for a Parquet file",
        assertThrows(SourceException.class, () -> read(written(rest), "u8 INT")).reason());
  }

  @Test
  void nanosecondsAreCutToMicroseconds() throws Exception {
    Path file =
        HandBuilt.write(
            folder.resolve("n.parquet"),
            "required int64 at (TIMESTAMP(NANOS,true));",
            List.of(row -> row.append("at", 1_709_251_199_123_456_789L)));
    Row row = read(file, "`at` TIMESTAMP").rows.get(0);
    assertEquals(
        "2024-02-29T23:59:59.123456Z", row.getLogicalTypeValue("at", Instant.class).toString());
    assertEquals("{\"at\":\"2024-02-29T23:59:59.123456789Z\"}", row.<Object>getValue("_raw"));
  }

  private Path written(byte[] content) throws Exception {
    return Files.write(folder.resolve("damaged.parquet"), content);
  }

  private static Collected read(Path file, String ddl) throws Exception {
    Column[] columns = SchemaDdl.parse(ddl).columns().toArray(Column[]::new);
    Collected out = new Collected(columns);
    SourceReader.of(
            Storage.PLAIN,
            Sources.files("/x/*", new SourceSpec.Parquet(), columns),
            s -> s.reference(),
            () -> false)
        .read(Sources.slice(file.toAbsolutePath()), Sources.PLANNED_AT, out);
    return out;
  }
}
