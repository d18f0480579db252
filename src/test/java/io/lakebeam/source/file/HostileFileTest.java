package io.lakebeam.source.file;

import static io.lakebeam.graph.Column.nullable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.Limits;
import io.lakebeam.source.Collected;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.parquet.example.data.Group;
import org.apache.parquet.example.data.simple.SimpleGroup;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.example.ExampleParquetWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.LocalOutputFile;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.MessageTypeParser;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files made to exhaust their reader: each is refused as a whole, by its name. */
class HostileFileTest {
  private static final SourceSpec.Avro AVRO = new SourceSpec.Avro();
  private static final SourceSpec.Parquet PARQUET = new SourceSpec.Parquet();
  private static final Column ID = nullable("id", Primitive.INT);
  private static final Column TEXT = nullable("text", Primitive.STRING);
  private static final byte[] MARKER = new byte[16];

  @TempDir Path folder;

  private SourceException refused(SourceSpec.Format format, byte[] file, Column... columns) {
    SourceException told =
        assertThrows(
            SourceException.class, () -> Sources.read(folder, format, file, columns).rows.size());
    assertTrue(told.problem().contains(folder + "/data"), told.problem());
    assertTrue(told.isOfOneFile());
    assertFalse(told.isRetryable());
    return told;
  }

  private Path parquet(String fields, int rows, java.util.function.BiConsumer<Integer, Group> fill)
      throws IOException {
    MessageType type = MessageTypeParser.parseMessageType("message row { " + fields + " }");
    Path file = folder.resolve("data");
    Files.deleteIfExists(file);
    try (ParquetWriter<Group> writer =
        ExampleParquetWriter.builder(new LocalOutputFile(file))
            .withType(type)
            .withCompressionCodec(CompressionCodecName.ZSTD)
            .build()) {
      for (int i = 0; i < rows; i++) {
        Group group = new SimpleGroup(type);
        fill.accept(i, group);
        writer.write(group);
      }
    }
    return file;
  }

  /** A few kilobytes that are 150 million. */
  @Test
  void aPageThatUnpacksToMuchMoreIsNotUnpacked() throws Exception {
    Binary huge = Binary.fromConstantByteArray(new byte[150_000_000]);
    Path file = parquet("required binary text (STRING);", 1, (i, row) -> row.add("text", huge));
    assertTrue(Files.size(file) < 100_000);
    SourceException told = refused(PARQUET, Files.readAllBytes(file), TEXT);
    assertTrue(told.problem().endsWith("/data cannot be read as Parquet"));
    assertTrue(
        told.reason().startsWith("a page of it has 150,000,004 bytes, more than"), told.reason());
  }

  @Test
  void aValueThatIsTooLargeRejectsItsRow() throws Exception {
    byte[] large = new byte[Limits.VALUE_BYTES + 1];
    Arrays.fill(large, (byte) 'x');
    Path file =
        parquet(
            "required int32 id; required binary text (STRING);",
            3,
            (i, row) -> {
              row.add("id", i);
              row.add("text", Binary.fromConstantByteArray(i == 1 ? large : new byte[] {'y'}));
            });
    Collected out = Sources.read(folder, PARQUET, Files.readAllBytes(file), ID, TEXT);
    assertEquals(List.of(0, 2), out.column("id"));
    assertEquals(
        List.of(
            "column text: a value of 33,554,433 bytes, more than the 33,554,432 that one may have"),
        out.errors());
    assertEquals(List.of("{\"id\":1,\"text\":null}"), out.rawTexts());
    assertEquals(folder + "/data:2", out.rejected.get(0).position());
  }

  /** A dictionary says a value once, however often a list names it. */
  @Test
  void aRowThatGrowsFromADictionaryIsStopped() throws Exception {
    Binary text = Binary.fromConstantByteArray("x".repeat(10_000).getBytes(StandardCharsets.UTF_8));
    Path file =
        parquet(
            "repeated binary text (STRING);",
            1,
            (i, row) -> {
              for (int each = 0; each < 10_000; each++) {
                row.add("text", text);
              }
            });
    assertTrue(Files.size(file) < 100_000);
    SourceException told = refused(PARQUET, Files.readAllBytes(file), ID);
    assertEquals("a row of it has more than 67,108,864 characters", told.reason());
  }

  @Test
  void aSchemaThatIsNestedTooDeepIsRefused() throws Exception {
    int depth = 3000;
    String fields = "optional group a { ".repeat(depth) + "optional int32 id; " + "}".repeat(depth);
    Path[] file = {null};
    // Parquet's own writer needs a large stack for it.
    Thread writer =
        new Thread(
            null,
            () -> {
              try {
                file[0] = parquet(fields, 0, (i, row) -> {});
              } catch (IOException e) {
                throw new UncheckedIOException(e);
              }
            },
            "writer",
            1 << 29);
    writer.start();
    writer.join();
    SourceException told = refused(PARQUET, Files.readAllBytes(file[0]), ID);
    assertEquals("its columns are nested more than 200 levels deep", told.reason());
    assertThrows(
        SourceException.class,
        () ->
            FileColumns.check(
                Storage.PLAIN,
                Sources.files(folder + "/*", PARQUET, ID),
                Sources.slice(folder.resolve("data"))));
  }

  private static void number(OutputStream out, long value) throws IOException {
    long left = (value << 1) ^ (value >> 63);
    while ((left & ~0x7FL) != 0) {
      out.write((int) (left & 0x7F | 0x80));
      left >>>= 7;
    }
    out.write((int) left);
  }

  private static void text(OutputStream out, String text) throws IOException {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    number(out, bytes.length);
    out.write(bytes);
  }

  private static ByteArrayOutputStream header(String schema, String codec) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {'O', 'b', 'j', 1});
    number(out, 2);
    text(out, "avro.schema");
    text(out, schema);
    text(out, "avro.codec");
    text(out, codec);
    number(out, 0);
    out.write(MARKER);
    return out;
  }

  private static byte[] avro(String schema, String codec, long records, byte[] block)
      throws IOException {
    ByteArrayOutputStream out = header(schema, codec);
    number(out, records);
    number(out, block.length);
    out.write(block);
    out.write(MARKER);
    return out.toByteArray();
  }

  private static final Schema IDS =
      SchemaBuilder.record("R").fields().requiredInt("id").endRecord();

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "2000000000; a length of 2000000000 bytes, of which",
        "-1; a length of -1 bytes",
        "9223372036854775807; a length of 9223372036854775807 bytes"
      })
  void theLengthOfABlockMakesNoRoom(long length, String reason) throws Exception {
    ByteArrayOutputStream out = header(IDS.toString(), "null");
    number(out, 1);
    number(out, length);
    out.write(new byte[100]);
    SourceException told = refused(AVRO, out.toByteArray(), ID);
    assertTrue(told.reason().startsWith(reason), told.reason());
  }

  @Test
  void theLengthsOfAHeaderMakeNoRoom() throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(new byte[] {'O', 'b', 'j', 1});
    number(out, 1L << 40);
    number(out, 2_000_000_000);
    out.write(new byte[100]);
    assertTrue(refused(AVRO, out.toByteArray(), ID).reason().startsWith("a length of 2000000000"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"deflate", "zstandard", "bzip2", "snappy"})
  void aBlockThatUnpacksToMuchMoreIsStopped(String codec) throws Exception {
    byte[] unpacked = new byte[Limits.BLOCK_BYTES + 1];
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    switch (codec) {
      case "deflate" -> {
        try (OutputStream out = new DeflaterOutputStream(packed, new Deflater(9, true))) {
          out.write(unpacked);
        }
      }
      case "zstandard" -> {
        try (OutputStream out = new com.github.luben.zstd.ZstdOutputStream(packed)) {
          out.write(unpacked);
        }
      }
      case "snappy" -> {
        packed.write(org.xerial.snappy.Snappy.compress(unpacked));
        packed.write(new byte[4]);
      }
      default -> {
        try (OutputStream out =
            new org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream(packed)) {
          out.write(unpacked);
        }
      }
    }
    SourceException told =
        refused(AVRO, avro(IDS.toString(), codec, unpacked.length, packed.toByteArray()), ID);
    assertTrue(
        told.reason().startsWith("a block of it has more than the 134,217,728"), told.reason());
  }

  @Test
  void recordsWithoutBytesAreNotMadeByTheBillion() throws Exception {
    String nothing = "{\"type\":\"record\",\"name\":\"R\",\"fields\":[]}";
    SourceException told = refused(AVRO, avro(nothing, "null", 1L << 50, new byte[0]), ID);
    assertEquals("1125899906842624 records in a block of 0 bytes", told.reason());
  }

  @Test
  void aRecordThatIsTooLargeIsRejected() throws Exception {
    String schema =
        SchemaBuilder.record("R")
            .fields()
            .requiredInt("id")
            .requiredString("text")
            .endRecord()
            .toString();
    ByteArrayOutputStream block = new ByteArrayOutputStream();
    for (int i = 0; i < 3; i++) {
      number(block, i);
      text(block, "x".repeat(i == 1 ? Limits.VALUE_BYTES : 1));
    }
    Collected out =
        Sources.read(folder, AVRO, avro(schema, "null", 3, block.toByteArray()), ID, TEXT);
    assertEquals(List.of(0, 2), out.column("id"));
    assertEquals(
        List.of(
            "the record has 33,554,437 bytes, more than the 33,554,432 that one may have; its first"
                + " 64 KiB are kept"),
        out.errors());
    assertEquals(1 << 16, out.rejected.get(0).raw().length);
    assertEquals(folder + "/data:2", out.rejected.get(0).position());
  }

  @ParameterizedTest
  @ValueSource(ints = {150, 900, 100_000})
  void typesThatAreNestedTooDeepAreRefused(int depth) throws Exception {
    StringBuilder schema =
        new StringBuilder(
            "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"id\",\"type\":");
    schema
        .append("{\"type\":\"array\",\"items\":".repeat(depth))
        .append("\"int\"")
        .append("}".repeat(depth));
    schema.append("}]}");
    SourceException told = refused(AVRO, avro(schema.toString(), "null", 0, new byte[0]), ID);
    if (depth == 150) {
      assertEquals("records, arrays and maps lie more than 100 deep in each other", told.reason());
    }
  }

  /** A type that holds itself: each byte is a level. */
  @Test
  void valuesThatAreNestedTooDeepAreRefused() throws Exception {
    String list =
        """
        {"type":"record","name":"R","fields":[{"name":"next","type":["null","R"]}]}""";
    byte[] deep = new byte[1_000_001];
    Arrays.fill(deep, 0, 1_000_000, (byte) 2);
    SourceException told = refused(AVRO, avro(list, "null", 1, deep), ID);
    assertEquals("records, arrays and maps lie more than 100 deep in each other", told.reason());

    byte[] sound = Arrays.copyOfRange(deep, 1_000_000 - 50, 1_000_001);
    assertEquals(1, Sources.read(folder, AVRO, avro(list, "null", 1, sound), ID).rows.size());

    Collected message =
        Sources.decode(
            new SourceSpec.AvroMessages(list, "r.avsc", SourceSpec.Framing.NONE), deep, ID);
    assertEquals(
        List.of(
            "no Avro record of the declared schema: records, arrays and maps lie more than 100 deep"
                + " in each other"),
        message.errors());
  }
}
