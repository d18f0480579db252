package io.lakebeam.source.file;

import static io.lakebeam.graph.Column.nullable;
import static io.lakebeam.graph.Column.required;
import static io.lakebeam.graph.DataType.Primitive.BINARY;
import static io.lakebeam.graph.DataType.Primitive.INT;
import static io.lakebeam.graph.DataType.Primitive.STRING;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.Column;
import io.lakebeam.source.Backlog;
import io.lakebeam.source.Collected;
import io.lakebeam.source.Discovery;
import io.lakebeam.source.Slice;
import io.lakebeam.source.SourceDiscovery;
import io.lakebeam.source.SourceException;
import io.lakebeam.source.SourcePosition;
import io.lakebeam.source.SourcePosition.FileIdentity;
import io.lakebeam.source.SourcePosition.SeenFiles;
import io.lakebeam.source.SourceReader;
import io.lakebeam.source.Sources;
import io.lakebeam.source.kafka.FairShares;
import io.lakebeam.spec.SourceSpec;
import io.lakebeam.storage.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSourceTest {
  private static final SourceSpec.Json JSON = new SourceSpec.Json();
  private static final SourceSpec.Text TEXT = new SourceSpec.Text();
  private static final Column ID = required("id", STRING);

  @TempDir Path folder;

  @Test
  void jsonLinesAreOneRecordALine() throws Exception {
    Collected out =
        Sources.read(folder, JSON, "\uFEFF{\"id\":\"a\"}\r\n\n  \n{\"id\":1}\n{\"id\":\"c\"}", ID);
    assertEquals(List.of("a", "c"), out.column("id"));
    assertEquals(List.of("{\"id\":\"a\"}", "{\"id\":\"c\"}"), out.column("_raw"));
    assertEquals(List.of(folder + "/data:1", folder + "/data:5"), out.column("_position"));
    assertEquals(folder + "/data:4", out.rejected.get(0).position());
    assertEquals(List.of("{\"id\":1}"), out.rawTexts());
    byte[] wide = "\uFEFF{\"id\":\"\u4e2d\"}\n".getBytes(StandardCharsets.UTF_16LE);
    assertEquals(List.of("\u4e2d"), Sources.read(folder, JSON, wide, ID).column("id"));
  }

  @Test
  void textIsTakenAsItIs() throws Exception {
    Column line = nullable("line", STRING);
    assertEquals(
        Arrays.asList("a,\"b", "", " c"),
        Sources.read(folder, TEXT, "a,\"b\r\n\n c\n", line).column("line"));
    byte[] bytes = {'a', (byte) 0xFF, '\n', 'b'};
    Collected strict = Sources.read(folder, TEXT, bytes, line);
    assertEquals(List.of("invalid UTF-8 at byte 1"), strict.errors());
    Collected any = Sources.read(folder, TEXT, bytes, nullable("line", BINARY));
    assertArrayEquals(new byte[] {'a', (byte) 0xFF}, (byte[]) any.column("line").get(0));
    assertEquals(Arrays.asList(null, "b"), any.column("_raw"));
    SourceException two =
        assertThrows(
            SourceException.class, () -> Sources.read(folder, TEXT, "x", line, nullable("n", INT)));
    assertTrue(two.getMessage().contains("needs a schema of one column"));
  }

  /** They are those of the plan, whatever has become of the file since. */
  @Test
  void rowsKnowTheirFile() throws Exception {
    Path file = write("b.csv", "id\n1\n", 1000);
    SourceSpec source = Sources.files(folder + "/*.csv", Sources.CSV, ID).withNamedColumns();
    Slice.FileSlice planned = Sources.slice(file);
    write("b.csv", "id\n1\n2\n", 5000);
    Collected out = new Collected(source);
    SourceReader.of(Storage.PLAIN, source, s -> s.reference(), () -> false)
        .read(planned, Sources.PLANNED_AT, out);
    assertEquals(2, out.rows.size());
    Row metadata = out.rows.get(1).getRow("_metadata");
    assertEquals(folder + "/b.csv", metadata.getString("file_path"));
    assertEquals("b.csv", metadata.getString("file_name"));
    assertEquals(5L, metadata.getInt64("file_size"));
    assertEquals(0L, metadata.getInt64("file_block_start"));
    assertEquals(5L, metadata.getInt64("file_block_length"));
    assertEquals(
        Instant.ofEpochMilli(1000),
        metadata.getLogicalTypeValue("file_modification_time", Instant.class));
  }

  @Test
  void newFilesAreFoundOldestFirstAndOnce() throws Exception {
    write("b.csv", "id\n1\n", 1000);
    write("a.csv", "id\n22\n", 2000);
    write("c.csv", "id\n22\n", 2000);
    write("empty.csv", "", 500);
    write("_half.csv", "id\n", 1);
    write(".hidden.csv", "id\n", 1);
    write("notes.txt", "x", 1);
    SourceSpec source = Sources.files(folder + "/*.csv", Sources.CSV, ID);
    Discovery all = discover(source, SourcePosition.start(source), 1000);
    assertEquals(
        List.of(
            new Slice.FileSlice("reports", folder + "/b.csv", 5, 1000),
            new Slice.FileSlice("reports", folder + "/a.csv", 6, 2000),
            new Slice.FileSlice("reports", folder + "/c.csv", 6, 2000)),
        all.slices());
    assertFalse(all.more());
    assertEquals(4, ((SeenFiles) all.position()).files().size());
    assertEquals(List.of(), discover(source, all.position(), 1000).slices());

    Discovery one = discover(source, SourcePosition.start(source), 1);
    assertEquals(1, one.slices().size());
    assertTrue(one.more());
    assertEquals(Backlog.ofFiles(2, 12), one.backlog());
    assertEquals(Backlog.ofFiles(0, 0), all.backlog());
    Discovery next = discover(source, one.position(), 1);
    assertEquals(folder + "/a.csv", ((Slice.FileSlice) next.slices().get(0)).path());
  }

  /**
   * One with an older time sorts first; it must not take the place of those that are waited for.
   */
  @Test
  void whatLandsBehindTheEndTakesNothingOfTheBound() throws Exception {
    write("b.csv", "id\n1\n", 2000);
    SourceSpec source = Sources.files(folder + "/*", Sources.CSV, ID);
    SourceDiscovery discovery = SourceDiscovery.of(Storage.PLAIN, source, s -> s.reference());
    SourcePosition start = SourcePosition.start(source);
    SourcePosition end = discovery.present(start).position();
    write("a.csv", "id\n2\n", 1000);
    Discovery first = discovery.discover(start, end, 1);
    assertEquals(
        List.of(new Slice.FileSlice("reports", folder + "/b.csv", 5, 2000)), first.slices());
    assertEquals(end, first.position());
    assertEquals(1, discovery.discover(end, 1).slices().size());
  }

  @Test
  void anOverwrittenFileIsToldOnceAndNotReadAgain() throws Exception {
    write("a.csv", "id\n1\n", 1000);
    SourceSpec source = Sources.files(folder + "/*", Sources.CSV, ID);
    Discovery first = discover(source, SourcePosition.start(source), 100);
    write("a.csv", "id\n1\n2\n", 3000);
    Discovery second = discover(source, first.position(), 100);
    assertEquals(List.of(), second.slices());
    assertEquals(
        List.of(
            folder
                + "/a.csv was overwritten after it was read (5 bytes then, 7 now); it is not read"
                + " again: land the new content under another name"),
        second.warnings());
    assertEquals(
        new SeenFiles(
            java.util.Set.of(
                new FileIdentity(folder + "/a.csv", 5, 1000),
                new FileIdentity(folder + "/a.csv", 7, 3000))),
        second.position());
    assertEquals(List.of(), discover(source, second.position(), 100).warnings());
  }

  @Test
  void foldersInsideThePatternAreWalked() throws Exception {
    Files.createDirectories(folder.resolve("day=1/deep"));
    Files.createDirectories(folder.resolve("_tmp"));
    write("day=1/a.json", "x", 1);
    write("day=1/deep/b.json", "x", 2);
    write("_tmp/c.json", "x", 3);
    SourceSpec source = Sources.files(folder.toString() + "/*", JSON, ID);
    assertEquals(2, discover(source, SourcePosition.start(source), 100).slices().size());
    SourceSpec uri = Sources.files("file://" + folder + "/{day=1,other}/*.json", JSON, ID);
    assertEquals(
        folder + "/day=1/a.json",
        ((Slice.FileSlice) discover(uri, SourcePosition.start(uri), 100).slices().get(0)).path());
  }

  @Test
  void aMissingLandingFolderIsTold() throws Exception {
    SourceSpec source = Sources.files(folder + "/landing/*.csv", Sources.CSV, ID);
    SourceException missing =
        assertThrows(
            SourceException.class, () -> discover(source, SourcePosition.start(source), 1));
    assertEquals("the folder " + folder + "/landing does not exist", missing.problem());
    assertFalse(missing.isRetryable());
    Files.createDirectories(folder.resolve("landing"));
    assertEquals(List.of(), discover(source, SourcePosition.start(source), 1).slices());
    SourceSpec below = Sources.files(folder + "/landing/*/reports/*.csv", Sources.CSV, ID);
    assertEquals(List.of(), discover(below, SourcePosition.start(below), 1).slices());
    SourceSpec unknown = Sources.files("nope://x/landing/*.csv", Sources.CSV, ID);
    SourceException scheme =
        assertThrows(
            SourceException.class, () -> discover(unknown, SourcePosition.start(unknown), 1));
    assertFalse(scheme.isRetryable());
    assertTrue(scheme.problem().startsWith("nothing here can read nope://"));
  }

  @Test
  void theRootIsTheDeepestFolderWithoutWildcards() {
    assertEquals("/a/b", new SourceSpec.Files("/a/b/*.csv").root());
    assertEquals("/a/b", new SourceSpec.Files("/a/b/x.csv").root());
    assertEquals("/a", new SourceSpec.Files("/a/b*/c/*.csv").root());
    assertEquals("/", new SourceSpec.Files("/*.csv").root());
    assertEquals(
        "abfss://c@a.dfs.core.windows.net/",
        new SourceSpec.Files("abfss://c@a.dfs.core.windows.net/*.csv").root());
    assertEquals("file:///x", new SourceSpec.Files("file:///x/{a,b}/y").root());
  }

  @Test
  void aFileThatWentAfterPlanningStopsTheReading() throws Exception {
    Path file = write("a.csv", "id\n1\n", 1000);
    Slice.FileSlice slice = Sources.slice(file);
    Files.delete(file);
    SourceException gone =
        assertThrows(
            SourceException.class,
            () -> readSlice(Sources.files(folder + "/*", Sources.CSV, ID), slice));
    assertEquals(file + " is gone since it was planned", gone.problem());
    assertFalse(gone.isRetryable());
  }

  @Test
  void aFileThatChangedAfterPlanningIsReadAsItIs() throws Exception {
    Path file = write("a.csv", "id\n1\n", 1000);
    Slice.FileSlice slice = Sources.slice(file);
    write("a.csv", "id\n1\n2\n", 2000);
    Collected out = readSlice(Sources.files(folder + "/*", Sources.CSV, ID), slice);
    assertEquals(List.of("1", "2"), out.column("id"));
    assertEquals(
        List.of(file + " changed after it was planned; it is read as it is now"), out.warnings);
  }

  @Test
  void aStopEndsTheReadingOfAFile() throws Exception {
    Path file = write("a.csv", "id\n" + "x\n".repeat(5000), 1000);
    SourceReader reader =
        SourceReader.of(
            Storage.PLAIN,
            Sources.files(folder + "/*", Sources.CSV, ID),
            s -> s.reference(),
            () -> true);
    assertThrows(
        CancellationException.class,
        () -> reader.read(Sources.slice(file), Sources.PLANNED_AT, new Collected(ID)));
  }

  @Test
  void referenceTablesAreReadWholeOrNotAtAll() throws Exception {
    SourceSpec source = Sources.files(folder + "/*.csv", Sources.CSV, ID, nullable("n", INT));
    assertTrue(
        assertThrows(SourceException.class, () -> ReferenceTable.load(Storage.PLAIN, source))
            .problem()
            .startsWith("there is no file"));
    write("a.csv", "id,n,other\nx,1,o\ny,,o\n", 1000);
    write("b.csv", "n,id\n3,z\n", 2000);
    assertEquals(
        List.of("x", "y", "z"),
        ReferenceTable.load(Storage.PLAIN, source).stream().map(r -> r.getString(0)).toList());
    assertEquals(2, ReferenceTable.load(Storage.PLAIN, source).get(0).numFields());
    write("c.csv", "id,n\nx,one\n", 3000);
    SourceException bad =
        assertThrows(SourceException.class, () -> ReferenceTable.load(Storage.PLAIN, source));
    assertEquals(folder + "/c.csv:2 cannot be read", bad.problem());
    assertEquals("column n: expected INT, found \"one\"", bad.reason());
  }

  @Test
  void sharesAreFairAndAddUp() {
    java.util.SortedMap<Integer, Long> available =
        new java.util.TreeMap<>(java.util.Map.of(0, 10L, 1, 1000L, 2, 0L, 3, 1000L));
    assertEquals(java.util.Map.of(0, 10L, 1, 45L, 2, 0L, 3, 45L), FairShares.of(available, 100));
    assertEquals(available, FairShares.of(available, 1_000_000));
    assertEquals(
        1L, FairShares.of(available, 1).values().stream().mapToLong(Long::longValue).sum());
  }

  private Path write(String name, String content, long modifiedAt) throws IOException {
    Path file = Files.writeString(folder.resolve(name), content);
    Files.setLastModifiedTime(file, FileTime.fromMillis(modifiedAt));
    return file;
  }

  private static Discovery discover(SourceSpec source, SourcePosition since, long maxRows) {
    return SourceDiscovery.of(Storage.PLAIN, source, s -> s.reference()).discover(since, maxRows);
  }

  private static Collected readSlice(SourceSpec source, Slice slice) {
    Collected out = new Collected(source);
    SourceReader.of(Storage.PLAIN, source, s -> s.reference(), () -> false)
        .read(slice, Sources.PLANNED_AT, out);
    return out;
  }
}
