package io.lakebeam.source.file;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.Column.required;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.Collected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.beam.sdk.values.Row;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ParquetFileTest {
  private static final SourceSpec.Parquet PARQUET = new SourceSpec.Parquet();
  private static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "r", "fields": [
                {"name": "ID", "type": "string"},
                {"name": "n", "type": ["null", "int"]},
                {"name": "day", "type": {"type": "int", "logicalType": "date"}},
                {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                {"name": "m", "type": {"type": "bytes", "logicalType": "decimal",
                                       "precision": 6, "scale": 1}},
                {"name": "tags", "type": {"type": "array", "items": "string"}},
                {"name": "place", "type": {"type": "record", "name": "p", "fields": [
                  {"name": "name", "type": "string"}]}},
                {"name": "extra", "type": ["null", "double"]}]}
              """);

  @TempDir Path folder;

  @Test
  void columnsAreFoundByNameAndTheRestIsRescued() throws Exception {
    Collected out =
        read(
            write(record(1, 2.5)),
            required("id", Primitive.STRING),
            nullable("n", Primitive.BIGINT),
            nullable("day", Primitive.DATE),
            nullable("at", Primitive.TIMESTAMP),
            nullable("m", new DataType.Decimal(8, 2)),
            nullable("tags", new DataType.Array(Primitive.STRING)),
            nullable("place", new DataType.Struct(List.of(nullable("name", Primitive.STRING)))),
            nullable("absent", Primitive.STRING));
    assertEquals(List.of(), out.errors());
    Row row = out.rows.get(0);
    assertEquals("a", row.getValue("id"));
    assertEquals((Object) 1L, row.getValue("n"));
    assertEquals(LocalDate.of(2024, 2, 29), row.getValue("day"));
    assertEquals(Instant.parse("2024-02-29T01:02:03.456789Z"), row.getValue("at"));
    assertEquals(new BigDecimal("12.30"), row.getValue("m"));
    assertEquals(List.of("x", "y"), row.getValue("tags"));
    assertEquals("JFK", row.<Row>getValue("place").getString("name"));
    assertNull(row.getValue("absent"));
    assertEquals("{\"extra\":2.5}", row.getValue("_rescued"));
    assertEquals(folder + "/data.parquet:1", row.getValue("_position"));
    assertEquals(
        "{\"ID\":\"a\",\"n\":1,\"day\":\"2024-02-29\",\"at\":\"2024-02-29T01:02:03.456789Z\","
            + "\"m\":12.3,\"tags\":[\"x\",\"y\"],\"place\":{\"name\":\"JFK\"},\"extra\":2.5}",
        row.getValue("_raw"));
  }

  @Test
  void nullsInRequiredColumnsAreRejected() throws Exception {
    Collected out = read(write(record(1, null), record(null, null)), required("n", Primitive.INT));
    assertEquals(1, out.rows.size());
    assertEquals(List.of("column n: null, but declared NOT NULL"), out.errors());
    assertEquals(folder + "/data.parquet:2", out.rejected.get(0).position());
  }

  @Test
  void aColumnOfAnotherTypeRefusesTheFile() throws Exception {
    Path file = write(record(1, null));
    SourceException wrong =
        assertThrows(SourceException.class, () -> read(file, nullable("day", Primitive.STRING)));
    assertFalse(wrong.isRetryable());
    assertEquals("column day: declared STRING, but the file holds INT32 DATE", wrong.reason());
    SourceException missing =
        assertThrows(SourceException.class, () -> read(file, required("gone", Primitive.INT)));
    assertEquals("column gone: missing, but declared NOT NULL", missing.reason());
  }

  @Test
  void aDamagedFileIsTold() throws Exception {
    Path file = Files.writeString(folder.resolve("data.parquet"), "no parquet at all, but text");
    SourceException damaged =
        assertThrows(SourceException.class, () -> read(file, nullable("n", Primitive.INT)));
    assertEquals(file + " cannot be read as Parquet", damaged.problem());
    assertFalse(damaged.isRetryable());
  }

  @Test
  void aFileWithoutRowsGivesNothing() throws Exception {
    assertEquals(0, read(write(), nullable("n", Primitive.INT)).records());
    Path empty = Files.write(folder.resolve("empty.parquet"), new byte[0]);
    assertEquals(0, read(empty, nullable("n", Primitive.INT)).records());
  }

  @Test
  void anErrorOfTheOutputIsNotTheFiles() throws Exception {
    Path file = write(record(1, null));
    RowOutput failing =
        new Collected() {
          @Override
          public synchronized void row(InternalRow row) {
            throw new IllegalStateException("downstream");
          }
        };
    SourceReader reader =
        SourceReader.of(
            Storage.PLAIN,
            Sources.files("/x/*", PARQUET, nullable("n", Primitive.INT)),
            s -> s.reference(),
            () -> false);
    assertTrue(
        assertThrows(
                IllegalStateException.class,
                () -> reader.read(Sources.slice(file), Sources.PLANNED_AT, failing))
            .getMessage()
            .contains("downstream"));
  }

  private static Collected read(Path file, Column... columns) throws Exception {
    Collected out = new Collected(columns);
    SourceReader.of(
            Storage.PLAIN, Sources.files("/x/*", PARQUET, columns), s -> s.reference(), () -> false)
        .read(Sources.slice(file), Sources.PLANNED_AT, out);
    return out;
  }

  private Path write(GenericRecord... records) throws Exception {
    Path file = folder.resolve("data.parquet");
    Files.deleteIfExists(file);
    try (ParquetWriter<GenericRecord> writer =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
            .withSchema(SCHEMA)
            .build()) {
      for (GenericRecord record : records) {
        writer.write(record);
      }
    }
    return file;
  }

  private static GenericRecord record(Integer n, Double extra) {
    return new GenericRecordBuilder(SCHEMA)
        .set("ID", "a")
        .set("n", n)
        .set("day", (int) LocalDate.of(2024, 2, 29).toEpochDay())
        .set("at", 1_709_168_523_456_789L)
        .set("m", ByteBuffer.wrap(new byte[] {123}))
        .set("tags", List.of("x", "y"))
        .set(
            "place",
            new GenericRecordBuilder(SCHEMA.getField("place").schema()).set("name", "JFK").build())
        .set("extra", extra)
        .build();
  }
}
