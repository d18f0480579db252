package io.lakebeam.demo.stocks;

import io.lakebeam.demo.Feed;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Locale;

/**
 * A trade as it is told of.
 *
 * @param number counts the trades; two messages of one number are the same trade twice
 * @param millis when it was done, after the epoch
 * @param sent when it is told, after the epoch; later for trades that come late
 */
record Trade(
    long number,
    long millis,
    long sent,
    Instrument instrument,
    String venue,
    int cents,
    int quantity,
    Defect defect)
    implements Feed.Message {
  private static final Instant FUTURE = Instant.parse("2199-01-04T15:00:00Z");
  private static final int FACTOR = 10;

  Trade sentAgain(long later) {
    return new Trade(number, millis, later, instrument, venue, cents, quantity, defect);
  }

  String id() {
    return String.format(Locale.ROOT, "T%09d", number);
  }

  Instant time() {
    return Instant.ofEpochMilli(millis);
  }

  BigDecimal price() {
    return money(cents);
  }

  static BigDecimal money(long cents) {
    return BigDecimal.valueOf(cents, 2);
  }

  @Override
  public String line() {
    String price =
        switch (defect) {
          case WORD_FOR_PRICE -> "\"n/a\"";
          case NEGATIVE_PRICE -> money(-cents).toPlainString();
          case ABSURD_PRICE -> money((long) cents * FACTOR).toPlainString();
          default -> price().toPlainString();
        };
    String line =
        String.format(
            Locale.ROOT,
            "{%s\"traded_at\":\"%s\",\"symbol\":\"%s\",\"venue\":\"%s\",\"price\":%s,\"quantity\":%d}",
            defect == Defect.NO_ID ? "" : "\"trade_id\":\"" + id() + "\",",
            defect == Defect.FROM_THE_FUTURE ? FUTURE : time(),
            defect == Defect.UNKNOWN_SYMBOL ? "????" : instrument.symbol(),
            defect == Defect.UNKNOWN_VENUE ? "DARK" : venue,
            price,
            defect == Defect.NO_QUANTITY ? 0 : quantity);
    return defect == Defect.BROKEN_JSON ? line.substring(0, line.length() / 2) : line;
  }
}
