package io.lakebeam.delta;

import static io.lakebeam.testing.SameRows.assertSame;
import static io.lakebeam.testing.SameRows.numbered;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.CommitOutcome.Committed;
import io.lakebeam.delta.file.CloseableIterator;
import io.lakebeam.delta.file.DataFileReader;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.storage.Place;
import io.lakebeam.testing.DuckDb;
import io.lakebeam.testing.KernelReader;
import io.lakebeam.testing.RandomRows;
import io.lakebeam.testing.SparkReader;
import io.lakebeam.testing.TestingRows;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.apache.beam.sdk.values.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Others open our tables, and we open theirs. */
class ForeignReadersIT {
  private static final int SCHEMAS = 12;

  @TempDir Path lake;

  @Test
  void everyTypeIsTheSameInSparkKernelAndDuckDb() throws Exception {
    TableSchema schema = RandomRows.everyType();
    DeltaTable table = table("every_type", TableDefinition.of(schema));
    List<Row> rows = numbered(schema, new RandomRows(new Random(11)).rows(schema, 200));
    append(table, schema, List.of(), rows, 1);

    assertSame(rows, SparkReader.read(table.path()));
    assertSame(rows, KernelReader.read(table.path()));
    assertSame(rows, throughDuckDb(table));
  }

  @Test
  void anySchemaIsTheSameInSparkKernelAndDuckDb() throws Exception {
    for (int seed = 0; seed < SCHEMAS; seed++) {
      RandomRows random = new RandomRows(new Random(seed));
      TableSchema schema = random.schema();
      DeltaTable table = table("any_" + seed, TableDefinition.of(schema));
      List<Row> rows = numbered(schema, random.rows(schema, 40));
      append(table, schema, List.of(), rows, 1);

      assertSame(rows, SparkReader.read(table.path()));
      assertSame(rows, KernelReader.read(table.path()));
      assertSame(rows, throughDuckDb(table));
    }
  }

  @Test
  void partitionsOfEveryTypeAreTheSameInSparkAndKernel() {
    List<DataType> types = new ArrayList<>(List.of(Primitive.values()));
    types.remove(Primitive.BINARY);
    types.add(new DataType.Decimal(12, 3));
    for (int i = 0; i < types.size(); i++) {
      TableSchema schema =
          TableSchema.of(
              Column.required("id", Primitive.BIGINT), Column.nullable("p", types.get(i)));
      DeltaTable table = table("by_" + i, TableDefinition.of(schema).partitionedBy("p"));
      List<Row> rows = numbered(schema, new RandomRows(new Random(i)).rows(schema, 25));
      append(table, schema, List.of("p"), rows, 1);
      List<Row> expected = new ArrayList<>();
      for (Row row : rows) {
        // Delta cannot tell the empty string from NULL in a partition.
        expected.add("".equals(row.getValue("p")) ? row(schema, row.getInt64("id"), null) : row);
      }

      assertSame(expected, SparkReader.read(table.path()));
      List<Row> kernels = expected.stream().map(row -> asKernelReads(schema, row)).toList();
      assertSame(kernels, KernelReader.read(table.path()));
    }
  }

  /** Delta Kernel cuts the instants of partitions to milliseconds, which Spark does not. */
  private static Row asKernelReads(TableSchema schema, Row row) {
    return row.getValue("p") instanceof Instant at
        ? row(schema, row.getInt64("id"), at.truncatedTo(ChronoUnit.MILLIS))
        : row;
  }

  @Test
  void statisticsAndPartitionsSpareSparkFiles() {
    TableSchema schema =
        TableSchema.of(
            Column.nullable("day", Primitive.DATE),
            Column.nullable("at", Primitive.TIMESTAMP),
            Column.nullable("n", Primitive.INT),
            Column.nullable("name", Primitive.STRING),
            Column.nullable("price", new DataType.Decimal(10, 2)),
            Column.nullable(
                "s", new DataType.Struct(List.of(Column.nullable("x", Primitive.DOUBLE)))));
    DeltaTable table = table("skipping", TableDefinition.of(schema).partitionedBy("day"));
    for (int file = 0; file < 4; file++) {
      List<Row> rows = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        int n = file * 10 + i;
        rows.add(
            row(
                schema,
                LocalDate.of(2024, 3, 1 + file / 2),
                Instant.parse("2024-03-01T00:00:00.001Z").plusSeconds(n * 60L),
                n,
                "x".repeat(40) + (char) ('a' + file),
                new java.math.BigDecimal(n + ".25"),
                row(
                    new TableSchema(((DataType.Struct) schema.columns().get(5).type()).fields()),
                    n / 2.0)));
      }
      append(table, schema, List.of("day"), rows, file + 1);
    }
    assertEquals(4, SparkReader.filesRead(table.path(), "true").size());
    Map<String, Integer> files =
        Map.of(
            "day = DATE'2024-03-02'",
            2,
            "n = 15",
            1,
            "n > 25",
            2,
            "at >= TIMESTAMP'2024-03-01 00:30:00'",
            1,
            "price < 9.5",
            1,
            "s.x > 17",
            1,
            "name > 'y'",
            0,
            "name = '" + "x".repeat(40) + "b'",
            4,
            "n IS NULL",
            0,
            "day = DATE'2024-03-01' AND n < 10",
            1);
    files.forEach(
        (where, expected) ->
            assertEquals(expected, SparkReader.filesRead(table.path(), where).size(), where));
    assertEquals(1, SparkReader.read(table.path(), "n = 15").size());
    assertEquals(10, SparkReader.read(table.path(), "name = '" + "x".repeat(40) + "b'").size());
    assertEquals(10, SparkReader.read(table.path(), "at >= TIMESTAMP'2024-03-01 00:30:00'").size());
  }

  @Test
  void historyIsReadByDescribeHistory() {
    TableSchema schema = TableSchema.of(Column.nullable("n", Primitive.INT));
    DeltaTable table = table("history", TableDefinition.of(schema));
    append(table, schema, List.of(), List.of(row(schema, 1), row(schema, 2)), 5);

    Map<String, Object> last =
        SparkReader.sql("DESCRIBE HISTORY delta.`" + table.path() + "`").get(0);

    assertEquals("STREAMING UPDATE", last.get("operation"));
    assertEquals(Map.of("epoch", "5"), last.get("operationParameters"));
    Map<?, ?> metrics = (Map<?, ?>) last.get("operationMetrics");
    assertEquals("2", metrics.get("numOutputRows"));
    assertEquals("1", metrics.get("numFiles"));
    assertTrue(Long.parseLong((String) metrics.get("numOutputBytes")) > 0);
    assertTrue(((String) last.get("engineInfo")).startsWith("Lakebeam/"));
  }

  @Test
  void sparkGoesOnWhereWeStopAndWeWhereItDoes() {
    TableSchema schema =
        TableSchema.of(
            Column.required("id", Primitive.BIGINT), Column.nullable("name", Primitive.STRING));
    DeltaTable table = table("both", TableDefinition.of(schema));
    for (int i = 0; i < 12; i++) {
      append(table, schema, List.of(), List.of(row(schema, (long) i, "ours")), i);
    }
    String target = "delta.`" + table.path() + "`";
    SparkReader.sql("INSERT INTO " + target + " VALUES (100, 'theirs')");
    SparkReader.sql("UPDATE " + target + " SET name = 'changed' WHERE id = 3");
    SparkReader.sql("DELETE FROM " + target + " WHERE id = 4");
    append(table, schema, List.of(), List.of(row(schema, 101L, "ours")), 12);

    List<String> names =
        readAll(table).stream().map(r -> r.getInt64("id") + r.getString("name")).sorted().toList();
    assertEquals(13, names.size());
    assertTrue(names.containsAll(List.of("100theirs", "3changed", "101ours")), names.toString());
    assertEquals(13, SparkReader.count(table.path()));
    Changes changes = table.changes(13, 16);
    assertEquals(2, changes.removed().size());
    assertEquals(
        List.of(1L, 1L),
        changes.removed().stream().map(DataFile::bytes).map(b -> b > 0 ? 1L : 0L).toList());
  }

  /** Columns and fields that came with later rows, and one that later rows no longer have. */
  @Test
  void columnsThatCameLaterAreTheSameInSparkAndKernel() {
    TableDefinition first =
        TableDefinition.of(SchemaDdl.parse("id BIGINT, a STRUCT<x: INT>, old INT NOT NULL"));
    TableDefinition second =
        TableDefinition.of(SchemaDdl.parse("gate STRING, a STRUCT<y: STRING, x: INT>, id BIGINT"));
    DeltaTable table = table("evolved", first);
    append(table, first, List.of(row(first.schema(), 1L, struct(first, 10), 5)), 1);
    append(table, second, List.of(row(second.schema(), "A1", struct(second, "y", 20), 2L)), 2);

    TableDefinition merged =
        TableDefinition.of(
            SchemaDdl.parse("id BIGINT, a STRUCT<x: INT, y: STRING>, old INT, gate STRING"));
    assertEquals(merged.schema(), table.latest().orElseThrow().schema());
    List<Row> rows =
        List.of(
            row(merged.schema(), 1L, struct(merged, 10, null), 5, null),
            row(merged.schema(), 2L, struct(merged, 20, "y"), null, "A1"));
    assertSame(rows, SparkReader.read(table.path()));
    assertSame(rows, KernelReader.read(table.path()));
  }

  private static Row struct(TableDefinition definition, Object... values) {
    DataType.Struct type = (DataType.Struct) definition.schema().column("a").orElseThrow().type();
    return row(new TableSchema(type.fields()), values);
  }

  @Test
  void weReadWhatSparkWrites() {
    SparkSession spark = SparkReader.session();
    String select =
        "SELECT id, CAST(id AS STRING) AS text, CAST(id * 1.5 AS DECIMAL(8,2)) AS d8,"
            + " CAST(id AS DECIMAL(16,1)) AS d16, CAST(-id AS DECIMAL(38,3)) AS d38,"
            + " TIMESTAMP'2024-03-01 12:34:56.789' AS at, DATE'2024-03-01' AS day,"
            + " array(id, NULL) AS list, map('k', id, 'none', NULL) AS m,"
            + " named_struct('a', id, 'b', array(named_struct('c', 'x'))) AS s,"
            + " CAST('bytes' AS BINARY) AS bin, CAST(id AS FLOAT) AS f, id % 2 = 0 AS even"
            + " FROM range(1, 51)";
    for (Map.Entry<String, String> setting :
        Map.of(
                "spark.sql.parquet.outputTimestampType", "INT96",
                "spark.sql.parquet.writeLegacyFormat", "true",
                "spark.sql.parquet.compression.codec", "gzip")
            .entrySet()) {
      String path = lake.resolve("spark_" + setting.getValue()).toString();
      String before = spark.conf().get(setting.getKey());
      spark.conf().set(setting.getKey(), setting.getValue());
      try {
        spark.sql(select).repartition(1).write().format("delta").partitionBy("day").save(path);
      } finally {
        spark.conf().set(setting.getKey(), before);
      }
      List<Row> rows = readAll(DeltaTable.at(Place.of(path)));

      assertEquals(50, rows.size());
      assertSame(rows, SparkReader.read(path));
    }
  }

  /** What DuckDB found in the table's files, as it wrote it. */
  private List<Map<String, Object>> throughDuckDb(DeltaTable table) throws Exception {
    List<Path> files =
        table.latest().orElseThrow().files().stream()
            .map(file -> Path.of(table.path(), file.path()))
            .toList();
    Path copy = lake.resolve(Path.of(table.path()).getFileName() + ".duckdb.parquet");
    DuckDb.copy(files, copy, "");
    return SparkReader.parquet(copy.toString());
  }

  private DeltaTable table(String name, TableDefinition definition) {
    DeltaTable table = DeltaTable.at(Place.of(lake.resolve(name).toString()));
    table.create(definition);
    return table;
  }

  private static void append(
      DeltaTable table, TableSchema schema, List<String> partitionBy, List<Row> rows, long epoch) {
    try (DataFileWriter writer =
        new DataFileWriter(table.place(), schema, partitionBy, Long.toString(epoch))) {
      TestingRows.internal(schema, rows).forEach(writer::write);
      Commit commit =
          Commit.builder("test", epoch)
              .add(writer.finish())
              .parameters(Map.of("epoch", Long.toString(epoch)))
              .build();
      assertInstanceOf(Committed.class, table.commit(commit));
    }
  }

  private static void append(
      DeltaTable table, TableDefinition definition, List<Row> rows, long epoch) {
    try (DataFileWriter writer =
        new DataFileWriter(table.place(), definition.schema(), List.of(), "")) {
      TestingRows.internal(definition.schema(), rows).forEach(writer::write);
      Commit commit =
          Commit.builder("test", epoch).add(writer.finish()).writtenFor(definition).build();
      assertInstanceOf(Committed.class, table.commit(commit));
    }
  }

  private static List<Row> readAll(DeltaTable table) {
    Snapshot snapshot = table.latest().orElseThrow();
    List<Row> rows = new ArrayList<>();
    for (DataFile file : snapshot.files()) {
      try (CloseableIterator<InternalRow> reader =
          DataFileReader.read(table.place(), file, snapshot.schema(), snapshot.schema().names())) {
        rows.addAll(TestingRows.read(snapshot.schema(), reader));
      }
    }
    return rows;
  }

  private static Row row(TableSchema schema, Object... values) {
    return TestingRows.row(schema, values);
  }
}
