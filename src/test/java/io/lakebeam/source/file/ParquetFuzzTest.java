package io.lakebeam.source.file;

import static io.lakebeam.graph.Column.nullable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.SchemaDdl;
import io.lakebeam.source.Collected;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.Fuzz;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A Parquet file with damaged bytes is refused as a whole, in a sentence and for good, or read:
 * what it then gives of its first rows is what was written, for its pages carry checksums.
 */
class ParquetFuzzTest {
  private static final Schema SCHEMA =
      new Schema.Parser()
          .parse(
              """
              {"type": "record", "name": "r", "fields": [
                {"name": "id", "type": ["null", "string"]},
                {"name": "n", "type": ["null", "int"]},
                {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
                {"name": "m", "type": {"type": "bytes", "logicalType": "decimal",
                                       "precision": 6, "scale": 1}},
                {"name": "tags", "type": {"type": "array", "items": "string"}},
                {"name": "extra", "type": ["null", "double"]}]}
              """);
  private static final Column[] COLUMNS = {
    nullable("id", Primitive.STRING),
    nullable("n", Primitive.INT),
    nullable("at", Primitive.TIMESTAMP),
    nullable("m", new DataType.Decimal(8, 2)),
    nullable("tags", new DataType.Array(Primitive.STRING))
  };

  @TempDir Path folder;

  @Test
  void snappy() throws Exception {
    damage(CompressionCodecName.SNAPPY);
  }

  @Test
  void plain() throws Exception {
    damage(CompressionCodecName.UNCOMPRESSED);
  }

  @Test
  void gzip() throws Exception {
    damage(CompressionCodecName.GZIP);
  }

  /** Lists, maps and structs of every type, which somebody else wrote. */
  @Test
  void everyType() throws Exception {
    Path arrow =
        Path.of("src/test/resources/io/lakebeam/source/parquet/arrow-small-decimals.parquet");
    damage(
        Files.readAllBytes(arrow),
        60,
        SchemaDdl.parse(
                "id BIGINT, u64 DECIMAL(20,0), d DOUBLE, s STRING, d38 DECIMAL(38,10), day DATE,"
                    + " us TIMESTAMP, items ARRAY<STRUCT<sku: STRING, tags: ARRAY<STRING>>>,"
                    + " m MAP<STRING, INT>, st STRUCT<x: INT>")
            .columns()
            .toArray(Column[]::new));
  }

  private void damage(CompressionCodecName codec) throws Exception {
    damage(Files.readAllBytes(write(codec)), 50, COLUMNS);
  }

  private void damage(byte[] clean, int rows, Column... columns) throws Exception {
    assertEquals(rows, read(clean, columns).rows.size());
    int[] told = {0, 0};
    Fuzz.rounds(
        120,
        random -> {
          byte[] file = damaged(clean, random);
          try {
            Collected out = read(file, columns);
            out.rejected.forEach(rejected -> assertFalse(rejected.error().isBlank()));
            told[0]++;
          } catch (SourceException e) {
            told[1]++;
            assertFalse(e.isRetryable(), e.getMessage());
            assertEquals(1, e.getMessage().lines().count(), e.getMessage());
            assertFalse(e.reason().isBlank());
          }
        });
    if (System.getProperty("lakebeam.fuzz.rounds") == null) {
      assertTrue(told[1] > 30, told[0] + " read, " + told[1] + " refused");
    }
  }

  /** A page's checksum tells what no type and no codec can. */
  @Test
  void aValueIsNeverChangedBySomeBitOfThePage() throws Exception {
    byte[] clean = Files.readAllBytes(write(CompressionCodecName.UNCOMPRESSED));
    int at = new String(clean, StandardCharsets.ISO_8859_1).indexOf("id 7 ");
    for (int bit = 0; bit < 8; bit++) {
      byte[] damaged = clean.clone();
      damaged[at + 3] ^= (byte) (1 << bit);
      SourceException refused = assertThrows(SourceException.class, () -> read(damaged, COLUMNS));
      assertTrue(refused.getMessage().contains("checksum"), refused.getMessage());
    }
  }

  /** Everywhere alike, and often in the footer, which says where everything is. */
  private static byte[] damaged(byte[] clean, Random random) {
    if (random.nextInt(4) == 0) {
      return Fuzz.damaged(clean, new byte[0][], random);
    }
    byte[] damaged = clean.clone();
    int footer =
        ByteBuffer.wrap(clean).order(java.nio.ByteOrder.LITTLE_ENDIAN).getInt(clean.length - 8);
    for (int i = random.nextInt(3); i >= 0; i--) {
      int at =
          random.nextBoolean()
              ? random.nextInt(clean.length)
              : clean.length - 8 - 1 - random.nextInt(footer);
      damaged[at] =
          random.nextBoolean()
              ? (byte) (damaged[at] ^ (1 << random.nextInt(8)))
              : (byte) random.nextInt(256);
    }
    return damaged;
  }

  private Collected read(byte[] content, Column... columns) throws IOException {
    Path file = Files.write(folder.resolve("read.parquet"), content);
    Collected out = new Collected(columns);
    SourceReader.of(
            Storage.PLAIN,
            Sources.files("/x/*", new SourceSpec.Parquet(), columns),
            s -> s.reference(),
            () -> false)
        .read(Sources.slice(file), Sources.PLANNED_AT, out);
    return out;
  }

  private Path write(CompressionCodecName codec) throws IOException {
    Path file = folder.resolve("clean.parquet");
    try (ParquetWriter<GenericRecord> writer =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(file))
            .withSchema(SCHEMA)
            .withCompressionCodec(codec)
            .build()) {
      for (int i = 0; i < 50; i++) {
        writer.write(
            new GenericRecordBuilder(SCHEMA)
                .set("id", i % 5 == 0 ? null : "id " + i + " \u00e9")
                .set("n", i)
                .set("at", 1_709_168_523_456_789L + i)
                .set("m", ByteBuffer.wrap(new byte[] {(byte) i}))
                .set("tags", List.of("x", "y" + i % 3))
                .set("extra", i % 2 == 0 ? null : i / 4.0)
                .build());
      }
    }
    return file;
  }
}
