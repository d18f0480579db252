package io.lakebeam.delta.file;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.DataFile;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.shaded.spark.sql.catalyst.expressions.GenericInternalRow;
import io.lakebeam.shaded.spark.sql.types.Decimal;
import io.lakebeam.shaded.spark.unsafe.types.UTF8String;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.RandomRows;
import io.lakebeam.testing.TestingRows;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.column.page.DataPage;
import org.apache.parquet.column.page.PageReadStore;
import org.apache.parquet.column.page.PageReader;
import org.apache.parquet.hadoop.ParquetFileReader;
import org.apache.parquet.hadoop.util.HadoopInputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes into a data file comes out of it. */
class DataFileRoundTripTest {
  private static final int SCHEMAS = 60;

  @TempDir Path folder;

  @Test
  void everyType() throws Exception {
    TableSchema schema = RandomRows.everyType();
    List<Row> rows = new RandomRows(new Random(1)).rows(schema, 500);

    assertEquals(rows, written(schema, TestingRows.internal(schema, rows)));
  }

  @Test
  void anySchemaAndAnyRows() throws Exception {
    for (int seed = 0; seed < SCHEMAS; seed++) {
      RandomRows random = new RandomRows(new Random(seed));
      TableSchema schema = random.schema();
      List<Row> rows = random.rows(schema, 1 + seed);

      assertEquals(rows, written(schema, TestingRows.internal(schema, rows)), "seed " + seed);
    }
  }

  @Test
  void columnsAreProjectedReorderedAndFilledUp() {
    TableSchema schema = RandomRows.everyType();
    List<Row> rows = new RandomRows(new Random(3)).rows(schema, 50);
    List<DataFile> files = write(schema, List.of(), rows);
    TableSchema later = schema.plus(List.of(Column.nullable("added_later", Primitive.STRING)));

    List<Row> read = read(files, later, List.of("s", "added_later", "id"));

    assertEquals(50, read.size());
    for (int i = 0; i < rows.size(); i++) {
      assertEquals(rows.get(i).<Object>getValue("s"), read.get(i).getValue(0));
      assertEquals(null, read.get(i).<Object>getValue(1));
      assertEquals(rows.get(i).<Long>getValue("id"), read.get(i).getValue(2));
    }
  }

  /** As many bytes as records may have; small rows before them let Parquet expect small ones. */
  @Test
  void longValuesMakeNoPageThatReadersRefuse() throws Exception {
    TableSchema schema = TableSchema.of(Column.nullable("text", Primitive.STRING));
    String text = "x".repeat(4 << 20);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 2000; i++) {
      rows.add(Row.withSchema(TestingRows.schema(schema)).attachValues(List.of("short")));
    }
    for (int i = 0; i < 24; i++) {
      rows.add(Row.withSchema(TestingRows.schema(schema)).attachValues(List.of(i + text)));
    }
    List<DataFile> files = write(schema, List.of(), rows);
    try (ParquetFileReader reader =
        ParquetFileReader.open(
            HadoopInputFile.fromPath(
                new org.apache.hadoop.fs.Path(folder.toString(), files.get(0).path()),
                Storage.PLAIN.configuration()))) {
      for (PageReadStore group = reader.readNextRowGroup();
          group != null;
          group = reader.readNextRowGroup()) {
        PageReader pages =
            group.getPageReader(reader.getFileMetaData().getSchema().getColumns().get(0));
        for (DataPage page = pages.readPage(); page != null; page = pages.readPage()) {
          assertTrue(page.getUncompressedSize() < 32 << 20, page.getUncompressedSize() + " bytes");
        }
      }
    }
    assertEquals(rows.size(), read(files, schema, List.of("text")).size());
  }

  @Test
  void noColumnsAtAllStillCountRows() {
    TableSchema schema =
        TableSchema.of(Column.nullable("day", Primitive.DATE), Column.nullable("n", Primitive.INT));
    List<Row> rows = new RandomRows(new Random(4)).rows(schema, 30);
    List<DataFile> files = write(schema, List.of("day"), rows);

    assertEquals(30, read(files, schema, List.of()).size());
    assertEquals(30, read(files, schema, List.of("day")).size());
  }

  @Test
  void partitionValuesOfEveryTypeComeBackTyped() {
    List<DataType> types = new ArrayList<>(List.of(Primitive.values()));
    types.remove(Primitive.BINARY);
    types.add(new DataType.Decimal(20, 4));
    for (DataType type : types) {
      TableSchema schema =
          TableSchema.of(Column.nullable("p", type), Column.required("id", Primitive.BIGINT));
      List<Row> rows = new RandomRows(new Random(5)).rows(schema, 12);

      List<DataFile> files = write(schema, List.of("p"), rows);

      List<Row> read = read(files, schema, schema.names());
      assertEquals(sorted(rows, type), sorted(read, type), type.sql());
    }
  }

  @Test
  void manyPartitionsKeepFewFilesOpen() {
    TableSchema schema =
        TableSchema.of(
            Column.nullable("p", Primitive.INT), Column.required("id", Primitive.BIGINT));
    List<Row> rows =
        IntStream.range(0, 400).mapToObj(i -> TestingRows.row(schema, i % 40, (long) i)).toList();
    try (DataFileWriter writer =
        new DataFileWriter(Place.of(folder.toString()), schema, List.of("p"), "few", 4)) {
      TestingRows.internal(schema, rows).forEach(writer::write);
      List<DataFile> files = writer.finish();

      assertEquals(40, files.size(), "a file for each partition, though four are open at a time");
      assertEquals(400, files.stream().mapToLong(DataFile::rows).sum());
      assertEquals(400, read(files, schema, schema.names()).size());
    }
  }

  @Test
  void abortLeavesNoFile() throws Exception {
    TableSchema schema = RandomRows.everyType();
    try (DataFileWriter writer =
        new DataFileWriter(Place.of(folder.toString()), schema, List.of(), "gone")) {
      TestingRows.internal(schema, new RandomRows(new Random(6)).rows(schema, 10))
          .forEach(writer::write);
      writer.abort();
      assertEquals(List.of(), writer.finish());
    }
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(0, left.count());
    }
  }

  @Test
  void namesSayWhereAFileComesFromAndNoChecksumsLieAround() throws Exception {
    TableSchema schema = RandomRows.everyType();
    List<DataFile> files = write(schema, List.of(), new RandomRows(new Random(7)).rows(schema, 1));

    assertTrue(files.get(0).path().matches("part-7-[0-9a-f-]{36}\\.zstd\\.parquet"));
    try (Stream<Path> left = Files.list(folder)) {
      assertEquals(
          List.of(files.get(0).path()), left.map(f -> f.getFileName().toString()).toList());
    }
  }

  @Test
  void aMissingRequiredValueAndATooLargeNumberAreNamed() {
    TableSchema schema =
        TableSchema.of(
            Column.required("carrier", Primitive.STRING),
            Column.nullable("delay", new DataType.Decimal(4, 2)));
    InternalRow noCarrier = new GenericInternalRow(2);
    InternalRow late =
        new GenericInternalRow(new Object[] {UTF8String.fromString("AA"), Decimal.apply("1234.5")});
    assertTrue(
        assertThrows(NullInRequiredColumnException.class, () -> written(schema, List.of(noCarrier)))
            .getMessage()
            .contains("carrier"));
    assertEquals(
        "1234.5 does not fit into DECIMAL(4,2)",
        assertThrows(IllegalArgumentException.class, () -> written(schema, List.of(late)))
            .getMessage());
    Row rounded = TestingRows.row(schema, "AA", new BigDecimal("1.005"));
    assertEquals(
        new BigDecimal("1.01"),
        read(write(schema, List.of(), List.of(rounded)), schema, List.of("delay"))
            .get(0)
            .getDecimal(0));
  }

  private List<Row> written(TableSchema schema, List<InternalRow> rows) throws Exception {
    Path file = Files.createTempFile(folder, "part", ".parquet");
    FileIO.Sink<InternalRow> sink =
        RowSinks.sink(schema, IntStream.range(0, schema.columns().size()).toArray());
    try (OutputChannel channel = new OutputChannel(Files.newOutputStream(file))) {
      sink.open(channel);
      for (InternalRow row : rows) {
        sink.write(row);
      }
      sink.flush();
    }
    try (CloseableIterator<InternalRow> reader =
        DataFileReader.read(Storage.PLAIN, Storage.PLAIN.path(file.toString()), schema)) {
      return TestingRows.read(schema, reader);
    }
  }

  private List<DataFile> write(TableSchema schema, List<String> partitionBy, List<Row> rows) {
    try (DataFileWriter writer =
        new DataFileWriter(Place.of(folder.toString()), schema, partitionBy, "7")) {
      TestingRows.internal(schema, rows).forEach(writer::write);
      return writer.finish();
    }
  }

  private List<Row> read(List<DataFile> files, TableSchema schema, List<String> columns) {
    List<Row> rows = new ArrayList<>();
    for (DataFile file : files) {
      try (CloseableIterator<InternalRow> reader =
          DataFileReader.read(Place.of(folder.toString()), file, schema, columns)) {
        rows.addAll(TestingRows.read(TestingRows.part(schema, columns), reader));
      }
    }
    return rows;
  }

  /** By id; the empty string is NULL in a partition, as Delta has it. */
  private static List<Map<Long, String>> sorted(List<Row> rows, DataType type) {
    return rows.stream()
        .map(
            row -> {
              Object value = row.getValue("p");
              boolean none = value == null || (type == Primitive.STRING && value.equals(""));
              return Map.of(row.getInt64("id"), none ? "NULL" : value.toString());
            })
        .sorted(java.util.Comparator.comparing(map -> map.keySet().iterator().next()))
        .toList();
  }
}
