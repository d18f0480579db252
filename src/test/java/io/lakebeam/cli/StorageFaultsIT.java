package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lakebeam.testing.Tables;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A lake whose storage fails or whose files are damaged: a run ends with one sentence that names
 * the file and says what to do, and once the cause is gone the next run makes the tables exact.
 */
@Timeout(300)
class StorageFaultsIT {
  private static final String PIPELINE =
      """
      pipeline: p
      sources:
        orders: {files: "in/*.csv", format: csv, schema: "id BIGINT, amount INT"}
      datasets:
        bronze: {streaming_table: {from: orders}}
        silver:
          streaming_table: {sql: "SELECT id, amount FROM bronze"}
          expect: {positive: {expect: amount > 0, on_violation: quarantine}}
        total: {materialized_view: {sql: "SELECT COUNT(*) AS n, SUM(amount) AS s FROM silver"}}
      """;

  @TempDir Path dir;
  private TestingPipeline project;
  private TestingConsole console;

  @BeforeEach
  void project() {
    project = new TestingPipeline(dir).yaml(PIPELINE);
    console = new TestingConsole(dir);
    project.land("1.csv", "id,amount\n1,5\n2,-1\n");
  }

  /** Each on a copy of the same lake, with one file damaged. */
  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          halve   | bronze/_delta_log/00000000000000000001.json    | restore
          halve   | event_log/_delta_log/00000000000000000000.json | restore
          garbage | silver/_delta_log/00000000000000000001.checkpoint.parquet | delete
          delete  | total/*.parquet                      | restore
          garbage | total/*.parquet                      | restore
          halve   | _lakebeam/p/epochs/000000000001.json | restore
          empty   | _lakebeam/p/epochs/000000000001.json | restore
          halve   | _lakebeam/p/pipeline.json            | restore
          """)
  void aDamagedFileIsToldAndItsRepairHeals(String damage, String pattern, String fix)
      throws IOException {
    assertEquals(0, console.type("run", "p"), console.err());
    Path lake = copy(project.lake(), dir.resolve("copy"));
    if (pattern.contains("checkpoint")) {
      Files.write(lake.resolve(pattern), new byte[0]);
      Files.writeString(
          lake.resolve(pattern).resolveSibling("_last_checkpoint"), "{\"version\":1,\"size\":3}");
    }
    project.land("2.csv", "id,amount\n3,7\n4,-2\n");
    Path file = find(lake, pattern);
    byte[] content = Files.readAllBytes(file);
    switch (damage) {
      case "halve" -> Files.write(file, Arrays.copyOf(content, content.length / 2));
      case "empty" -> Files.write(file, new byte[0]);
      case "garbage" ->
          Files.write(file, "no such bytes".repeat(40).getBytes(StandardCharsets.UTF_8));
      default -> Files.delete(file);
    }
    Files.deleteIfExists(file.resolveSibling("." + file.getFileName() + ".crc"));

    assertRefused(lake, file.getFileName().toString(), fix);
    assertRefused(lake, file.getFileName().toString(), fix);

    if (fix.equals("delete")) {
      Files.delete(file);
      Files.delete(file.resolveSibling("_last_checkpoint"));
    } else {
      Files.write(file, content);
    }
    assertHealed(lake);
  }

  /** Whether it is there is what counts: it is put when every table has its epoch. */
  @ParameterizedTest
  @CsvSource({"halve", "empty"})
  void aDamagedMarkOfADoneEpochStopsNothing(String damage) throws IOException {
    assertEquals(0, console.type("run", "p"), console.err());
    project.land("2.csv", "id,amount\n3,7\n4,-2\n");
    Path file = project.lake().resolve("_lakebeam/p/epochs/000000000001.done");
    byte[] content = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(content, damage.equals("halve") ? content.length / 2 : 0));
    assertHealed(project.lake());
  }

  /** What a run leaves behind that dies while the store replaces the file in two steps. */
  @Test
  void anEmptyRecordOfWhatIsReadStopsNothing() throws IOException {
    assertEquals(0, console.type("run", "p"), console.err());
    project.land("2.csv", "id,amount\n3,7\n4,-2\n");
    Path file = project.lake().resolve("_lakebeam/p/pipeline.json");
    byte[] content = Files.readAllBytes(file);
    Files.write(file, new byte[0]);
    assertHealed(project.lake());
    assertArrayEquals(content, Files.readAllBytes(file));
  }

  @Test
  void aFullDiskIsToldAndSpaceHeals() throws Exception {
    Path disk = mounted("size=600k");
    try {
      Path filler = disk.resolve("filler");
      Path lake = disk.resolve("lake");
      assertEquals(0, console.type("run", "p", "--lake", lake.toString()), console.err());
      project.land("2.csv", "id,amount\n3,7\n4,-2\n");
      fill(filler);
      assertRefused(lake, "no space left", "");
      Files.delete(filler);
      assertHealed(lake);
    } finally {
      command("umount", disk.toString());
    }
  }

  @Test
  void aLakeThatCannotBeWrittenIsTold() throws Exception {
    Path disk = mounted("size=10m");
    try {
      Path lake = disk.resolve("lake");
      assertEquals(0, console.type("run", "p", "--lake", lake.toString()), console.err());
      project.land("2.csv", "id,amount\n3,7\n4,-2\n");
      assertEquals(0, command("mount", "-o", "remount,ro", disk.toString()));
      assertRefused(lake, "ead-only file system", "");
      assertEquals(0, command("mount", "-o", "remount,rw", disk.toString()));
      assertHealed(lake);
    } finally {
      command("umount", disk.toString());
    }
  }

  private void assertRefused(Path lake, String named, String fix) {
    assertEquals(1, console.type("run", "p", "--lake", lake.toString()), console.out());
    String told = console.err();
    String error = told.lines().filter(line -> !line.startsWith("epoch ")).findFirst().orElse("");
    assertTrue(error.startsWith("error: "), told);
    assertTrue(told.contains(named), told);
    assertTrue(told.contains(fix), told);
    assertFalse(told.contains("\tat "), told);
    assertFalse(told.contains("unexpected"), told);
    assertFalse(told.contains("Exception"), told);
    assertTrue(told.lines().count() <= 4, told);
  }

  private void assertHealed(Path lake) {
    assertEquals(0, console.type("run", "p", "--lake", lake.toString()), console.err());
    assertEquals(List.of("1", "2", "3", "4"), texts(lake, "bronze", "id"));
    assertEquals(List.of("1", "3"), texts(lake, "silver", "id"));
    assertEquals(List.of("2", "4"), texts(lake, "silver_quarantine", "id"));
    assertEquals(List.of("2|12"), texts(lake, "total", "n", "s"));
    assertEquals(0, console.type("run", "p", "--lake", lake.toString()), console.err());
    assertEquals(List.of("2|12"), texts(lake, "total", "n", "s"));
  }

  private static List<String> texts(Path lake, String table, String... columns) {
    return Tables.texts(lake.resolve(table).toString(), columns);
  }

  private static void fill(Path file) throws IOException {
    try (var out = Files.newOutputStream(file)) {
      byte[] block = new byte[4096];
      while (Files.size(file) < 1L << 30) {
        out.write(block);
        out.flush();
      }
    } catch (IOException e) {
      if (!String.valueOf(e.getMessage()).contains("No space left")) {
        throw e;
      }
    }
  }

  /** A small disk of its own, which only root may have. */
  private Path mounted(String options) throws Exception {
    Path disk = Files.createDirectories(dir.resolve("disk"));
    boolean isMounted =
        System.getProperty("os.name").equals("Linux")
            && command("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk.toString()) == 0;
    assumeTrue(isMounted, "SKIPPED: a full and a read-only disk need root's right to mount one");
    return disk;
  }

  private static int command(String... words) throws Exception {
    try {
      return new ProcessBuilder(words).inheritIO().start().waitFor();
    } catch (IOException e) {
      return -1;
    }
  }

  private static Path find(Path lake, String pattern) throws IOException {
    if (!pattern.contains("*")) {
      return lake.resolve(pattern);
    }
    Path folder = lake.resolve(pattern.substring(0, pattern.indexOf('/')));
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .filter(file -> file.getFileName().toString().matches("[^.].*\\.parquet"))
          .max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  private static Path copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.readAttributes(file, BasicFileAttributes.class).isDirectory()) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    }
    return to;
  }
}
