package io.lakebeam.source.decode;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.Column.required;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Rejected;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.testing.TestingRows;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.apache.beam.sdk.coders.RowCoder;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;

/**
 * Whatever the bytes: no exception, one row or one rejected record for each record, raw bytes kept,
 * rows that Beam can encode. A failure names its seed.
 */
class DecodingPropertyTest {
  private static final Column[] COLUMNS = {
    required("id", Primitive.STRING),
    nullable("at", Primitive.TIMESTAMP),
    nullable("day", Primitive.DATE),
    nullable("n", Primitive.INT),
    nullable("l", Primitive.BIGINT),
    nullable("d", Primitive.DOUBLE),
    nullable("f", Primitive.FLOAT),
    nullable("m", new DataType.Decimal(10, 2)),
    nullable("b", Primitive.BOOLEAN),
    nullable("bin", Primitive.BINARY),
    nullable("tags", new DataType.Array(new DataType.Array(Primitive.INT))),
    nullable("map", new DataType.Map(Primitive.INT, Primitive.STRING)),
    nullable(
        "s",
        new DataType.Struct(
            List.of(required("x", Primitive.INT), nullable("y", Primitive.STRING)))),
    nullable("tiny", Primitive.TINYINT),
    nullable("small", Primitive.SMALLINT)
  };
  private static final List<String> JSON_SEEDS =
      List.of(
          "{\"id\":\"a\\u00e9\\ud83d\\ude00\",\"at\":\"2024-02-29T12:00:00.5+01:00\","
              + "\"day\":\"2024-02-29\",\"n\":-12,\"l\":9007199254740993,\"d\":1.5e-3,\"f\":2,"
              + "\"m\":12.30,\"b\":true,\"bin\":\"AQID\",\"tiny\":-128,\"small\":300,\"tags\":[[1],null,[]],"
              + "\"map\":{\"1\":\"a\",\"2\":null},\"s\":{\"x\":1,\"y\":\"z\",\"w\":[{}]},"
              + "\"unknown\":{\"a\":[1,2,{\"b\":null}]},\"text\":\"\u4e2d\\n\"}",
          "\uFEFF {\"ID\":\"x\" , \"at\":1714979289000, \"n\":12.0, \"m\":\"1.5\"} ",
          "{}");
  private static final List<String> CSV_SEEDS =
      List.of(
          "a,2024-02-29 12:00:00,2024-02-29,1,2,3.5,4,5.25,true,AQID,\"[[1],[2,3]]\","
              + "\"{\"\"1\"\":\"\"x\"\"}\",\"{\"\"x\"\":1}\",-128,300",
          "\"a, \"\"b\"\"\nc\",,,0.00,,,,,,,,,,,,");
  private static final byte[] SPICE =
      "{}[]\",:\\\n\r\t 0123456789eE+-.nulltrefasTZ\u00e9\uFEFF".getBytes(StandardCharsets.UTF_8);

  @Test
  void mutatedJsonGivesOneRowOrOneRejected() throws Exception {
    decodeMutations(new SourceSpec.Json(), JSON_SEEDS, 40_000);
  }

  @Test
  void mutatedCsvMessagesGiveOneRowOrOneRejected() throws Exception {
    decodeMutations(Sources.CSV, CSV_SEEDS, 40_000);
  }

  @Test
  void whatWeTakeForJsonIsJson() throws Exception {
    ObjectMapper jackson = new ObjectMapper();
    OneDecoder decoder = new OneDecoder(new SourceSpec.Json());
    for (int seed = 0; seed < 20_000; seed++) {
      Random random = new Random(seed);
      byte[] bytes = mutated(JSON_SEEDS.get(random.nextInt(JSON_SEEDS.size())), random);
      Collected out = decoder.decode(bytes);
      for (Row row : out.rows) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        assertTrue(
            jackson.readTree(text.replaceFirst("^\uFEFF{1,2}", "")).isObject(), "seed " + seed);
        String rescued = row.getString("_rescued");
        assertTrue(rescued == null || jackson.readTree(rescued).isObject(), "seed " + seed);
      }
    }
  }

  /** A splitter's records, put together again with what stands between them, are the file. */
  @Test
  void splittersLoseNoByteHoweverTheFileArrives() throws Exception {
    for (int seed = 0; seed < 4_000; seed++) {
      Random random = new Random(seed);
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(60); i > 0; i--) {
        text.append("ab,\"\n\r".charAt(random.nextInt(6)));
      }
      byte[] file = text.toString().getBytes(StandardCharsets.UTF_8);
      InputStream trickle =
          new ByteArrayInputStream(file) {
            @Override
            public synchronized int read(byte[] into, int offset, int length) {
              return super.read(into, offset, Math.min(length, 1 + random.nextInt(3)));
            }
          };
      RecordSplitter records =
          RecordSplitter.csv(trickle, TextEncoding.UTF_8, new byte[0], Sources.CSV, 1 << 10);
      ByteArrayOutputStream joined = new ByteArrayOutputStream();
      long line = 0;
      while (records.next()) {
        assertTrue(records.line() >= line, "seed " + seed);
        line = records.line();
        joined.write(records.bytes(), records.offset(), records.length());
      }
      assertEquals(
          withoutLineEnds(text.toString()),
          withoutLineEnds(joined.toString(StandardCharsets.UTF_8)),
          "seed " + seed);
    }
  }

  /** One decoder for all records, as in a worker: what one leaves behind may not reach the next. */
  private static final class OneDecoder {
    private final RowLayout layout;
    private final RowCoder coder;
    private final RecordDecoder decoder;

    OneDecoder(SourceSpec.Format format) {
      SourceSpec source = Sources.files("/none", format, COLUMNS);
      this.layout = new RowLayout(source.schema());
      this.coder = RowCoder.of(TestingRows.schema(layout.rowSchema()));
      this.decoder = MessageDecoders.of(source, source.format(), layout);
    }

    Collected decode(byte[] bytes) {
      Collected out = new Collected(layout.columns().toArray(Column[]::new));
      new RecordEmitter("reports", layout, Sources.PLANNED_AT, out, () -> false)
          .record(decoder, bytes, 0, bytes.length, "flights-0@7");
      return out;
    }
  }

  private static String withoutLineEnds(String text) {
    return text.replaceAll("[\r\n]", "");
  }

  private static void decodeMutations(SourceSpec.Format format, List<String> seeds, int rounds)
      throws IOException {
    int rows = 0;
    OneDecoder decoder = new OneDecoder(format);
    for (int seed = 0; seed < rounds; seed++) {
      Random random = new Random(seed);
      byte[] bytes =
          seed % 10 == 0 ? noise(random) : mutated(seeds.get(random.nextInt(seeds.size())), random);
      byte[] before = bytes.clone();
      Collected out;
      try {
        out = decoder.decode(bytes);
      } catch (RuntimeException e) {
        throw new AssertionError("seed " + seed + ": " + Arrays.toString(bytes), e);
      }
      assertEquals(1, out.records(), "seed " + seed);
      for (Rejected rejected : out.rejected) {
        assertArrayEquals(before, rejected.raw(), "seed " + seed);
        assertTrue(rejected.error().length() < 400, "seed " + seed + ": " + rejected.error());
        assertTrue(rejected.error().lines().count() == 1, "seed " + seed);
      }
      for (Row row : out.rows) {
        rows++;
        assertArrayEquals(
            before, row.getString("_raw").getBytes(StandardCharsets.UTF_8), "seed " + seed);
        decoder.coder.encode(row, new ByteArrayOutputStream());
      }
    }
    assertTrue(rows > rounds / 100, rows + " rows of " + rounds);
  }

  private static byte[] mutated(String seed, Random random) {
    byte[] bytes = seed.getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(4); i > 0; i--) {
      int at = random.nextInt(bytes.length + 1);
      byte spice = SPICE[random.nextInt(SPICE.length)];
      bytes =
          switch (random.nextInt(5)) {
            case 0 -> Arrays.copyOf(bytes, at);
            case 1 -> joined(bytes, at, new byte[] {spice}, at);
            case 2 -> joined(bytes, at, new byte[] {(byte) random.nextInt(256)}, at);
            case 3 -> joined(bytes, at, new byte[] {spice}, Math.min(at + 1, bytes.length));
            default -> joined(bytes, at, bytes, random.nextInt(bytes.length + 1));
          };
      if (bytes.length == 0) {
        return bytes;
      }
    }
    return bytes;
  }

  private static byte[] joined(byte[] bytes, int to, byte[] middle, int from) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(bytes, 0, to);
    out.writeBytes(middle);
    out.write(bytes, from, bytes.length - from);
    return out.toByteArray();
  }

  private static byte[] noise(Random random) {
    byte[] bytes = new byte[random.nextInt(50)];
    random.nextBytes(bytes);
    return bytes;
  }
}
