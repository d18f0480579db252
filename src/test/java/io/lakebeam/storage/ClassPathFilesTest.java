package io.lakebeam.storage;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.deploy.ProjectFolder;
import io.lakebeam.deploy.ProjectJar;
import io.lakebeam.spec.project.ProjectAddress;
import java.io.EOFException;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Files of projects that came in jars which only the thread's class loader has. */
class ClassPathFilesTest {
  private final ClassLoader before = Thread.currentThread().getContextClassLoader();
  @TempDir java.nio.file.Path dir;

  @AfterEach
  void restore() {
    Thread.currentThread().setContextClassLoader(before);
  }

  private ProjectAddress project(Map<String, String> files) throws IOException {
    java.nio.file.Path root = Files.createTempDirectory(dir, "project");
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.createDirectories(root.resolve(file.getKey()).getParent());
      Files.writeString(root.resolve(file.getKey()), file.getValue());
    }
    List<String> names = new ArrayList<>(files.keySet());
    ProjectJar jar =
        ProjectJar.write(
            new ProjectFolder(root, names.get(0), names), dir.resolve(root.getFileName() + ".jar"));
    URL[] urls = {jar.file().toUri().toURL()};
    Thread.currentThread()
        .setContextClassLoader(
            new URLClassLoader(urls, Thread.currentThread().getContextClassLoader()));
    return ProjectAddress.of(jar.pipelineFile()).orElseThrow();
  }

  private static Path path(ProjectAddress project, String file) {
    return Storage.PLAIN.path(project.uri(file));
  }

  private static List<String> names(List<FileStatus> files) {
    return files.stream()
        .map(file -> file.getPath().getName() + (file.isDirectory() ? "/" : " " + file.getLen()))
        .toList();
  }

  @Test
  void filesAreListedAndReadAsOnADisk() throws IOException {
    ProjectAddress project =
        project(
            Map.of(
                "ref/a b.csv",
                "id\n1\n",
                "ref/ä#%20.csv",
                "id\n22\n",
                "ref/sub/c.csv",
                "",
                "p",
                "x"));
    assertEquals(
        List.of("a b.csv 5", "sub/", "ä#%20.csv 6"),
        names(Storage.PLAIN.list(path(project, "ref"))));
    assertEquals(List.of("a b.csv 5"), names(Storage.PLAIN.glob(path(project, "ref/a*.csv"))));
    assertEquals(3, Storage.PLAIN.walk(path(project, "ref")).size());
    assertEquals(
        "id\n22\n",
        new String(Storage.PLAIN.read(path(project, "ref/ä#%20.csv")).orElseThrow(), UTF_8));
    assertEquals(
        List.of("p 1", "ref/"), names(Storage.PLAIN.list(Storage.PLAIN.path(project.uri()))));
  }

  @Test
  void aFileCanBeReadFromItsEnd() throws IOException {
    Path file = path(project(Map.of("data", "0123456789")), "data");
    try (FSDataInputStream in = Storage.PLAIN.fileSystem(file).open(file)) {
      byte[] two = new byte[2];
      in.readFully(8, two);
      assertEquals("89", new String(two, UTF_8));
      in.seek(9);
      assertEquals('9', in.read());
      assertEquals(-1, in.read());
      assertEquals(-1, in.read(two));
      assertThrows(EOFException.class, () -> in.seek(11));
      assertThrows(EOFException.class, () -> in.seek(-1));
    }
  }

  @Test
  void nothingElseOfTheClassPathIsThere() throws IOException {
    ProjectAddress project = project(Map.of("ref/a.csv", "id\n"));
    String inOurJar = ClassPathFiles.class.getName().replace('.', '/') + ".class";
    for (String uri :
        List.of(
            "classpath:/" + inOurJar,
            project.uri("../../" + inOurJar),
            project.uri("../../META-INF/MANIFEST.MF"),
            project.uri("ref/../../../" + inOurJar),
            project.uri("ref/b.csv"),
            project.uri("re"),
            "classpath:/" + project.list())) {
      assertEquals(Optional.empty(), Storage.PLAIN.read(Storage.PLAIN.path(uri)), uri);
      assertEquals(Optional.empty(), Storage.PLAIN.status(Storage.PLAIN.path(uri)), uri);
      assertEquals(List.of(), Storage.PLAIN.list(Storage.PLAIN.path(uri)), uri);
    }
  }

  @Test
  void twoProjectsDoNotMix() throws IOException {
    ProjectAddress one = project(Map.of("ref/a.csv", "one"));
    ProjectAddress two = project(Map.of("ref/a.csv", "two", "ref/b.csv", "two"));
    assertEquals(
        "one", new String(Storage.PLAIN.read(path(one, "ref/a.csv")).orElseThrow(), UTF_8));
    assertEquals(
        "two", new String(Storage.PLAIN.read(path(two, "ref/a.csv")).orElseThrow(), UTF_8));
    assertEquals(1, Storage.PLAIN.list(path(one, "ref")).size());
  }

  @Test
  void nothingIsWritten() throws IOException {
    Path file = path(project(Map.of("ref/a.csv", "id\n")), "ref/a.csv");
    Path other = new Path(file.getParent(), "b.csv");
    for (Executable write :
        List.<Executable>of(
            () -> Storage.PLAIN.replace(file, new byte[1]),
            () -> Storage.PLAIN.putIfAbsent(other, new byte[1]),
            () -> Storage.PLAIN.delete(file))) {
      String message = assertThrows(StorageException.class, write).getMessage();
      assertTrue(message.contains("is only read; name a store of your own"), message);
    }
  }

  /** An executor that did not get the jar must not take the data for absent. */
  @Test
  void aProjectThatIsNotHereIsNotEmpty() throws IOException {
    ProjectAddress project = project(Map.of("ref/a.csv", "id\n"));
    Thread.currentThread().setContextClassLoader(before);
    for (Executable look :
        List.<Executable>of(
            () -> Storage.PLAIN.read(path(project, "ref/a.csv")),
            () -> Storage.PLAIN.list(path(project, "ref")),
            () -> Storage.PLAIN.status(path(project, "ref")))) {
      String message = assertThrows(StorageException.class, look).getMessage();
      assertTrue(message.contains("no jar on the class path of this JVM"), message);
    }
  }
}
