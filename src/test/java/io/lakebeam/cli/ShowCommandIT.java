package io.lakebeam.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.testing.TestingPipeline;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShowCommandIT {
  @TempDir Path dir;

  @Test
  void rowsAreShownInTheOrderThatIsAskedFor() throws IOException {
    new TestingPipeline(dir)
        .yaml(
            """
            pipeline: p
            sources:
              feed: {files: "in/*.csv", format: csv, schema: "id INT, city STRING"}
            datasets:
              silver: {streaming_table: {sql: "SELECT id, city FROM STREAM feed"}}
            """)
        .land("1.csv", "id,city\n3,Rome\n1,\n10,Oslo\n2,Rome\n");
    TestingConsole console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    assertEquals(0, console.type("run", "p"), console.err());
    assertEquals(List.of(1, 2, 3, 10), ids(console, "--order-by", "id"));
    assertEquals(List.of(10, 3), ids(console, "--order-by", "id DESC", "--limit", "2"));
    assertEquals(List.of(3, 2, 10, 1), ids(console, "--order-by", "city desc, id DESC"));
    // By a column that is not shown, of the rows that meet a condition.
    assertEquals(
        List.of(2, 3),
        ids(console, "--order-by", "city,ID", "--where", "city = 'Rome'", "--columns", "id"));
    assertEquals(2, console.type("show", "lake/silver", "--order-by", "idd"));
    assertTrue(console.err().contains("there is no column idd; did you mean id?"), console.err());
    assertEquals(2, console.type("show", "lake/silver", "--order-by", "id upwards"));
    assertTrue(console.err().contains("each with ASC or DESC"), console.err());
  }

  private static List<Integer> ids(TestingConsole console, String... options) throws IOException {
    List<String> words = new ArrayList<>(List.of("show", "lake/silver", "--output", "json"));
    words.addAll(List.of(options));
    assertEquals(0, console.type(words.toArray(String[]::new)), console.err());
    List<Integer> ids = new ArrayList<>();
    for (String line : console.out().lines().toList()) {
      ids.add(new ObjectMapper().readTree(line).get("id").asInt());
    }
    return ids;
  }
}
