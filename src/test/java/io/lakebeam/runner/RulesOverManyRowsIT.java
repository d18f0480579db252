package io.lakebeam.runner;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.cli.TestingConsole;
import io.lakebeam.cli.terminal.Logging;
import io.lakebeam.testing.Tables;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pipeline that {@code docs/concepts/expectations.md} has of rules over many rows. */
class RulesOverManyRowsIT {
  private static final Pattern EXAMPLE =
      Pattern.compile("## Rules over many rows\\n.*?```yaml\\n(.*?)```", Pattern.DOTALL);

  @TempDir Path dir;
  private TestingConsole console;

  @BeforeEach
  void writeWhatThePageHas() throws IOException {
    console = new TestingConsole(dir);
    Logging.configure(console.console(), false);
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("docs/concepts/expectations.md")));
    assertTrue(example.find());
    Files.writeString(dir.resolve("pipeline.yaml"), example.group(1));
    Files.createDirectory(dir.resolve("landing"));
    land(
        "orders-1.csv",
        "order_id,shop_id,at,amount",
        "1,1,2026-03-02T08:00:00Z,2.50",
        "2,1,2026-03-02T08:01:00Z,3.50",
        "2,1,2026-03-02T08:01:00Z,3.50",
        "3,7,2026-03-03T08:00:00Z,1");
    land("shops-1.csv", "shop_id,name", "1,Ulm");
  }

  private void land(String name, String... lines) throws IOException {
    Files.write(dir.resolve("landing").resolve(name), List.of(lines));
  }

  private List<String> texts(String table, String... columns) {
    return Tables.texts(dir.resolve("lake").resolve(table).toString(), columns);
  }

  private boolean isCounted(String view, String rule, long passed, long failed) {
    String counts =
        String.format(
            "{\"name\":\"%s\",\"dataset\":\"%s\",\"passed_records\":%d,\"failed_records\":%d}",
            rule, view, passed, failed);
    return texts("event_log", "details").stream().anyMatch(details -> details.contains(counts));
  }

  @Test
  void viewsTellWhatNoRowCan() throws IOException {
    assertEquals(1, console.type("run", "."));
    String said = console.err();
    assertTrue(
        said.contains(
            "view check_shops stays as it is, because of an expectation whose on_violation is fail"),
        said);
    assertTrue(said.contains("such as shop_is_known: {shop_id=7, without_shop=1}"), said);
    assertEquals(4, texts("order_rows", "order_id").size(), "nothing is kept out");
    assertEquals(List.of(), texts("check_shops", "shop_id"));
    assertEquals(List.of("1|1", "2|2", "3|1"), texts("check_order_ids", "order_id", "n"));
    assertTrue(isCounted("check_order_ids", "once", 2, 1));
    assertTrue(isCounted("check_days", "enough_orders", 1, 1));
    assertTrue(isCounted("check_days", "plausible_total", 2, 0));
    assertTrue(isCounted("check_newest", "of_today", 0, 1));

    land("shops-2.csv", "shop_id,name", "7,Bonn");
    assertEquals(0, console.type("run", "."), console.err());
    assertEquals(List.of("1|0", "7|0"), texts("check_shops", "shop_id", "without_shop"));

    land("orders-2.csv", "order_id,shop_id,at,amount", "4,1,2026-03-03T08:00:00Z,100000");
    assertEquals(1, console.type("run", "."));
    assertTrue(console.err().contains("plausible_total: {day=2026-03-03"), console.err());
    assertEquals(5, texts("order_rows", "order_id").size());
    assertEquals(
        List.of("2026-03-02|3|9.50", "2026-03-03|1|1.00"),
        texts("check_days", "day", "n", "total"));
  }
}
