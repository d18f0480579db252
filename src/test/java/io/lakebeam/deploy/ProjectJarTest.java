package io.lakebeam.deploy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lakebeam.graph.Limits;
import io.lakebeam.spec.project.ProjectAddress;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Arrays;
import java.util.List;
import java.util.TimeZone;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProjectJarTest {
  private static final String YAML = "pipelines/p/pipeline.yaml";
  private static final String SQL = "transforms/ä b.sql";

  @TempDir Path dir;

  private ProjectFolder project(String folder, String sql) throws IOException {
    return project(folder, List.of(YAML, SQL), sql);
  }

  private ProjectFolder project(String folder, List<String> files, String content)
      throws IOException {
    Path root = dir.resolve(folder);
    for (String file : files) {
      Files.createDirectories(root.resolve(file).getParent());
      Files.writeString(root.resolve(file), content);
    }
    return new ProjectFolder(root, YAML, files);
  }

  private ProjectJar write(ProjectFolder project, String name) {
    return ProjectJar.write(project, dir.resolve(name));
  }

  @Test
  void theSameFilesGiveTheSameBytes() throws IOException {
    ProjectJar one = write(project("one", "SELECT 1"), "one.jar");
    ProjectFolder copy = project("elsewhere/two", "SELECT 1");
    Files.setLastModifiedTime(copy.local(SQL), FileTime.fromMillis(1));
    TimeZone zone = TimeZone.getDefault();
    ProjectJar two;
    try {
      TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Apia"));
      two = write(copy, "two.jar");
    } finally {
      TimeZone.setDefault(zone);
    }
    assertArrayEquals(Files.readAllBytes(one.file()), Files.readAllBytes(two.file()));
    assertEquals(one.pipelineFile(), two.pipelineFile());
    ProjectJar other = write(project("three", "SELECT 2"), "three.jar");
    assertNotEquals(one.pipelineFile(), other.pipelineFile());
  }

  @Test
  void itHoldsTheFilesBelowAFolderOfTheirDigest() throws IOException {
    ProjectJar jar = write(project("one", "SELECT 1"), "one.jar");
    ProjectAddress address = ProjectAddress.of(jar.pipelineFile()).orElseThrow();
    assertEquals(YAML, ProjectAddress.file(jar.pipelineFile()));
    try (ZipFile zip = new ZipFile(jar.file().toFile())) {
      assertEquals(
          List.of(address.list(), address.resource(YAML), address.resource(SQL)),
          zip.stream().map(Object::toString).toList());
      assertEquals(
          "SELECT 1",
          new String(
              zip.getInputStream(zip.getEntry(address.resource(SQL))).readAllBytes(),
              StandardCharsets.UTF_8));
    }
  }

  /** Two projects whose files, one after the other, are the same text. */
  @Test
  void whereOneFileEndsIsPartOfTheDigest() throws IOException {
    Path root = Files.createDirectories(dir.resolve("r"));
    Files.writeString(root.resolve("a"), "xy");
    Files.writeString(root.resolve("b"), "");
    String one = write(new ProjectFolder(root, "a", List.of("a", "b")), "1.jar").pipelineFile();
    Files.writeString(root.resolve("a"), "x");
    Files.writeString(root.resolve("b"), "y");
    String two = write(new ProjectFolder(root, "a", List.of("a", "b")), "2.jar").pipelineFile();
    assertNotEquals(one, two);
  }

  @Test
  void whatAJobWouldNotUnpackIsRefused() throws IOException {
    ProjectFolder project = project("large", "SELECT 1");
    try (RandomAccessFile file = new RandomAccessFile(project.local(SQL).toFile(), "rw")) {
      file.setLength(Limits.PROJECT_BYTES);
    }
    DeployException refused =
        assertThrows(DeployException.class, () -> write(project, "large.jar"));
    assertEquals(
        "put large reference data into a store, and name its URI in the pipeline", refused.fix());
    ProjectFolder odd = project("odd", Arrays.asList(YAML, "a!/b.sql"), "x");
    assertEquals(
        "the file 'a!/b.sql' cannot be deployed",
        assertThrows(DeployException.class, () -> write(odd, "odd.jar")).problem());
  }
}
