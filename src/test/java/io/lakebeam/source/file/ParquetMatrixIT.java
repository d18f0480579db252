package io.lakebeam.source.file;

import static io.lakebeam.testing.SameRows.assertSame;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.row.WholeTypes;
import io.lakebeam.source.Collected;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.DuckDb;
import io.lakebeam.testing.Fuzz;
import io.lakebeam.testing.RandomRows;
import io.lakebeam.testing.SameRows;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingRows;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Writers of Parquet times types times NULLs and nesting: random rows, read by us and by Spark, and
 * equal. Each round names its seed when it fails.
 */
class ParquetMatrixIT {
  private static final Path FILES =
      Path.of("src/test/resources/io/lakebeam/source/parquet").toAbsolutePath();
  private static final Map<String, Long> COMPARED = new TreeMap<>();

  @TempDir Path folder;

  @AfterAll
  static void tellWhatWasCompared() {
    COMPARED.forEach((writer, values) -> System.out.println(writer + ": " + values + " values"));
  }

  @Test
  void everyTypeOfOursByEveryWriter() {
    Fuzz.rounds(
        1,
        random -> {
          TableSchema schema = RandomRows.everyType();
          List<Row> rows = SameRows.numbered(schema, new RandomRows(random).rows(schema, 500));
          Path ours = ParquetWriters.ours(folder.resolve("every"), schema, rows);
          compare("ours", ours, schema, rows);
          for (Map.Entry<String, ParquetWriters.Copy> writer : ParquetWriters.ALL.entrySet()) {
            Path copy = writer.getValue().of(ours, folder.resolve(writer.getKey()));
            compare(writer.getKey(), copy, schema, rows);
          }
          List<Row> whole = rows.stream().filter(ParquetWriters::hasNoNullElement).toList();
          Path some = ParquetWriters.ours(folder.resolve("whole"), schema, whole);
          for (boolean twoLevels : new boolean[] {true, false}) {
            String name = "avro, lists of " + (twoLevels ? "two" : "three") + " levels";
            Path copy = folder.resolve(name + ".parquet");
            ParquetWriters.avro(some, copy, twoLevels);
            compare(name, copy, schema, whole);
          }
        });
  }

  @Test
  void anySchemaByEveryWriter() {
    Fuzz.rounds(
        4,
        random -> {
          RandomRows any = new RandomRows(random);
          TableSchema schema = any.schema();
          List<Row> rows = SameRows.numbered(schema, any.rows(schema, 60));
          Path at = folder.resolve("any" + System.nanoTime());
          Path ours = ParquetWriters.ours(at, schema, rows);
          compare("ours", ours, schema, rows);
          for (Map.Entry<String, ParquetWriters.Copy> writer : ParquetWriters.ALL.entrySet()) {
            compare(
                writer.getKey(),
                writer.getValue().of(ours, at.resolve(writer.getKey())),
                schema,
                rows);
          }
        });
  }

  /** Random rows of Arrow's C++, which pandas and many others write with. */
  @Test
  void arrow() throws Exception {
    compareAsSparkSeesIt("arrow, as it comes", FILES.resolve("arrow.parquet"));
    compareAsSparkSeesIt(
        "arrow, small decimals, second version of pages",
        FILES.resolve("arrow-small-decimals.parquet"));
    List<Row> rows =
        read(
            FILES.resolve("arrow-others.parquet"),
            SchemaDdl.parse(
                "id BIGINT, nothing MAP<STRING, DATE>, t32 STRING, t32_text STRING, t64 STRING,"
                    + " t64_text STRING, ns TIMESTAMP, ns_text STRING, u STRING, u_text STRING,"
                    + " h DOUBLE, h_text DOUBLE"));
    for (Row row : rows) {
      assertEquals(null, row.<Object>getValue("nothing"));
      for (String column : List.of("t32", "t64", "ns", "u", "h")) {
        assertEquals(
            Objects.toString(row.<Object>getValue(column + "_text")),
            Objects.toString(cut(row.<Object>getValue(column))),
            column);
      }
    }
    COMPARED.merge("arrow, what Spark does not read", rows.size() * 6L, Long::sum);
  }

  /** Random messages of sixty rows, written by parquet-protobuf 1.15.2 in both of its ways. */
  @Test
  void protobuf() throws Exception {
    compareAsSparkSeesIt(
        "protobuf, lists as specified", FILES.resolve("protobuf-specified.parquet"));
    compareAsSparkSeesIt("protobuf, repeated fields", FILES.resolve("protobuf-repeated.parquet"));
  }

  @Test
  void theTypesThatOnlyDuckDbHas() throws Exception {
    Path file = folder.resolve("duckdb-types.parquet");
    DuckDb.write(
        "SELECT i AS id, u.* FROM range(500) r(i), LATERAL (SELECT"
            + nullable("u8", "(i * 37 % 256)::UTINYINT")
            + nullable("u16", "(i * 7919 % 65536)::USMALLINT")
            + nullable("u32", "(i * 8589934 % 4294967296)::UINTEGER")
            + nullable("u64", "(18446744073709551615 - i::HUGEINT * 36893488147419103)::UBIGINT")
            + nullable("i8", "(i % 256 - 128)::TINYINT")
            + nullable("i16", "(i * 131 - 32768)::SMALLINT")
            + nullable("d4", "(i / 10 - 25)::DECIMAL(4,1)")
            + nullable("d9", "(i * 1234.567 - 300000)::DECIMAL(9,3)")
            + nullable("d18", "(i * 1234567890.5 - 1e11)::DECIMAL(18,2)")
            + nullable("d38", "(i * 1e20 - 1e22)::DECIMAL(38,4)")
            + nullable("e", "(CASE i % 2 WHEN 0 THEN 'red' ELSE 'blue' END)::ENUM('red', 'blue')")
            + nullable("local", "TIMESTAMP '1950-01-01 00:00:00.123456' + INTERVAL (i * 59) HOUR")
            + nullable("ms", "(TIMESTAMP '1960-01-01' + INTERVAL (i) DAY)::TIMESTAMP_MS")
            + nullable("utc", "TIMESTAMPTZ '1999-12-31 23:59:59.999999+00' + INTERVAL (i) MINUTE")
            + nullable("st", "{'x': i, 'y': [i, NULL, i + 1], 'z': {'w': 'w' || i}}")
            + nullable("m", "MAP {'k' || i: i, 'none': NULL}")
            + nullable("ls", "[{'q': i}, NULL, {'q': NULL}]")
            + nullable("ll", "[[i, NULL], [], NULL]")
            + " true AS flag) u",
        file,
        "");
    compareAsSparkSeesIt("duckdb, its own types", file);
  }

  private static String nullable(String name, String value) {
    // As many NULLs as come by chance: another row for each column.
    return " CASE WHEN (i + "
        + name.hashCode() % 9
        + ") % 9 = 0 THEN NULL ELSE "
        + value
        + " END AS "
        + name
        + ",";
  }

  /** Spark refuses these, so DuckDB's own texts tell what is right. */
  @Test
  void theTypesThatSparkDoesNotRead() throws Exception {
    Path file = folder.resolve("duckdb-others.parquet");
    String query =
        "SELECT i AS id, (TIME '00:00:00.000001' + INTERVAL (i * 171) SECOND)::TIME AS t,"
            + " md5(i::VARCHAR)::UUID AS u,"
            + " make_timestamp_ns(1709251199123456789 + i * 3600000000001) AS ns,"
            + " [md5((i + 1)::VARCHAR)::UUID, NULL] AS us"
            + " FROM range(300) r(i)";
    DuckDb.write(query, file, "");
    List<Row> rows =
        read(
            file, SchemaDdl.parse("id BIGINT, t STRING, u STRING, ns TIMESTAMP, us ARRAY<STRING>"));
    List<List<String>> texts =
        DuckDb.texts(
            "SELECT id::VARCHAR, strftime('2000-01-01'::DATE + t, '%H:%M:%S.%f'), u::VARCHAR,"
                + " strftime(ns, '%Y-%m-%dT%H:%M:%S.%f') || 'Z', '[' || us[1]::VARCHAR || ', null]'"
                + " FROM ("
                + query
                + ")");
    assertEquals(
        texts,
        rows.stream()
            .map(row -> row.getValues().stream().map(value -> String.valueOf(value)).toList())
            .toList());
    COMPARED.merge("duckdb, what Spark does not read", texts.size() * 5L, Long::sum);
  }

  /** Parquet's library of this version ends on it, declared or not. */
  @Test
  void aVariantBesideOtherColumns() throws Exception {
    Path file = folder.resolve("variant.parquet");
    DuckDb.write("SELECT 1::BIGINT AS id, {'a': 1}::VARIANT AS v", file, "");
    assertEquals(1L, read(file, SchemaDdl.parse("id BIGINT")).get(0).<Object>getValue("id"));
    SourceException refused =
        assertThrows(
            SourceException.class, () -> read(file, SchemaDdl.parse("id BIGINT, v STRING")));
    assertEquals("column v: declared STRING, but the file holds VARIANT", refused.reason());
    Row parts =
        read(file, SchemaDdl.parse("v STRUCT<metadata: BINARY, value: BINARY>")).get(0).getRow("v");
    assertNotNull(parts.getBytes("metadata"));
  }

  private void compare(String writer, Path file, TableSchema schema, List<Row> rows)
      throws Exception {
    List<Row> read = read(file, schema);
    boolean isCut = writer.contains("milliseconds");
    assertSame(read, rows.stream().map(row -> written(row, isCut)).toList());
    assertSame(
        read,
        SparkReader.parquet(file.toString()).stream().map(row -> narrow(row, schema)).toList());
    COMPARED.merge(writer, (long) rows.size() * schema.columns().size(), Long::sum);
  }

  /** Avro has no numbers of 8 and 16 bits, and Spark reads what the file says. */
  private static Map<String, Object> narrow(Map<String, Object> row, TableSchema schema) {
    Map<String, Object> values = new LinkedHashMap<>(row);
    for (Column column : schema.columns()) {
      if (values.get(column.name()) instanceof Integer number
          && column.type() != DataType.Primitive.INT) {
        values.put(column.name(), WholeTypes.fitted(number, column.type()));
      }
    }
    return values;
  }

  private static Map<String, Object> written(Row row, boolean isCut) {
    Map<String, Object> values = SameRows.plain(row);
    values.replaceAll((name, value) -> isCut ? cut(value) : value);
    return values;
  }

  /** With instants of milliseconds. */
  private static Object cut(Object value) {
    if (value instanceof List<?> elements) {
      List<Object> values = new ArrayList<>();
      elements.forEach(element -> values.add(cut(element)));
      return values;
    }
    if (value instanceof Map<?, ?> entries) {
      Map<Object, Object> values = new LinkedHashMap<>();
      entries.forEach((key, entry) -> values.put(key, cut(entry)));
      return values;
    }
    return value instanceof Instant instant ? instant.truncatedTo(ChronoUnit.MILLIS) : value;
  }

  /** Declared as Spark infers it from the file. */
  private void compareAsSparkSeesIt(String writer, Path file) throws Exception {
    String ddl =
        SparkReader.session()
            .read()
            .parquet(file.toString())
            .schema()
            .toDDL()
            .replace("TIMESTAMP_NTZ", "TIMESTAMP");
    TableSchema schema = SchemaDdl.parse(ddl);
    List<Row> read = read(file, schema);
    List<Map<String, Object>> theirs = new ArrayList<>();
    for (Map<String, Object> row : SparkReader.parquet(file.toString())) {
      Map<String, Object> values = new LinkedHashMap<>();
      row.forEach((name, value) -> values.put(name, inOurTypes(value)));
      theirs.add(values);
    }
    assertSame(read, theirs);
    COMPARED.merge(writer, (long) read.size() * schema.columns().size(), Long::sum);
  }

  private static Object inOurTypes(Object value) {
    if (value instanceof LocalDateTime local) {
      return inOurTypes(local.toInstant(ZoneOffset.UTC));
    }
    if (value instanceof List<?> elements) {
      List<Object> values = new ArrayList<>();
      elements.forEach(element -> values.add(inOurTypes(element)));
      return values;
    }
    if (value instanceof Map<?, ?> entries) {
      Map<Object, Object> values = new LinkedHashMap<>();
      entries.forEach((key, entry) -> values.put(key, inOurTypes(entry)));
      return values;
    }
    return value;
  }

  private List<Row> read(Path file, TableSchema schema) throws Exception {
    Collected out = new Collected(schema.columns().toArray(Column[]::new));
    SourceReader.of(
            Storage.PLAIN,
            Sources.files(
                "/x/*", new SourceSpec.Parquet(), schema.columns().toArray(Column[]::new)),
            s -> s.reference(),
            () -> false)
        .read(Sources.slice(file), Sources.PLANNED_AT, out);
    assertEquals(List.of(), out.errors());
    org.apache.beam.sdk.schemas.Schema own = TestingRows.schema(schema);
    return out.rows.stream()
        .map(
            row ->
                Row.withSchema(own)
                    .attachValues(new ArrayList<>(row.getValues().subList(0, own.getFieldCount()))))
        .toList();
  }
}
