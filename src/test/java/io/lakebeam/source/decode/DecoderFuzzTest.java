package io.lakebeam.source.decode;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.Column.required;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.shaded.spark.sql.catalyst.InternalRow;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.RowOutput;
import io.lakebeam.source.Sources;
import io.lakebeam.source.file.FileSliceReader;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import io.lakebeam.testing.Fuzz;
import io.lakebeam.testing.TestingRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.schemas.Schema;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Damaged and random bytes, as messages and as files of every encoding: whatever they are, each
 * record becomes a row that survives its coder or a rejected record, with exactly its bytes, and
 * all records together are the file.
 */
class DecoderFuzzTest {
  private static final Column[] COLUMNS = {
    nullable("id", Primitive.STRING),
    nullable("at", Primitive.TIMESTAMP),
    nullable("day", Primitive.DATE),
    nullable("n", Primitive.INT),
    nullable("l", Primitive.BIGINT),
    nullable("d", Primitive.DOUBLE),
    nullable("f", Primitive.FLOAT),
    nullable("m", new DataType.Decimal(10, 2)),
    nullable("b", Primitive.BOOLEAN),
    nullable("bin", Primitive.BINARY),
    nullable("tags", new DataType.Array(new DataType.Array(Primitive.BIGINT))),
    nullable("map", new DataType.Map(Primitive.TIMESTAMP, Primitive.STRING)),
    nullable(
        "s",
        new DataType.Struct(List.of(required("x", Primitive.INT), nullable("y", Primitive.STRING))))
  };
  private static final Column[] ONE_STRING = {nullable("id", Primitive.STRING)};
  private static final Column[] ONE_BINARY = {nullable("id", Primitive.BINARY)};

  private static final String JSON =
      "{\"id\":\"a\\u00e9\\ud83d\\ude00\u4e2d\",\"at\":\"2024-02-29T12:00:00.5+01:00\","
          + "\"day\":\"2024-02-29\",\"n\":-12,\"l\":9007199254740993,\"d\":1.5e-3,\"f\":2,"
          + "\"m\":12.30,\"b\":true,\"bin\":\"AQID\",\"tags\":[[1],null,[]],"
          + "\"map\":{\"2024-02-29 12:00\":\"a\"},\"s\":{\"x\":1,\"y\":\"z\",\"w\":[{}]},"
          + "\"unknown\":{\"a\":[1,2,{\"b\":null}]}}\r\n\n{\"ID\":\"x\"} \n {}\n";
  private static final String CSV =
      "id,at,day,n,l,d,f,m,b,bin,tags,map,s\r\n"
          + "a\u0909,2024-02-29 12:00:00,2024-02-29,1,2,3.5,4,5.25,true,AQID,\"[[1],[2,3]]\","
          + "\"{\"\"2024-02-29 12:00\"\":\"\"x\"\"}\",\"{\"\"x\"\":1}\"\n"
          + "\"a, \"\"b\"\"\r\nc\",,,0.00,,,,,,,,,\r\r\n"
          + "5\" x,,,,,,,,,,,,,\n";
  private static final List<String> SPICES =
      List.of(
          "{",
          "}",
          "[",
          "]",
          "\"",
          "\"\"",
          ",",
          ":",
          "\\",
          "\n",
          "\r",
          "\r\n",
          "\t",
          " ",
          "\0",
          "-",
          "e",
          "1e400",
          "100e2147483647",
          "1e-2147483647",
          "0.1e-9999999999",
          "-0",
          "NaN",
          "\"NaN\"",
          "\"-Infinity\"",
          "null",
          "\\ud83d",
          "\\u0000",
          "\uFEFF",
          "\uFFFD",
          "\u0909",
          "\u2000",
          "\ud83d\ude00",
          "9999-12-31T23:59:59.999999999-18:59",
          "0000-00-00",
          "[".repeat(1100),
          "9".repeat(1100));
  private static final List<Charset> CHARSETS =
      List.of(
          StandardCharsets.UTF_8,
          StandardCharsets.UTF_16LE,
          StandardCharsets.UTF_16BE,
          Charset.forName("UTF-32LE"),
          Charset.forName("UTF-32BE"),
          StandardCharsets.ISO_8859_1,
          Charset.forName("windows-1252"));

  private static final Charset UTF_8 = StandardCharsets.UTF_8;

  /** Making one takes longer than a round. */
  private static final Map<Schema, RowCoder> CODERS = new ConcurrentHashMap<>();

  @TempDir Path folder;

  @Test
  void messagesOfJson() {
    messages(new SourceSpec.Json(), JSON.substring(0, JSON.indexOf('\r')), COLUMNS);
  }

  @Test
  void messagesOfCsv() {
    messages(Sources.CSV, CSV.split("\n", 3)[1], COLUMNS);
    messages(Sources.CSV, "\"a, \"\"b\"\"\r\nc\",,,0.00,,,,,,,,,\r\n", COLUMNS);
  }

  @Test
  void messagesOfText() {
    messages(new SourceSpec.Text(), "text \u00e9\n\r", ONE_STRING);
    messages(new SourceSpec.Text(), "text \u00e9\n\r", ONE_BINARY);
  }

  @Test
  void filesOfJson() {
    files(new SourceSpec.Json(), JSON, 1 << 20, COLUMNS);
  }

  @Test
  void filesOfCsv() {
    files(Sources.CSV, CSV, 1 << 20, COLUMNS);
    char none = SourceSpec.Csv.NONE;
    SourceSpec.Csv escaped = new SourceSpec.Csv(true, ',', '"', '\\', none, 0, "UTF-8", "");
    files(escaped, CSV, 1 << 20, COLUMNS);
    files(escaped, "id\n\"a \\\"\n\\\\\"\n\"\\\n\"\n", 1 << 20, ONE_STRING);
    files(new SourceSpec.Csv(false, ',', none, "UTF-8", ""), "\"a\n\"b\"\"\n", 1 << 20, ONE_STRING);
    files(Sources.CSV_WITHOUT_HEADER, CSV.substring(CSV.indexOf('\n') + 1), 1 << 20, COLUMNS);
    files(Sources.CSV_WITHOUT_HEADER, "\u0909\r\n x\r\"\n\"\"\"\n", 1 << 20, ONE_STRING);
  }

  @Test
  void filesOfText() throws Exception {
    Fuzz.rounds(
        120,
        random -> {
          byte[] file =
              Fuzz.damaged("a\r\n\n\rb\u00e9\r\r\n".getBytes(UTF_8), spices(UTF_8), random);
          int bom = TextEncoding.bom(file, file.length).map(TextEncoding.Bom::length).orElse(0);
          boolean wide =
              TextEncoding.bom(file, file.length).map(b -> b.encoding().unit() > 1).orElse(false);
          if (!wide) {
            byte[] rest = Arrays.copyOfRange(file, bom, file.length);
            assertEquals(
                hexLines(rest), hex(read(new SourceSpec.Text(), file, 1 << 20, ONE_BINARY)));
          }
        });
  }

  /** With a small bound, what is cut is rejected and its neighbours are whole. */
  @Test
  void recordsBeyondTheBound() {
    Fuzz.rounds(
        120,
        random -> {
          byte[] file =
              Fuzz.damaged("a\nbb\nccc\n".repeat(40).getBytes(UTF_8), spices(UTF_8), random);
          if (TextEncoding.bom(file, file.length).isPresent()) {
            return;
          }
          List<String> whole = hexLines(file);
          List<byte[]> read = read(new SourceSpec.Text(), file, 64, ONE_BINARY);
          assertEquals(whole.size(), read.size());
          for (int i = 0; i < whole.size(); i++) {
            String kept = hex(List.of(read.get(i))).get(0);
            int length = whole.get(i).length() / 2;
            assertEquals(
                length <= 62 ? whole.get(i) : whole.get(i).substring(0, kept.length()), kept);
            assertTrue(kept.length() / 2 == length || kept.length() / 2 >= 32, kept);
          }
        });
  }

  private static void messages(SourceSpec.Format format, String seed, Column... columns) {
    SourceSpec source = Sources.files("/none", format, columns);
    RowLayout layout = new RowLayout(source.schema());
    RecordDecoder used = MessageDecoders.of(source, source.format(), layout);
    byte[] bytes = seed.getBytes(UTF_8);
    byte[][] spices = spices(UTF_8);
    int[] rows = {0, 0};
    Fuzz.rounds(
        8_000,
        random -> {
          byte[] message =
              random.nextInt(20) == 0 ? noise(random, 40) : Fuzz.damaged(bytes, spices, random);
          byte[] before = message.clone();
          Outcome outcome = outcome(used, layout, message);
          assertArrayEquals(before, message);
          assertArrayEquals(before, outcome.raw == null ? before : outcome.raw);
          RecordDecoder fresh = MessageDecoders.of(source, source.format(), layout);
          assertEquals(outcome(fresh, layout, message).told, outcome.told);
          rows[outcome.isRow ? 0 : 1]++;
        });
    if (System.getProperty("lakebeam.fuzz.rounds") == null) {
      assertTrue(rows[0] > 100, rows[0] + " rows, " + rows[1] + " rejected");
    }
  }

  /**
   * What became of a message.
   *
   * @param raw null for a row of BINARY that is no text
   */
  @SuppressWarnings("ArrayRecordComponent")
  private record Outcome(boolean isRow, String told, byte[] raw) {}

  private static Outcome outcome(RecordDecoder decoder, RowLayout layout, byte[] message) {
    Collected out = new Collected(layout.columns().toArray(Column[]::new));
    new RecordEmitter("reports", layout, Sources.PLANNED_AT, out, () -> false)
        .record(decoder, message, 0, message.length, "flights-0@7");
    assertEquals(1, out.records());
    if (out.rows.isEmpty()) {
      Rejected rejected = out.rejected.get(0);
      checkReason(rejected);
      return new Outcome(false, rejected.error(), rejected.raw());
    }
    Row row = out.rows.get(0);
    String told = checkCoder(row);
    String raw = row.getString("_raw");
    return new Outcome(true, told, raw == null ? null : raw.getBytes(UTF_8));
  }

  private static void checkReason(Rejected rejected) {
    assertTrue(rejected.error().length() < 500, rejected.error());
    assertEquals(1, rejected.error().lines().count(), rejected.error());
  }

  /** A row is stored as it is; answers its bytes. */
  private static String checkCoder(Row row) {
    RowCoder coder = CODERS.computeIfAbsent(row.getSchema(), RowCoder::of);
    try {
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      coder.encode(row, out);
      assertEquals(row, coder.decode(new ByteArrayInputStream(out.toByteArray())));
      return java.util.HexFormat.of().formatHex(out.toByteArray());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("writing to memory", e);
    }
  }

  private void files(SourceSpec.Format format, String seed, int maxBytes, Column... columns) {
    Fuzz.rounds(
        120,
        random -> {
          Charset charset = CHARSETS.get(random.nextInt(CHARSETS.size()));
          boolean single = charset.newEncoder().maxBytesPerChar() == 1;
          boolean mark = !single && (charset != UTF_8 || random.nextBoolean());
          SourceSpec.Format declared =
              single && format instanceof SourceSpec.Csv csv
                  ? new SourceSpec.Csv(
                      csv.header(),
                      csv.delimiter(),
                      csv.quote(),
                      csv.escape(),
                      csv.comment(),
                      csv.skipLines(),
                      charset.name(),
                      csv.nullValue())
                  : format;
          byte[] clean = seed.getBytes(charset);
          byte[] bytes =
              random.nextInt(20) == 0
                  ? noise(random, 60)
                  : Fuzz.damaged(clean, spices(charset), random);
          byte[] file = mark ? joined("\uFEFF".getBytes(charset), bytes) : bytes;
          checkFile(declared, file, maxBytes, columns);
        });
  }

  private void checkFile(SourceSpec.Format format, byte[] file, int maxBytes, Column... columns)
      throws Exception {
    TextFile text = new TextFile("reports", format, maxBytes);
    Records splitter = text.records(new ByteArrayInputStream(file));
    int unit = splitter.encoding().unit();
    ByteArrayOutputStream split = new ByteArrayOutputStream();
    List<byte[]> records = new ArrayList<>();
    while (splitter.next()) {
      byte[] record =
          Arrays.copyOfRange(
              splitter.bytes(), splitter.offset(), splitter.offset() + splitter.length());
      split.writeBytes(record);
      String characters = new String(record, splitter.encoding().charset());
      if (!characters.matches("[ \t\r]*") || record.length % unit != 0) {
        records.add(record);
      }
    }
    int bom = TextEncoding.bom(file, file.length).map(TextEncoding.Bom::length).orElse(0);
    TextEncoding encoding = splitter.encoding();
    assertEquals(
        withoutLineEnds(Arrays.copyOfRange(file, bom, file.length), encoding),
        withoutLineEnds(split.toByteArray(), encoding));

    List<byte[]> read = read(format, file, maxBytes, columns);
    boolean header = format instanceof SourceSpec.Csv csv && csv.header();
    int first = header && !records.isEmpty() && read.size() < records.size() ? 1 : 0;
    assertEquals(hex(records.subList(first, records.size())), hex(read));
  }

  /** The bytes of every record that a file gives, in order, as rows and rejected records tell. */
  private List<byte[]> read(
      SourceSpec.Format format, byte[] content, int maxBytes, Column... columns)
      throws IOException {
    Path file = Files.write(folder.resolve("data"), content);
    SourceSpec source = Sources.files(folder + "/*", format, columns);
    RowLayout layout = new RowLayout(source.schema());
    Charset charset =
        new TextFile("reports", format, maxBytes)
            .records(new ByteArrayInputStream(content))
            .encoding()
            .charset();
    List<byte[]> records = new ArrayList<>();
    RowOutput out =
        new RowOutput() {
          @Override
          public void row(InternalRow row) {
            Row shown = TestingRows.beam(layout.rowSchema(), row);
            checkCoder(shown);
            Object first = shown.getValue(0);
            boolean binary = columns[0].type() == Primitive.BINARY;
            records.add(binary ? (byte[]) first : shown.getString("_raw").getBytes(charset));
          }

          @Override
          public void rejected(Rejected rejected) {
            checkReason(rejected);
            records.add(rejected.raw());
          }

          @Override
          public void warning(String text) {
            assertTrue(text.contains("every record is rejected"), text);
          }
        };
    RecordEmitter emitter =
        new RecordEmitter("reports", layout, Sources.PLANNED_AT, out, () -> false);
    new FileSliceReader(Storage.PLAIN, source, layout, maxBytes).read(Sources.slice(file), emitter);
    return records;
  }

  /** Lines as everybody counts them: ended by LF, a CR before it is part of the end. */
  private static List<String> hexLines(byte[] file) {
    List<byte[]> lines = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < file.length; i++) {
      if (file[i] == '\n') {
        int end = i > start && file[i - 1] == '\r' ? i - 1 : i;
        lines.add(Arrays.copyOfRange(file, start, end));
        start = i + 1;
      }
    }
    if (start < file.length) {
      lines.add(Arrays.copyOfRange(file, start, file.length));
    }
    return hex(lines);
  }

  private static List<String> hex(List<byte[]> records) {
    return records.stream().map(java.util.HexFormat.of()::formatHex).toList();
  }

  private static String withoutLineEnds(byte[] bytes, TextEncoding encoding) {
    StringBuilder kept = new StringBuilder();
    int unit = encoding.unit();
    for (int i = 0; i < bytes.length; i += unit) {
      byte[] one = Arrays.copyOfRange(bytes, i, Math.min(i + unit, bytes.length));
      String hex = java.util.HexFormat.of().formatHex(one);
      if (!hex.matches("(00)*0[ad](00)*") || hex.length() < 2 * unit) {
        kept.append(hex);
      }
    }
    return kept.toString();
  }

  private static byte[][] spices(Charset charset) {
    return SPICES.stream().map(spice -> spice.getBytes(charset)).toArray(byte[][]::new);
  }

  private static byte[] noise(Random random, int most) {
    byte[] noise = new byte[random.nextInt(most)];
    random.nextBytes(noise);
    return noise;
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] joined = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, joined, first.length, second.length);
    return joined;
  }
}
