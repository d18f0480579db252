package io.lakebeam.demo.stocks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lakebeam.demo.Expected;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class TradeFeedTest {
  private static final int TRADES = 20_000;

  @Test
  void aSeedIsAWorld() {
    assertEquals(lines(7), lines(7));
    assertNotEquals(lines(7), lines(8));
  }

  private static List<String> lines(long seed) {
    Iterator<Trade> trades = new TradeFeed(seed).messages();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      lines.add(trades.next().line());
    }
    return lines;
  }

  @Test
  void everyDefectAndEveryTableIsThere() {
    Set<Defect> defects = EnumSet.noneOf(Defect.class);
    Iterator<Trade> trades = new TradeFeed(7).messages();
    long sent = Long.MIN_VALUE;
    for (int i = 0; i < TRADES; i++) {
      Trade trade = trades.next();
      assertTrue(trade.sent() >= sent, "trades come in the order in which they are sent");
      sent = trade.sent();
      defects.add(trade.defect());
    }
    assertEquals(EnumSet.allOf(Defect.class), defects);
    Expected expected = new TradeFeed(7).expected(TRADES);
    expected.rows().forEach((table, rows) -> assertTrue(rows > 0, table));
  }

  @Test
  void limitsAreThoseOfThePipeline() throws IOException {
    List<String> lines = new ArrayList<>(List.of("limit_id,owner,symbol,direction,limit_price"));
    for (PriceLimit each : PriceLimit.ALL) {
      lines.add(
          String.join(
              ",",
              each.id(),
              each.owner(),
              each.symbol(),
              each.direction(),
              Trade.money(each.cents()).toPlainString()));
    }
    assertEquals(lines, Files.readAllLines(Path.of("pipelines/stocks/reference/limits.csv")));
  }
}
