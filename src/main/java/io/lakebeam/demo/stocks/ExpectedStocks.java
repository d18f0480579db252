package io.lakebeam.demo.stocks;

import io.lakebeam.demo.Expected;
import io.lakebeam.demo.ExpectedTable;
import io.lakebeam.demo.Verdicts;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/** What the pipeline of stocks must make of trades, counted as they are sent. Not thread-safe. */
final class ExpectedStocks {
  private static final long MINUTE = 60_000;
  private static final long DELAY = MINUTE;
  private static final int MINUTES_OF_A_MOVE = 5;
  private static final int PERCENT_OF_A_MOVE = 2;
  private static final int MOST_MOVERS = 5;

  private final Verdicts<Rule> verdicts = new Verdicts<>(Rule.class);
  private final Set<Long> known = new HashSet<>();
  private final Map<Group, Prices> bars = new HashMap<>();
  private final Map<Group, Prices> moves = new HashMap<>();
  private final Map<LocalDate, Map<Instrument, Prices>> days = new LinkedHashMap<>();
  private final Map<List<Object>, Trade> limits = new LinkedHashMap<>();
  private long decoded;
  private long undecodable;
  private long latest = Long.MIN_VALUE;

  /**
   * A window of an instrument.
   *
   * @param start milliseconds after the epoch
   */
  private record Group(long start, Instrument instrument) {}

  /** The trades of a group, of which the first and the last by time count. */
  private static final class Prices {
    private Trade first;
    private Trade last;
    private int high = Integer.MIN_VALUE;
    private int low = Integer.MAX_VALUE;
    private long trades;
    private long shares;
    private long cents;

    void add(Trade trade) {
      first = first == null || trade.millis() < first.millis() ? trade : first;
      last = last == null || trade.millis() > last.millis() ? trade : last;
      high = Math.max(high, trade.cents());
      low = Math.min(low, trade.cents());
      trades++;
      shares += trade.quantity();
      cents += (long) trade.cents() * trade.quantity();
    }

    double changePercent() {
      BigDecimal change = last.price().subtract(first.price());
      return 100 * change.doubleValue() / first.price().doubleValue();
    }

    boolean isMove() {
      return 100 * Math.abs(last.cents() - first.cents()) > PERCENT_OF_A_MOVE * first.cents();
    }
  }

  /** The next trade, in the order in which trades are sent. */
  void take(Trade trade) {
    if (!trade.defect().isDecodable()) {
      undecodable++;
      return;
    }
    decoded++;
    if (!verdicts.judge(trade.defect().broken())) {
      return;
    }
    if (!known.add(trade.number())) {
      verdicts.addDuplicate();
      return;
    }
    latest = Math.max(latest, trade.millis());
    long minute = Math.floorDiv(trade.millis(), MINUTE) * MINUTE;
    add(bars, minute, trade);
    for (int i = 0; i < MINUTES_OF_A_MOVE; i++) {
      add(moves, minute - i * MINUTE, trade);
    }
    days.computeIfAbsent(date(trade), unknown -> new HashMap<>())
        .computeIfAbsent(trade.instrument(), unknown -> new Prices())
        .add(trade);
    for (PriceLimit limit : PriceLimit.ALL) {
      if (limit.isReached(trade)) {
        limits.putIfAbsent(List.of(limit, date(trade)), trade);
      }
    }
  }

  private static void add(Map<Group, Prices> groups, long start, Trade trade) {
    groups
        .computeIfAbsent(new Group(start, trade.instrument()), unknown -> new Prices())
        .add(trade);
  }

  private static LocalDate date(Trade trade) {
    return LocalDate.ofEpochDay(Math.floorDiv(trade.millis(), 24 * 60 * MINUTE));
  }

  /** After n records. */
  Expected of(long n) {
    bars.keySet().removeIf(bar -> !isClosed(bar.start() + MINUTE));
    moves.keySet().removeIf(move -> !isClosed(move.start() + MINUTES_OF_A_MOVE * MINUTE));
    moves.values().removeIf(prices -> !prices.isMove());
    Map<String, ExpectedTable> tables = new LinkedHashMap<>();
    tables.put("minute_bars", minuteBars());
    tables.put("price_moves", priceMoves());
    tables.put("limit_alerts", limitAlerts());
    tables.put("top_movers", topMovers());
    tables.put("volume_by_sector", volumeBySector());
    tables.put("alerts", alerts());
    Map<String, Long> rows = new LinkedHashMap<>();
    rows.put("bronze_trades", decoded);
    rows.put("bronze_trades_quarantine", undecodable);
    rows.put("trades", (long) known.size());
    rows.put("trades_quarantine", verdicts.quarantined());
    tables.forEach((name, table) -> rows.put(name, (long) table.rows().size()));
    return new Expected(
        List.of(new Expected.Input(n, "trade")),
        List.of("bronze_trades"),
        "trades",
        rows,
        verdicts.counts(),
        verdicts.dropped(),
        verdicts.duplicates(),
        tables);
  }

  /** Windows close behind the watermark, not by a clock. */
  private boolean isClosed(long end) {
    return end <= latest - DELAY;
  }

  private ExpectedTable minuteBars() {
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new HashMap<>();
    bars.forEach(
        (bar, prices) ->
            rows.put(
                List.of(Instant.ofEpochMilli(bar.start()), bar.instrument().symbol()),
                () ->
                    row(
                        "sector", bar.instrument().sector(),
                        "open", prices.first.price(),
                        "high", Trade.money(prices.high),
                        "low", Trade.money(prices.low),
                        "close", prices.last.price(),
                        "trades", prices.trades,
                        "volume", prices.shares)));
    return new ExpectedTable(List.of("minute", "symbol"), rows);
  }

  private ExpectedTable priceMoves() {
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new HashMap<>();
    moves.forEach(
        (move, prices) ->
            rows.put(
                List.of(Instant.ofEpochMilli(move.start()), move.instrument().symbol()),
                () ->
                    row(
                        "to_time", end(move),
                        "first_price", prices.first.price(),
                        "last_price", prices.last.price(),
                        "change_percent", prices.changePercent())));
    return new ExpectedTable(List.of("from_time", "symbol"), rows);
  }

  private static Instant end(Group move) {
    return Instant.ofEpochMilli(move.start() + MINUTES_OF_A_MOVE * MINUTE);
  }

  private ExpectedTable limitAlerts() {
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new HashMap<>();
    limits.forEach(
        (key, trade) -> {
          PriceLimit limit = (PriceLimit) key.get(0);
          rows.put(
              List.of(limit.id(), key.get(1)),
              () ->
                  row(
                      "owner", limit.owner(),
                      "symbol", limit.symbol(),
                      "direction", limit.direction(),
                      "limit_price", Trade.money(limit.cents()),
                      "traded_at", trade.time(),
                      "price", trade.price()));
        });
    return new ExpectedTable(List.of("limit_id", "trading_date"), rows);
  }

  private ExpectedTable topMovers() {
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new HashMap<>();
    days.forEach(
        (day, prices) -> {
          List<Map.Entry<Instrument, Prices>> movers =
              prices.entrySet().stream()
                  .sorted(
                      Comparator.<Map.Entry<Instrument, Prices>>comparingDouble(
                              each -> -Math.abs(each.getValue().changePercent()))
                          .thenComparing(each -> each.getKey().symbol()))
                  .limit(MOST_MOVERS)
                  .toList();
          for (int i = 0; i < movers.size(); i++) {
            Instrument instrument = movers.get(i).getKey();
            Prices of = movers.get(i).getValue();
            rows.put(
                List.of(day, i + 1L),
                () ->
                    row(
                        "symbol", instrument.symbol(),
                        "name", instrument.name(),
                        "sector", instrument.sector(),
                        "open", of.first.price(),
                        "last", of.last.price(),
                        "change_percent", of.changePercent(),
                        "trades", of.trades));
          }
        });
    return new ExpectedTable(List.of("trading_date", "place"), rows);
  }

  private ExpectedTable volumeBySector() {
    Map<List<Object>, long[]> sums = new HashMap<>();
    days.forEach(
        (day, prices) ->
            prices.forEach(
                (instrument, of) -> {
                  long[] sum =
                      sums.computeIfAbsent(
                          List.of(day, instrument.sector()), unknown -> new long[3]);
                  sum[0] += of.trades;
                  sum[1] += of.shares;
                  sum[2] += of.cents;
                }));
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new HashMap<>();
    sums.forEach(
        (key, sum) ->
            rows.put(
                key,
                () -> row("trades", sum[0], "shares", sum[1], "turnover", Trade.money(sum[2]))));
    return new ExpectedTable(List.of("trading_date", "sector"), rows);
  }

  /** Limits, and of each move the first window that shows it. */
  private ExpectedTable alerts() {
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new HashMap<>();
    limits.forEach(
        (key, trade) -> {
          PriceLimit limit = (PriceLimit) key.get(0);
          rows.put(
              Arrays.asList("limit", limit.symbol(), trade.time(), limit.id()),
              () -> row("owner", limit.owner(), "price", trade.price()));
        });
    List<Group> begun = new ArrayList<>(moves.keySet());
    begun.removeIf(move -> moves.containsKey(new Group(move.start() - MINUTE, move.instrument())));
    for (Group move : begun) {
      BigDecimal price = moves.get(move).last.price();
      rows.put(
          Arrays.asList("move", move.instrument().symbol(), end(move), null),
          () -> row("owner", null, "price", price));
    }
    return new ExpectedTable(List.of("kind", "symbol", "alert_time", "limit_id"), rows);
  }

  /** Columns and values by turns. */
  private static Map<String, Object> row(Object... columnsAndValues) {
    Map<String, Object> row = new LinkedHashMap<>();
    for (int i = 0; i < columnsAndValues.length; i += 2) {
      row.put((String) columnsAndValues[i], columnsAndValues[i + 1]);
    }
    return row;
  }
}
