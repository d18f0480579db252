package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertAll;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.delta.Snapshot;
import io.lakebeam.testing.Tables;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.beam.sdk.values.Row;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.api.io.TempDir;

/** Queries of public bug reports and user files give what Spark gives. */
class SqlCasesIT {
  private static final int COLUMNS = 1_500;
  private static final int ROWS = 20;

  @TempDir Path dir;

  @Test
  void queriesGiveTheRowsOfSpark() throws Exception {
    copyCases();
    TestingConsole console = new TestingConsole(dir);
    assertEquals(0, console.type("run", "."), console.err());
    assertAll(
        table(
            "escapes id first_tag tags digits path_ tabbed",
            "1|red|2|4930123456|C:/tmp|a\tb",
            "2|green|1|12345|D:/x|a\tb",
            "3|a|3|15551234|none|a\tb"),
        table("escapes_in_rules id", "1", "3"),
        table("casts id age at_midnight", "1|new|false", "2|old|false", "3|new|true", "4|old|null"),
        table("t_time id", "1"),
        table("t_between id", "1", "3"),
        table("t_short id", "1", "3"),
        table("t_in id", "1", "3"),
        table("t_zip id", "1", "2"),
        table("t_qty id", "2"),
        table("t_price id", "1", "2"),
        table("t_whole id"),
        table("exploded branch tag", "r1|x", "r1|y"),
        table("lateral_view branch hash author", "r1|c1|Ann", "r1|c2|Ben"),
        table(
            "indexed branch first_hash first_author second_email n tag2 has_x",
            "r1|c1|Ann|null|2|y|true",
            "r2|null|null|null|0|null|false",
            "r3|null|null|null|null|null|null"),
        table("indexed_in_brackets branch first_hash", "r1|c1", "r3|null"),
        table("except_columns event_id user_id", "1|u1", "1|u1", "2|u2"),
        table(
            "intervals event_id tomorrow m",
            "1|2024-01-02T00:00:00Z|2023-12-31T22:30:00Z",
            "1|2024-01-02T00:05:00Z|2023-12-31T22:35:00Z",
            "2|2024-01-02T00:01:00Z|2023-12-31T22:31:00Z"),
        table("double_colon s", "1", "1", "2"),
        table("nested_bytes id b", "1|01F4"));
    assertTold("t_whole", "[CAST_INVALID_INPUT] The value '9.90'");
    assertTold("indexed_in_brackets", "[INVALID_ARRAY_INDEX] The index 0 is out of bounds");
  }

  /** More expressions than fit into one method of Java. */
  @Test
  void tablesMayBeWide() throws Exception {
    writeWideCase();
    TestingConsole console = new TestingConsole(dir);
    assertEquals(0, console.type("run", "."), console.err());
    Snapshot silver = Tables.latest(lake("silver"));
    assertEquals(COLUMNS, silver.schema().names().stream().filter(n -> !n.startsWith("_")).count());
    assertEquals(ROWS, Tables.rows(lake("bronze")).size());
    List<Row> rows = Tables.rows(lake("silver"));
    assertEquals(ROWS, rows.size());
    Row first = rows.stream().filter(r -> r.getInt32("c0") == 1).findFirst().orElseThrow();
    assertEquals(List.of(6, 20), List.of(first.getInt32("c5"), first.getInt32("c10")));
  }

  private void assertTold(String table, String reason) {
    String reasons = Tables.texts(lake(table + "_quarantine"), "_error").toString();
    assertTrue(reasons.contains(reason), reasons);
  }

  private Executable table(String nameAndColumns, String... rows) {
    String[] words = nameAndColumns.split(" ");
    String[] columns = List.of(words).subList(1, words.length).toArray(String[]::new);
    return () -> assertEquals(List.of(rows), Tables.texts(lake(words[0]), columns), words[0]);
  }

  private String lake(String table) {
    return dir.resolve("lake").resolve(table).toString();
  }

  private void copyCases() throws IOException, URISyntaxException {
    URL folder = SqlCasesIT.class.getResource("/sql-cases");
    Path cases = Path.of(folder.toURI());
    try (Stream<Path> files = Files.walk(cases)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = dir.resolve(cases.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  private void writeWideCase() throws IOException {
    String[] types = {"INT", "STRING", "DOUBLE", "DATE", "DECIMAL(12,2)"};
    Files.writeString(
        dir.resolve("pipeline.yaml"),
        """
        pipeline: wide
        sources:
          files: {files: in/*.csv, format: csv, schema: "%s"}
        datasets:
          bronze: {streaming_table: {from: files}}
          silver: {streaming_table: silver.sql, expect: rules.yaml}
        """
            .formatted(columns(", ", i -> "c" + i + " " + types[i % 5])));
    Files.writeString(
        dir.resolve("silver.sql"),
        columns(
                ",\n",
                i ->
                    i % 5 == 0
                        ? "CASE WHEN c%1$d > 5 THEN c%1$d * 2 ELSE c%1$d + 1 END AS c%1$d"
                            .formatted(i)
                        : "COALESCE(c%1$d, c%1$d) AS c%1$d".formatted(i))
            .transform(columns -> "SELECT " + columns + "\nFROM bronze"));
    String[] actions = {"warn", "quarantine", "drop"};
    Files.writeString(
        dir.resolve("rules.yaml"),
        IntStream.range(0, COLUMNS / 5)
            .mapToObj(
                i ->
                    "r%1$d: {expect: \"c%1$d IS NOT NULL AND c%1$d >= 0\", on_violation: %2$s}"
                        .formatted(i * 5, actions[i % 3]))
            .collect(Collectors.joining("\n")));
    List<String> lines = new ArrayList<>(List.of(columns(",", i -> "c" + i)));
    for (int row = 0; row < ROWS; row++) {
      int of = row;
      lines.add(columns(",", i -> value(i, of)));
    }
    Files.createDirectories(dir.resolve("in"));
    Files.write(dir.resolve("in/a.csv"), lines);
  }

  private static String value(int column, int row) {
    int number = column + row;
    return switch (column % 5) {
      case 0 -> Integer.toString(number);
      case 1 -> "text " + number;
      case 2 -> number + ".5";
      case 3 -> "2024-01-02";
      default -> number + ".25";
    };
  }

  private static String columns(String between, IntFunction<String> each) {
    return IntStream.range(0, COLUMNS).mapToObj(each).collect(Collectors.joining(between));
  }
}
