package io.lakebeam.demo.stocks;

import io.lakebeam.demo.Draws;
import io.lakebeam.demo.Expected;
import io.lakebeam.demo.Feed;
import io.lakebeam.demo.SendingOrder;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The trades of an exchange, four in a second from 14:30 to 21:00 UTC on every day. Prices wander,
 * and now and then one runs up or down. Some trades are told late, up to 20 seconds, some twice,
 * and some are broken.
 */
public final class TradeFeed implements Feed {
  private static final LocalDate FIRST_DATE = LocalDate.of(2026, 1, 5);
  private static final int LAST_DAY = 350;

  private static final int STEP_MILLIS = 250;
  private static final int TRADES_OF_A_DAY = (int) (6.5 * 3600 * 1000 / STEP_MILLIS);
  private static final long OPENING_MILLIS = (14 * 60 + 30) * 60_000L;
  private static final int SECOND = 1000;
  private static final int LATEST_SECONDS = 20;
  private static final long PURPOSE = 23;
  private static final List<String> VENUES = List.of("XNYS", "XNAS", "BATS");

  private final long seed;

  public TradeFeed(long seed) {
    this.seed = seed;
  }

  @Override
  public String name() {
    return "trades";
  }

  @Override
  public Iterator<Trade> messages() {
    Prices prices = new Prices(seed);
    return new SendingOrder<>(TradeFeed::step, number -> messages(number, prices));
  }

  private static long step(long number) {
    LocalDate date = date((int) (number / TRADES_OF_A_DAY));
    return date.atStartOfDay(ZoneOffset.UTC).toInstant().toEpochMilli()
        + OPENING_MILLIS
        + number % TRADES_OF_A_DAY * STEP_MILLIS;
  }

  private List<Trade> messages(long number, Prices prices) {
    int day = (int) (number / TRADES_OF_A_DAY);
    if (day > LAST_DAY) {
      throw new NoSuchElementException("day " + day);
    }
    Draws draws = Draws.at(seed, PURPOSE, number, 0);
    Instrument instrument = Instrument.ALL.get(draws.below(Instrument.ALL.size()));
    long time = step(number) + draws.below(STEP_MILLIS);
    Trade trade =
        new Trade(
            number,
            time,
            time,
            instrument,
            VENUES.get(draws.below(VENUES.size())),
            prices.next(day, instrument, draws),
            draws.between(1, 40) * 10,
            Defect.of(seed, number));
    long late = time + draws.between(1, LATEST_SECONDS) * SECOND;
    if (draws.perMille(15)) {
      return List.of(trade.sentAgain(late));
    }
    boolean isTwice = trade.defect() == Defect.NONE && draws.perMille(8);
    return isTwice ? List.of(trade, trade.sentAgain(late)) : List.of(trade);
  }

  private static LocalDate date(int day) {
    return FIRST_DATE.plusDays(day);
  }

  /** The instruments of the day and of the next one, as an exchange tells them beforehand. */
  @Override
  public Map<String, String> filesBefore(LocalDate date) {
    int day = (int) (date.toEpochDay() - FIRST_DATE.toEpochDay());
    Map<String, String> files = new LinkedHashMap<>();
    files.put("instruments/" + date + ".csv", instruments(day));
    files.put("instruments/" + date.plusDays(1) + ".csv", instruments(day + 1));
    return files;
  }

  private String instruments(int day) {
    StringBuilder csv = new StringBuilder("trading_date,symbol,name,sector,reference_price\n");
    for (Instrument each : Instrument.ALL) {
      csv.append(
          String.format(
              Locale.ROOT,
              "%s,%s,%s,%s,%s\n",
              date(day),
              each.symbol(),
              each.name(),
              each.sector(),
              Trade.money(each.reference(seed, day)).toPlainString()));
    }
    return csv.toString();
  }

  @Override
  public Expected expected(long n) {
    ExpectedStocks expected = new ExpectedStocks();
    Iterator<Trade> trades = messages();
    for (long i = 0; i < n; i++) {
      expected.take(trades.next());
    }
    return expected.of(n);
  }
}
