package io.lakebeam.delta;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import io.lakebeam.delta.file.DataFileWriter;
import io.lakebeam.graph.Column;
import io.lakebeam.graph.DataType.Primitive;
import io.lakebeam.graph.TableSchema;
import io.lakebeam.storage.Place;
import io.lakebeam.storage.Storage;
import io.lakebeam.storage.StorageException;
import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingRows;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tables of a lake that somebody else has written, and means harm with. */
class ForeignLakeTest {
  private static final TableSchema SCHEMA =
      TableSchema.of(
          Column.required("id", Primitive.BIGINT), Column.nullable("code", Primitive.STRING));

  @TempDir Path dir;
  private Path lake;
  private Path folder;

  @BeforeEach
  void table() throws IOException {
    lake = Files.createDirectories(dir.resolve("lake"));
    folder = lake.resolve("flights");
    create(folder, 1);
  }

  private static void create(Path folder, long id) {
    String path = folder.toString();
    DeltaTable table = DeltaTable.at(Place.of(path));
    table.create(new TableDefinition(SCHEMA, List.of("code"), "", Map.of()));
    try (DataFileWriter writer = new DataFileWriter(Place.of(path), SCHEMA, List.of("code"), "1")) {
      writer.write(TestingRows.of(SCHEMA, id, "x"));
      table.commit(Commit.builder("a", id).add(writer.finish()).build());
    }
  }

  /** Adds a version to the table's log that names a file. */
  private void name(String path) throws IOException {
    Files.writeString(
        folder.resolve("_delta_log/00000000000000000002.json"),
        """
        {"add":{"path":"%s","partitionValues":{"code":"y"},"size":1,"modificationTime":1,"dataChange":true}}
        """
            .formatted(path));
  }

  private String told() {
    return assertThrows(DeltaException.class, () -> Tables.texts(folder.toString(), "id"))
        .getMessage();
  }

  private static String file(Path table) {
    return DeltaTable.at(Place.of(table.toString())).latest().orElseThrow().files().get(0).path();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "../victim/secret.parquet",
        "%2e%2e/victim/secret.parquet",
        "file:///etc/passwd",
        "//127.0.0.1/share/a.parquet",
        "file://host/a.parquet",
        "webhdfs://127.0.0.1:9870/a.parquet",
        "hdfs://127.0.0.1:8020/a.parquet",
        "ftp://127.0.0.1/a.parquet",
        "s3a://bucket/a.parquet",
        "abfss://c@account.dfs.core.windows.net/a.parquet"
      })
  void aLogNamesNothingOutsideOfItsStore(String path) throws Exception {
    name(path);
    String told = told();
    assertTrue(
        told.startsWith("the log of table file:" + folder + " names the data file " + path), told);
    assertThrows(
        DeltaException.class,
        () ->
            Vacuum.find(
                DeltaTable.at(Place.of(folder.toString())),
                java.time.Duration.ZERO,
                java.time.Instant.now(),
                java.util.Set.of()));
  }

  /** Some, Delta's own code writes otherwise before we see them, or refuses. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "code=y/%2E%2E/../../victim/secret.parquet",
        "/etc/passwd",
        "file:/etc/../etc/passwd",
        "file:a.parquet",
        "%ZZ"
      })
  void norDoOtherWaysToWriteIt(String path) throws Exception {
    Path victim = dir.resolve("victim");
    create(victim, 7);
    Files.move(victim.resolve(file(victim)), victim.resolve("secret.parquet"));
    name(path);
    told();
    org.apache.hadoop.fs.Path table = Storage.PLAIN.path(folder.toString());
    assertThrows(DeltaException.class, () -> DataFile.location(table, path));
  }

  @Test
  void noServerIsAsked() throws Exception {
    AtomicInteger asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", exchange -> asked.incrementAndGet());
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/a.parquet";
      name(url);
      assertTrue(told().contains("lies in another store than the table"));
      String lake =
          assertThrows(StorageException.class, () -> DeltaTable.at(Place.of(url))).getMessage();
      assertTrue(lake.contains("nothing is read or written by http; write a path, or"), lake);
      assertEquals(0, asked.get());
    } finally {
      server.stop(0);
    }
  }

  @Test
  void theFilesOfAClonesOriginalInTheLakeAreRead() throws Exception {
    Path original = lake.resolve("original");
    create(original, 7);
    name("file:" + original + "/" + file(original));
    assertEquals(List.of("1", "7"), Tables.texts(folder.toString(), "id"));
    assertEquals(
        new org.apache.hadoop.fs.Path("abfss://c@a.dfs.core.windows.net/other/a.parquet"),
        DataFile.location(
            new org.apache.hadoop.fs.Path("abfss://c@a.dfs.core.windows.net/lake/t"),
            "abfss://c@a.dfs.core.windows.net/other/a.parquet"));
  }

  @Test
  void linksToDataAreNotFollowed() throws Exception {
    Path victim = dir.resolve("victim");
    create(victim, 7);
    Path partition = folder.resolve("code=x");
    Files.move(partition, dir.resolve("moved"));
    Files.createSymbolicLink(partition, victim.resolve("code=x"));
    name("code=x/" + Path.of(file(victim)).getFileName());
    String told =
        assertThrows(StorageException.class, () -> Tables.texts(folder.toString(), "id"))
            .getMessage();
    assertTrue(told.contains("a symbolic link leads from there out of "), told);
    assertThrows(StorageException.class, () -> create(folder, 8), "nor written through");

    Files.delete(partition);
    Files.move(dir.resolve("moved"), partition);
    Files.createSymbolicLink(partition.resolve("link.parquet"), victim.resolve(file(victim)));
    name("code=x/link.parquet");
    assertThrows(StorageException.class, () -> Tables.texts(folder.toString(), "id"));
  }

  @Test
  void linksToTablesAndLogsAreNotFollowed() throws Exception {
    Path link = Files.createSymbolicLink(lake.resolve("link"), folder);
    String told =
        assertThrows(DeltaException.class, () -> DeltaTable.at(Place.of(link + "/"))).getMessage();
    assertEquals(
        "table file:"
            + link
            + " is a symbolic link, and links within a lake are not followed: name the folder that"
            + " it leads to, or put it in its place",
        told);

    Path other = Files.createDirectories(lake.resolve("other"));
    Files.createSymbolicLink(other.resolve("_delta_log"), folder.resolve("_delta_log"));
    String log =
        assertThrows(DeltaException.class, () -> DeltaTable.at(Place.of(other.toString())).latest())
            .getMessage();
    assertTrue(log.startsWith("the log file:" + other + "/_delta_log is a symbolic link"), log);
    assertThrows(DeltaException.class, () -> create(other, 9));

    Path commit = folder.resolve("_delta_log/00000000000000000002.json");
    Path secret = Files.writeString(dir.resolve("secret"), "{\"password\": \"abc\"}");
    Files.createSymbolicLink(commit, secret);
    String file =
        assertThrows(StorageException.class, () -> Tables.texts(folder.toString(), "id"))
            .getMessage();
    assertTrue(file.contains("00000000000000000002.json is a symbolic link"), file);
    assertFalse(file.contains("password"), file);
  }

  @Test
  void aLakeMayBeALinkItself() throws Exception {
    Path link = Files.createSymbolicLink(dir.resolve("link"), lake);
    create(link.resolve("more"), 3);
    assertEquals(List.of("1"), Tables.texts(link.resolve("flights").toString(), "id"));
    assertEquals(List.of("3"), Tables.texts(lake.resolve("more").toString(), "id"));
  }

  @Test
  void aLedgerBehindALinkIsNeitherReadNorWritten() throws Exception {
    Path outside = Files.createDirectories(dir.resolve("outside"));
    Files.writeString(outside.resolve("1.json"), "{}");
    Files.createSymbolicLink(lake.resolve("_lakebeam"), outside);
    org.apache.hadoop.fs.Path ledger = Storage.PLAIN.path(lake + "/_lakebeam/1.json");
    assertThrows(StorageException.class, () -> Storage.PLAIN.read(ledger));
    assertThrows(StorageException.class, () -> Storage.PLAIN.replace(ledger, new byte[0]));
    assertThrows(
        StorageException.class,
        () ->
            Storage.PLAIN.putIfAbsent(
                Storage.PLAIN.path(lake + "/_lakebeam/p/2.json"), new byte[0]));
    assertEquals("{}", Files.readString(outside.resolve("1.json")));
    try (var files = Files.list(outside)) {
      assertEquals(1, files.count());
    }
  }
}
