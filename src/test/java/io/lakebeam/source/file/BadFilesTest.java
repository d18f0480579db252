package io.lakebeam.source.file;

import static io.lakebeam.graph.Column.nullable;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.SourceLocation;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.parquet.HandBuilt;
import io.lakebeam.source.BadFile;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.spec.FileRules;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A file that cannot be read as a whole is set aside where its source says so: no row comes. */
class BadFilesTest {
  private static final Column[] COLUMNS = {
    nullable("id", Primitive.INT), nullable("name", Primitive.STRING)
  };

  @TempDir Path folder;

  private static final class Told extends Collected {
    private final List<BadFile> bad = new ArrayList<>();

    @Override
    public void setAside(BadFile file) {
      bad.add(file);
    }
  }

  private SourceSpec source(SourceSpec.Format format, FileRules.BadFiles badFiles) {
    return new SourceSpec(
        "reports",
        new SourceSpec.Files(folder + "/*", "", badFiles),
        format,
        TableSchema.of(COLUMNS),
        false,
        SourceLocation.of("pipeline.yaml"));
  }

  private Told read(SourceSpec.Format format, Path file) throws IOException {
    Told out = new Told();
    SourceReader.of(
            Storage.PLAIN, source(format, FileRules.BadFiles.SET_ASIDE), s -> "", () -> false)
        .readOrSetAside(Sources.slice(file), Optional.empty(), Sources.PLANNED_AT, out);
    return out;
  }

  /** Sets it aside with a reason; where nothing is said of bad files, the same stops the update. */
  private void isBad(SourceSpec.Format format, Path file, String problem) throws IOException {
    Told out = read(format, file);
    assertEquals(0, out.records());
    assertEquals(List.of(), out.warnings);
    assertEquals(1, out.bad.size());
    assertEquals("reports", out.bad.get(0).source());
    assertEquals(file.toString(), out.bad.get(0).path());
    assertTrue(out.bad.get(0).error().startsWith(file + problem), out.bad.get(0).error());
    SourceException told =
        assertThrows(
            SourceException.class,
            () ->
                SourceReader.of(
                        Storage.PLAIN,
                        source(format, FileRules.BadFiles.FAIL),
                        s -> "",
                        () -> false)
                    .readOrSetAside(
                        Sources.slice(file), Optional.empty(), Sources.PLANNED_AT, new Told()));
    assertEquals(file + problem, told.problem());
    assertTrue(
        told.fix()
            .endsWith(
                ". To go on without it, move it away and run the update with --skip-missing; or"
                    + " declare bad_files: set_aside in the source, which passes over such files"),
        told.fix());
  }

  private Path write(String name, byte[] bytes) throws IOException {
    return Files.write(folder.resolve(name), bytes);
  }

  private static byte[] gzip(String text) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  @Test
  void textThatIsNone() throws Exception {
    byte[] whole = gzip("id,name\n" + "1,x\n".repeat(100_000));
    isBad(
        Sources.CSV,
        write("cut.csv.gz", Arrays.copyOf(whole, whole.length - 5)),
        " cannot be unpacked as gzip");
    isBad(Sources.CSV, write("packed.csv", whole), " is no text");
    Told sound = read(Sources.CSV, write("sound.csv.gz", whole));
    assertEquals(100_000, sound.rows.size());
    assertEquals(List.of(), sound.bad);
  }

  @Test
  void parquetThatIsNone() throws Exception {
    SourceSpec.Parquet parquet = new SourceSpec.Parquet();
    Path sound =
        HandBuilt.write(
            folder.resolve("sound"),
            "required int32 id; required binary name (STRING);",
            List.of(row -> row.append("id", 1).append("name", "a")));
    assertEquals(1, read(parquet, sound).rows.size());
    byte[] bytes = Files.readAllBytes(sound);
    isBad(parquet, write("cut", Arrays.copyOf(bytes, 100)), " cannot be read as Parquet");
    Path other =
        HandBuilt.write(
            folder.resolve("other"),
            "required binary id (STRING);",
            List.of(row -> row.append("id", "1")));
    isBad(parquet, other, " does not have the declared columns");
  }

  @Test
  void avroThatIsNone() throws Exception {
    isBad(
        new SourceSpec.Avro(),
        write("none", "Obj\u0001".getBytes(StandardCharsets.UTF_8)),
        " cannot be read as Avro");
  }

  @Test
  void aFileThatMayNotBeReadIsBadAndItsFolderIsNot() throws Exception {
    Path file = write("secret.csv", "id,name\n1,x\n".getBytes(StandardCharsets.UTF_8));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("---------"));
    Assumptions.assumeFalse(Files.isReadable(file), "this user may read everything");
    Told out = read(Sources.CSV, file);
    assertEquals(1, out.bad.size());
    Slice.FileSlice slice = Sources.slice(file);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("---------"));
    try {
      assertThrows(
          SourceException.class,
          () ->
              SourceReader.of(
                      Storage.PLAIN,
                      source(Sources.CSV, FileRules.BadFiles.SET_ASIDE),
                      s -> "",
                      () -> false)
                  .readOrSetAside(slice, Optional.empty(), Sources.PLANNED_AT, new Told()));
    } finally {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** Its rows may still come: it is not the file that is bad. */
  @Test
  void aFileThatIsGoneIsNotBad() throws Exception {
    Path file = write("gone.csv", "id\n1\n".getBytes(StandardCharsets.UTF_8));
    Slice.FileSlice slice = Sources.slice(file);
    Files.delete(file);
    SourceException gone =
        assertThrows(
            SourceException.class,
            () ->
                SourceReader.of(
                        Storage.PLAIN,
                        source(Sources.CSV, FileRules.BadFiles.SET_ASIDE),
                        s -> "",
                        () -> false)
                    .readOrSetAside(slice, Optional.empty(), Sources.PLANNED_AT, new Told()));
    assertEquals(file + " is gone since it was planned", gone.problem());
  }

  @Test
  void lookingAtAFileCanBeStopped() throws Exception {
    Path file = write("long.csv.gz", gzip("1234567,x\n".repeat(1_000_000)));
    Slice.FileSlice slice = Sources.slice(file);
    SourceReader reader =
        SourceReader.of(
            Storage.PLAIN, source(Sources.CSV, FileRules.BadFiles.SET_ASIDE), s -> "", () -> true);
    assertThrows(
        CancellationException.class,
        () -> reader.readOrSetAside(slice, Optional.empty(), Sources.PLANNED_AT, new Told()));
  }

  /** Nothing can be left out of one, so nothing is advised that would. */
  @Test
  void aReferenceTableStopsByName() throws Exception {
    Path file = write("cut.csv.gz", Arrays.copyOf(gzip("id,name\n1,x\n"), 15));
    SourceSpec reference =
        new SourceSpec(
            "airports",
            new SourceSpec.Files(folder + "/*"),
            Sources.CSV,
            TableSchema.of(COLUMNS),
            true,
            SourceLocation.of("pipeline.yaml"));
    SourceException told =
        assertThrows(SourceException.class, () -> ReferenceTable.load(Storage.PLAIN, reference));
    assertEquals(file + " cannot be unpacked as gzip", told.problem());
    assertEquals(
        "Put a whole one in its place; one that is not packed must not end in .gz", told.fix());
  }
}
