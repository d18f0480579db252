package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lakebeam.testing.DltCorpus;
import io.lakebeam.testing.Tables;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Files of Delta Live Tables give the tables that they give there. */
class DltCorpusIT {
  private static final String[] PARAMETERS = {"--set", "landing=landing", "--set", "schema=shop"};

  @TempDir Path dir;

  /** All that run make one pipeline, so that they take the time of one. */
  @Test
  void theyGiveTheirTables() throws Exception {
    List<String> names =
        DltCorpus.names().stream()
            .filter(name -> DltCorpus.expected(name).refused().isEmpty())
            .toList();
    DltCorpus.copy(names, dir);
    Files.writeString(
        dir.resolve("pipeline.yaml"), "pipeline: corpus\ndlt_sql: [\"corpus/*.sql\"]\n");
    TestingConsole console = new TestingConsole(dir);
    assertEquals(0, console.type(arguments("run", "pipeline.yaml")), console.err());
    assertTables(names, dir.resolve("lake"));
  }

  private static String[] arguments(String... command) {
    return Stream.of(command, PARAMETERS).flatMap(Stream::of).toArray(String[]::new);
  }

  private static void assertTables(List<String> names, Path lake) {
    List<Executable> checks = new ArrayList<>();
    for (String name : names) {
      DltCorpus.expected(name)
          .tables()
          .forEach(
              (table, rows) ->
                  checks.add(
                      () ->
                          assertEquals(
                              rows.stream().skip(1).sorted().toList(),
                              Tables.texts(
                                  lake.resolve(table).toString(), rows.get(0).split("\\|")),
                              table)));
    }
    assertAll(checks);
  }
}
