package io.lakebeam.source.file;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.DataType.Primitive.BIGINT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.FileRules;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.file.DataFileWriter;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.avro.AvroParquetWriter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.io.LocalOutputFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Large files that are read in parts: they give what they give as a whole. */
class SliceCutterTest {
  private static final Column A = nullable("a", STRING);
  private static final Column B = nullable("b", STRING);
  private static final SourceSpec.Json LINES = new SourceSpec.Json();
  private static final Schema RECORD =
      SchemaBuilder.record("r").fields().requiredLong("id").requiredString("name").endRecord();

  @TempDir Path folder;

  private Slice.FileSlice write(byte[] content) throws IOException {
    return Sources.slice(Files.write(folder.resolve("data"), content));
  }

  private SourceSpec source(SourceSpec.Format format, Column... columns) {
    return Sources.files(folder + "/*", format, columns);
  }

  private static Collected read(SourceSpec source, List<? extends Slice> slices) {
    Collected out = new Collected(source);
    SourceReader reader = SourceReader.of(Storage.PLAIN, source, s -> s.reference(), () -> false);
    slices.forEach(
        slice -> reader.readOrSetAside(slice, Optional.empty(), Sources.PLANNED_AT, out));
    return out;
  }

  /** The number of parts. */
  private static int assertSame(SourceSpec source, Slice.FileSlice file, long rows) {
    List<? extends Slice> parts = SliceCutter.of(Storage.PLAIN, source).parts(file, rows);
    Collected whole = read(source, List.of(file));
    Collected cut = read(source, parts);
    String told = source.format() + " in " + parts.size() + " parts";
    assertEquals(whole.rows, cut.rows, told);
    assertEquals(rejected(whole), rejected(cut), told);
    assertEquals(whole.warnings, cut.warnings, told);
    assertEquals(file.position(), parts.get(parts.size() - 1).position());
    return parts.size();
  }

  private static List<String> rejected(Collected of) {
    return of.rejected.stream()
        .map(
            each ->
                each.position()
                    + " "
                    + each.error()
                    + " "
                    + new String(each.raw(), StandardCharsets.ISO_8859_1))
        .toList();
  }

  @Test
  void linesOfJson() throws Exception {
    StringBuilder text = new StringBuilder("\uFEFF\n");
    for (int i = 0; i < 1000; i++) {
      text.append("{\"a\": \"ä").append(i).append("\"}").append(i % 3 == 0 ? "\r\n" : "\n");
      if (i % 97 == 0) {
        text.append("\n{\"a\": broken\n");
      }
    }
    SourceSpec source = source(LINES, A);
    Slice.FileSlice file = write(text.toString().getBytes(StandardCharsets.UTF_8));
    assertTrue(assertSame(source, file, 1) > 50);
    assertEquals(1, SliceCutter.of(Storage.PLAIN, source).parts(file, file.weight()).size());
    Collected cut = read(source, SliceCutter.of(Storage.PLAIN, source).parts(file, 10));
    assertEquals(1000, cut.rows.size());
    assertEquals(11, cut.rejected.size());
    assertEquals(folder + "/data:1023", cut.column("_position").get(999), "counted over all parts");
  }

  /** The hint comes from the first line, which only the first part has. */
  @Test
  void anArrayOverManyLinesIsHintedAtInEveryPart() throws Exception {
    String text = "[\n" + "{\"a\": \"x\"},\n".repeat(100) + "]\n";
    Slice.FileSlice file = write(text.getBytes(StandardCharsets.UTF_8));
    assertTrue(assertSame(source(LINES, A), file, 1) > 2);
    assertEquals(
        1, assertSame(source(new SourceSpec.Json(true, false, LINES.framing()), A), file, 1));
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-8", "UTF-16", "UTF-16LE", "UTF-32BE", "windows-1252"})
  void separatedValues(String charset) throws Exception {
    Random random = new Random(charset.hashCode());
    boolean bom = charset.equals("UTF-16");
    for (int round = 0; round < 40; round++) {
      SourceSpec.Csv csv =
          new SourceSpec.Csv(
              random.nextBoolean(),
              ',',
              random.nextInt(3) == 0 ? SourceSpec.Csv.NONE : '"',
              random.nextInt(3) == 0 ? '\\' : SourceSpec.Csv.NONE,
              random.nextInt(3) == 0 ? '#' : SourceSpec.Csv.NONE,
              random.nextInt(3) == 0 ? random.nextInt(40) : 0,
              bom ? "UTF-8" : charset,
              "");
      byte[] content = text(random).getBytes(Charset.forName(charset));
      assertSame(source(csv, A, B), write(content), 1);
    }
  }

  @Test
  void textKeepsEveryLine() throws Exception {
    Random random = new Random(4);
    for (int round = 0; round < 40; round++) {
      byte[] content = text(random).getBytes(StandardCharsets.UTF_8);
      assertSame(source(new SourceSpec.Text(), A), write(content), 1);
    }
  }

  /** Signs of every kind, close together. */
  private static String text(Random random) {
    String[] words = {"a", "b", "ä", ",", "\"", "\n", "\n", "\r\n", "\r", "#", "\\", " ", "a,b\n"};
    StringBuilder text = new StringBuilder(random.nextBoolean() ? "a,b\n" : "");
    int quotes = random.nextInt(3);
    for (int i = 0; i < 1500; i++) {
      String word = words[random.nextInt(words.length)];
      // With many quotes, most of a file is in one of them.
      boolean rare = word.equals("\"") && (quotes == 0 || random.nextInt(20) > quotes);
      text.append(rare ? "c" : word);
    }
    return text.toString();
  }

  @Test
  void aQuotedLineEndIsNoPlaceToCut() throws Exception {
    String field = "\"" + "one\ntwo\r\nthree\n".repeat(40) + "\"";
    String text = "a,b\n" + ("1," + field + "\n2,x\n").repeat(5);
    SourceSpec source = source(Sources.CSV, A, B);
    Slice.FileSlice file = write(text.getBytes(StandardCharsets.UTF_8));
    int parts = assertSame(source, file, 1);
    assertTrue(parts > 4 && parts < 11, "" + parts);
    assertEquals(
        10, read(source, SliceCutter.of(Storage.PLAIN, source).parts(file, 1)).rows.size());
  }

  @Test
  void rowGroupsOfParquet() throws Exception {
    Path path = folder.resolve("data.parquet");
    try (ParquetWriter<GenericRecord> writer =
        AvroParquetWriter.<GenericRecord>builder(new LocalOutputFile(path))
            .withSchema(RECORD)
            .withRowGroupSize(1024L)
            .withPageSize(256)
            .withMinRowCountForPageSizeCheck(10)
            .withMaxRowCountForPageSizeCheck(10)
            .build()) {
      for (int i = 0; i < 2000; i++) {
        writer.write(record(i));
      }
    }
    SourceSpec source =
        source(new SourceSpec.Parquet(), nullable("id", BIGINT), nullable("name", STRING));
    Slice.FileSlice file = Sources.slice(path);
    int parts = assertSame(source, file, 100);
    assertTrue(parts > 5, "" + parts);
    Collected cut = read(source, SliceCutter.of(Storage.PLAIN, source).parts(file, 100));
    assertEquals(path + ":2000", cut.column("_position").get(1999));
    assertEquals(1999L, cut.column("id").get(1999));
    assertEquals(
        1,
        SliceCutter.of(Storage.PLAIN, settingAside(source)).parts(file, 100).size(),
        "an answer for all of it");
  }

  @Test
  void blocksOfAvro() throws Exception {
    Path path = folder.resolve("data.avro");
    try (DataFileWriter<GenericRecord> writer =
        new DataFileWriter<>(new GenericDatumWriter<>(RECORD))) {
      writer.setSyncInterval(200);
      writer.create(RECORD, path.toFile());
      for (int i = 0; i < 2000; i++) {
        writer.append(record(i));
      }
    }
    SourceSpec source =
        source(new SourceSpec.Avro(), nullable("id", BIGINT), nullable("name", STRING));
    Slice.FileSlice file = Sources.slice(path);
    assertTrue(assertSame(source, file, 10) > 5);
    Collected cut = read(source, SliceCutter.of(Storage.PLAIN, source).parts(file, 10));
    assertEquals(path + ":2000", cut.column("_position").get(1999));

    byte[] damaged = Files.readAllBytes(path);
    damaged[damaged.length - 1]++;
    Slice.FileSlice bad = Sources.slice(Files.write(path, damaged));
    assertEquals(
        List.of(bad), SliceCutter.of(Storage.PLAIN, source).parts(bad, 10), "told by who reads it");
  }

  private static GenericRecord record(int i) {
    GenericRecord record = new GenericData.Record(RECORD);
    record.put("id", (long) i);
    record.put("name", "name " + i * 31);
    return record;
  }

  private static SourceSpec settingAside(SourceSpec source) {
    SourceSpec.Files files = (SourceSpec.Files) source.connection();
    return source.withConnection(
        new SourceSpec.Files(files.pattern(), files.project(), FileRules.BadFiles.SET_ASIDE));
  }

  /** Of a file that is set aside each part knows, and one tells. */
  @Test
  void aFileThatIsSetAsideIsToldOnce() throws Exception {
    SourceSpec source = settingAside(source(LINES, A));
    Slice.FileSlice file = write("{\"a\": \"x\"}\n".repeat(100).getBytes(StandardCharsets.UTF_8));
    List<? extends Slice> parts = SliceCutter.of(Storage.PLAIN, source).parts(file, 1);
    assertTrue(parts.size() > 3);
    int[] told = {0};
    Collected out =
        new Collected(source) {
          @Override
          public void setAside(BadFile bad) {
            told[0]++;
          }
        };
    for (Slice part : parts) {
      SourceReader.of(Storage.PLAIN, source, s -> s.reference(), () -> false)
          .readOrSetAside(part, Optional.of(Map.of(file, "why")), Sources.PLANNED_AT, out);
    }
    assertEquals(1, told[0]);
    assertEquals(0, out.records());
  }

  /** A file that changes is neither cut nor read in parts: the epoch is done again. */
  @Test
  void partsOfTwoVersionsAreNotMixed() throws Exception {
    SourceSpec source = source(LINES, A);
    Slice.FileSlice file = write("{\"a\": \"x\"}\n".repeat(100).getBytes(StandardCharsets.UTF_8));
    List<? extends Slice> parts = SliceCutter.of(Storage.PLAIN, source).parts(file, 1);
    Files.setLastModifiedTime(folder.resolve("data"), FileTime.fromMillis(file.modifiedAt() + 1));
    SourceException late =
        assertThrows(SourceException.class, () -> read(source, parts.subList(1, 2)));
    assertTrue(late.isRetryable());
    assertTrue(late.problem().endsWith("data changed after it was planned"), late.problem());
    assertThrows(SourceException.class, () -> SliceCutter.of(Storage.PLAIN, source).parts(file, 1));
    Files.delete(folder.resolve("data"));
    assertEquals(List.of(file), SliceCutter.of(Storage.PLAIN, source).parts(file, 1));
  }

  @Test
  void whatIsPackedIsNotCut() throws Exception {
    SourceSpec source =
        new SourceSpec(
            "reports",
            new SourceSpec.Files(folder + "/*"),
            LINES,
            TableSchema.of(A),
            false,
            SourceLocation.of("pipeline.yaml"));
    Path path = Files.write(folder.resolve("data.gz"), new byte[1000]);
    assertEquals(1, SliceCutter.of(Storage.PLAIN, source).parts(Sources.slice(path), 1).size());
  }
}
