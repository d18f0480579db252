package io.lakebeam.demo.stocks;

import java.util.List;

/**
 * A price that somebody wants to know of, as in the pipeline's file of limits.
 *
 * @param above true for a price at the limit or above it, false for one at it or below
 */
record PriceLimit(String id, String owner, String symbol, boolean above, int cents) {
  static final List<PriceLimit> ALL =
      List.of(
          new PriceLimit("L01", "ann", "ALTA", true, 5_300),
          new PriceLimit("L02", "ann", "HALO", false, 24_600),
          new PriceLimit("L03", "ben", "FERN", true, 18_700),
          new PriceLimit("L04", "ben", "FERN", false, 18_100),
          new PriceLimit("L05", "ben", "KELP", true, 2_030),
          new PriceLimit("L06", "cho", "JUNO", false, 11_200),
          new PriceLimit("L07", "cho", "MIRA", true, 13_400),
          new PriceLimit("L08", "cho", "NOVA", true, 6_000));

  boolean isReached(Trade trade) {
    return trade.instrument().symbol().equals(symbol)
        && (above ? trade.cents() >= cents : trade.cents() <= cents);
  }

  String direction() {
    return above ? "ABOVE" : "BELOW";
  }
}
