package io.lakebeam.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.graph.ErrorCode;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageTest {
  @TempDir java.nio.file.Path folder;
  private Path file;

  @BeforeEach
  void file() {
    file = Storage.PLAIN.path(folder.resolve("a/b c/plan.json").toString());
  }

  @Test
  void pathsAreAbsoluteAndRelativeOnesStartAtTheWorkingDirectory() {
    String here = java.nio.file.Path.of("").toAbsolutePath().toString();

    assertEquals("file:" + here + "/lake", Storage.PLAIN.path("./lake").toString());
    assertEquals("file:/x/y", Storage.PLAIN.path("file:///x/y").toString());
    assertEquals("file:/x/y", Storage.PLAIN.path("/x/./y/").toString());
    assertThrows(IllegalArgumentException.class, () -> Storage.PLAIN.path(" "));
    assertThrows(StorageException.class, () -> Storage.PLAIN.path("nowhere://x/y"));
  }

  @Test
  void onlyTheFirstPutCounts() {
    assertTrue(Storage.PLAIN.putIfAbsent(file, "first".getBytes(UTF_8)));
    assertFalse(Storage.PLAIN.putIfAbsent(file, "second".getBytes(UTF_8)));

    assertEquals("first", text(file));
  }

  @Test
  void ofManyPutsExactlyOneWinsAndNobodySeesHalfOfIt() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(8);
    for (int round = 0; round < 10; round++) {
      Path contended = new Path(file.getParent(), "plan-" + round);
      CountDownLatch start = new CountDownLatch(1);
      List<Future<Boolean>> puts = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        byte[] bytes = Integer.toString(i).repeat(10_000).getBytes(UTF_8);
        puts.add(
            threads.submit(
                () -> {
                  start.await();
                  return Storage.PLAIN.putIfAbsent(contended, bytes);
                }));
      }
      start.countDown();
      int winners = 0;
      int winner = -1;
      for (int i = 0; i < 8; i++) {
        if (puts.get(i).get()) {
          winners++;
          winner = i;
        }
      }
      assertEquals(1, winners);
      assertEquals(Integer.toString(winner).repeat(10_000), text(contended));
    }
    threads.shutdown();
    assertEquals(10, Storage.PLAIN.list(file.getParent()).size(), "no temporary files are left");
  }

  @Test
  void replaceTakesTheStaleChecksumAlong() throws Exception {
    Storage.PLAIN.replace(file, "old".getBytes(UTF_8));
    java.nio.file.Path checksum = folder.resolve("a/b c/.plan.json.crc");
    Files.write(checksum, new byte[] {1});

    Storage.PLAIN.replace(file, "new".getBytes(UTF_8));

    assertEquals("new", text(file));
    assertFalse(Files.exists(checksum));
  }

  @Test
  void whatIsNotThereIsEmpty() {
    assertEquals(Optional.empty(), Storage.PLAIN.read(file));
    assertEquals(Optional.empty(), Storage.PLAIN.status(file));
    assertEquals(List.of(), Storage.PLAIN.list(file));
    assertEquals(List.of(), Storage.PLAIN.glob(new Path(file, "*.csv")));
    assertFalse(Storage.PLAIN.delete(file));
  }

  @Test
  void listsAndGlobsAreSorted() {
    for (String name : List.of("c.csv", "a.csv", "b.txt")) {
      Storage.PLAIN.putIfAbsent(new Path(file.getParent(), name), new byte[0]);
    }

    assertEquals(
        List.of("a.csv", "b.txt", "c.csv"),
        Storage.PLAIN.list(file.getParent()).stream().map(f -> f.getPath().getName()).toList());
    assertEquals(
        List.of("a.csv", "c.csv"),
        Storage.PLAIN.glob(new Path(file.getParent(), "{a,c}.*")).stream()
            .map(f -> f.getPath().getName())
            .toList());
  }

  @Test
  void filesWrittenThroughHadoopLeaveNoChecksums() throws Exception {
    Storage.PLAIN.fileSystem(file).create(file).close();

    try (Stream<java.nio.file.Path> files = Files.list(folder.resolve("a/b c"))) {
      assertEquals(1, files.count());
    }
  }

  @Test
  void errorsSayWhatWasTriedWhereAndWhy() throws Exception {
    Files.createFile(folder.resolve("a"));

    StorageException error =
        assertThrows(StorageException.class, () -> Storage.PLAIN.putIfAbsent(file, new byte[0]));
    assertTrue(error.getMessage().startsWith("cannot write file:" + folder), error.getMessage());
    assertFalse(error.getMessage().contains("\n"));
    assertEquals(
        "cannot write /lake/x: permission denied",
        new StorageException("write", "/lake/x", new AccessDeniedException("/lake/x"))
            .getMessage());
    assertEquals(
        "cannot write /lake/x: no space left",
        new StorageException("write", "/lake/x", new IOException("No space left on device"))
            .getMessage());
    assertEquals(
        ErrorCode.STORAGE_MISSING,
        new StorageException("read", "/lake/x", new FileNotFoundException("x")).code());
    assertEquals(
        ErrorCode.STORAGE_DENIED,
        new StorageException(
                "read", "/lake/x", new FileNotFoundException("/lake/x (Permission denied)"))
            .code());
  }

  private static String text(Path path) {
    byte[] bytes = Storage.PLAIN.read(path).orElseThrow();
    assertArrayEquals(bytes, new String(bytes, UTF_8).getBytes(UTF_8));
    return new String(bytes, UTF_8);
  }

  /** What drivers put aside on its way to a store is nobody else's, and nobody made it first. */
  @Test
  void temporaryFilesLieInAFolderOfThisProcess() throws IOException {
    java.nio.file.Path folder =
        java.nio.file.Path.of(Storage.PLAIN.configuration().get("hadoop.tmp.dir"));
    assertEquals(PrivateFolder.make(), folder);
    assertEquals(
        "rwx------",
        java.nio.file.attribute.PosixFilePermissions.toString(
            java.nio.file.Files.getPosixFilePermissions(folder)));
    for (String key : List.of("fs.s3a.buffer.dir", "fs.azure.buffer.dir")) {
      String buffers = Storage.PLAIN.configuration().get(key, "${hadoop.tmp.dir}/x");
      assertTrue(
          buffers.contains(folder.toString()) || buffers.contains("hadoop.tmp.dir"), buffers);
    }
  }

  /** Hadoop keeps one for all: ours would be given to others of the JVM, or theirs to us. */
  @Test
  void othersOfThisJvmKeepTheirFileSystemAndLakebeamItsOwn() throws IOException {
    Path here = Storage.PLAIN.path(folder.toString());
    for (int time = 0; time < 2; time++) {
      assertEquals(LocalFiles.class, here.getFileSystem(Storage.PLAIN.configuration()).getClass());
      assertEquals(LocalFiles.class, Storage.PLAIN.fileSystem(here).getClass());
      assertEquals(LocalFileSystem.class, here.getFileSystem(new Configuration()).getClass());
    }
  }

  @Test
  void nothingIsReadByDbfs() {
    String refusal =
        assertThrows(StorageException.class, () -> Storage.PLAIN.path("dbfs:/mnt/landing/x"))
            .getMessage();
    assertTrue(refusal.contains("dbutils.fs.mounts() shows it"), refusal);
  }
}
