package io.lakebeam.source.file;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.github.luben.zstd.ZstdOutputStream;
import io.lakebeam.graph.Column;
import io.lakebeam.source.Collected;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CancellationException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorOutputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.io.compress.SnappyCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.xerial.snappy.SnappyFramedOutputStream;
import org.xerial.snappy.SnappyOutputStream;

/** Files that are packed, as others pack them. */
class PackedFileTest {
  private static final Column ID = nullable("id", INT);
  private static final Column NAME = nullable("name", STRING);

  @TempDir Path folder;

  /** A way to pack, by a library that is not the one that unpacks it where there is another. */
  enum Way {
    GZIP(".gz", GZIPOutputStream::new),
    UPPER_CASE(".CSV.GZ", GZIPOutputStream::new),
    BZIP2(".bz2", BZip2CompressorOutputStream::new),
    ZSTD(".zst", ZstdOutputStream::new),
    DEFLATE(".deflate", DeflaterOutputStream::new),
    SNAPPY_OF_HADOOP(".snappy", Way::hadoop),
    SNAPPY_FRAMES(".snappy", SnappyFramedOutputStream::new),
    SNAPPY_JAVA(".snappy", SnappyOutputStream::new);

    private final String extension;
    private final Packer packer;

    Way(String extension, Packer packer) {
      this.extension = extension;
      this.packer = packer;
    }

    private static OutputStream hadoop(OutputStream out) throws IOException {
      SnappyCodec codec = new SnappyCodec();
      codec.setConf(new Configuration(false));
      return codec.createOutputStream(out);
    }

    byte[] pack(String text) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      try (OutputStream out = packer.open(bytes)) {
        out.write(text.getBytes(StandardCharsets.UTF_8));
      }
      return bytes.toByteArray();
    }
  }

  private interface Packer {
    OutputStream open(OutputStream out) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void whatIsPackedIsReadAsIfItWereNot(Way way) throws Exception {
    String text = csv(30_000);
    Collected out = read("a" + way.extension, Sources.CSV, way.pack(text));
    assertEquals(30_000, out.rows.size());
    assertEquals(List.of(), out.rejected);
    assertEquals(29_999, out.rows.get(29_999).getInt32("id"));
    assertEquals(
        folder + "/a" + way.extension + ":30001", out.rows.get(29_999).getString("_position"));
    assertEquals("name 29999", out.rows.get(29_999).getString("name"));
  }

  @ParameterizedTest
  @EnumSource
  void aFileThatIsCutOffAnywhereIsNeverReadToASoundEnd(Way way) throws Exception {
    byte[] whole = way.pack(csv(20_000));
    Random random = new Random(7);
    int read = 0;
    for (int i = 0; i < 30; i++) {
      int length = i < 12 ? whole.length - 1 - i : 1 + random.nextInt(whole.length - 1);
      try {
        Collected out = read("cut" + i + way.extension, Sources.CSV, Arrays.copyOf(whole, length));
        // What is cut off was no data; or, in formats without an end, the cut is between chunks.
        boolean hasNoEnd = way == Way.SNAPPY_FRAMES || way == Way.SNAPPY_JAVA;
        assertTrue(hasNoEnd || out.rows.size() == 20_000, "cut to " + length);
        read++;
      } catch (SourceException e) {
        assertFalse(e.isRetryable());
        assertTrue(e.problem().startsWith(folder + "/cut" + i + way.extension), e.problem());
      }
    }
    assertTrue(read < 15, way + " was read " + read + " times");
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "BZIP2", "ZSTD", "DEFLATE", "SNAPPY_OF_HADOOP"})
  void damagedBytesAreToldOrHarmless(Way way) throws Exception {
    byte[] whole = way.pack(csv(5_000));
    Random random = new Random(11);
    for (int i = 0; i < 40; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
      try {
        read("bad" + i + way.extension, Sources.CSV, damaged);
      } catch (SourceException e) {
        assertFalse(e.isRetryable(), e.getMessage());
      }
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "BZIP2", "ZSTD", "SNAPPY_OF_HADOOP"})
  void membersOneBehindTheOtherAreOneFile(Way way) throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.write(way.pack("id,name\n1,a\n2,"));
    bytes.write(way.pack("b\n"));
    bytes.write(way.pack("3,c\n"));
    Collected out = read("a" + way.extension, Sources.CSV, bytes.toByteArray());
    assertEquals(List.of(1, 2, 3), out.column("id"));
    assertEquals(List.of("a", "b", "c"), out.column("name"));
  }

  @ParameterizedTest
  @EnumSource
  void aNameThatLiesIsTold(Way way) {
    SourceException lie =
        assertThrows(
            SourceException.class,
            () -> read("a" + way.extension, Sources.CSV, "id,name\n1,a\n".getBytes("UTF-8")));
    assertTrue(lie.problem().contains("a" + way.extension + " cannot be unpacked as "));
    assertFalse(lie.isRetryable());
  }

  @ParameterizedTest
  @EnumSource(names = {"GZIP", "BZIP2", "ZSTD", "SNAPPY_FRAMES", "SNAPPY_JAVA"})
  void packedBytesUnderAnotherNameAreToldAndNotTakenForText(Way way) {
    for (SourceSpec.Format format : List.of(Sources.CSV, new SourceSpec.Json())) {
      SourceException told =
          assertThrows(
              SourceException.class, () -> read("a.csv", format, way.pack("id,name\n1,a\n")));
      assertEquals(folder + "/a.csv is no text", told.problem());
      assertTrue(told.fix().startsWith("Rename it to end in " + way.extension), told.fix());
    }
  }

  @Test
  void whatNothingHereUnpacksIsRefusedByItsName() {
    for (String name : List.of("a.zip", "a.csv.xz", "a.lz4", "a.tar.gz", "a.tgz", "a.tar.bz2")) {
      SourceException told =
          assertThrows(
              SourceException.class,
              () -> read(name, Sources.CSV, "id\n1\n".getBytes(StandardCharsets.UTF_8)));
      assertTrue(told.problem().endsWith(": " + folder + "/" + name), told.problem());
    }
  }

  @Test
  void bytesBehindTheEndAreTold() throws Exception {
    for (Way way : List.of(Way.GZIP, Way.DEFLATE, Way.SNAPPY_OF_HADOOP)) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      bytes.write(way.pack("id,name\n1,a\n"));
      bytes.write("2,b\n".getBytes(StandardCharsets.UTF_8));
      assertThrows(
          SourceException.class,
          () -> read("a" + way.extension, Sources.CSV, bytes.toByteArray()),
          way.name());
    }
  }

  @Test
  void aBombIsReadInBoundedMemory() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    byte[] zeros = new byte[1 << 20];
    Arrays.fill(zeros, (byte) 'x');
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write("id,name\n1,".getBytes(StandardCharsets.UTF_8));
      for (int i = 0; i < 64; i++) {
        out.write(zeros);
      }
      out.write("\n2,b\n".getBytes(StandardCharsets.UTF_8));
    }
    Collected out = read("bomb.gz", Sources.CSV, bytes.toByteArray());
    assertEquals(List.of(2), out.column("id"));
    assertEquals(1, out.rejected.size());
    assertTrue(out.errors().get(0).startsWith("longer than 8388608 bytes"));
    assertTrue(out.rejected.get(0).raw().length <= 1 << 16);
  }

  @Test
  void aStopEndsTheUnpackingOfOneLongLine() throws Exception {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(bytes)) {
      out.write(new byte[8 << 20]);
    }
    Path file = Files.write(folder.resolve("long.gz"), bytes.toByteArray());
    SourceReader reader =
        SourceReader.of(
            Storage.PLAIN, Sources.files(folder + "/*", Sources.CSV, ID), s -> "", () -> true);
    assertThrows(
        CancellationException.class,
        () -> reader.read(Sources.slice(file), Sources.PLANNED_AT, new Collected(ID)));
  }

  @Test
  void jsonAndTextArePackedToo() throws Exception {
    assertEquals(
        List.of(1, 2),
        read("e.json.gz", new SourceSpec.Json(), Way.GZIP.pack("{\"id\":1}\n{\"id\":2}\n"))
            .column("id"));
    Path file = Files.write(folder.resolve("t.bz2"), Way.BZIP2.pack("one\n\nthree"));
    Collected out = new Collected(NAME);
    SourceReader.of(
            Storage.PLAIN,
            Sources.files(folder + "/*", new SourceSpec.Text(), NAME),
            s -> "",
            () -> false)
        .read(Sources.slice(file), Sources.PLANNED_AT, out);
    assertEquals(List.of("one", "", "three"), out.column("name"));
  }

  private static String csv(int rows) {
    return IntStream.range(0, rows)
        .mapToObj(i -> i + ",name " + i + "\n")
        .collect(Collectors.joining("", "id,name\n", ""));
  }

  private Collected read(String name, SourceSpec.Format format, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    Collected out = new Collected(ID, NAME);
    SourceReader.of(
            Storage.PLAIN, Sources.files(folder + "/*", format, ID, NAME), s -> "", () -> false)
        .read(Sources.slice(file), Sources.PLANNED_AT, out);
    return out;
  }
}
