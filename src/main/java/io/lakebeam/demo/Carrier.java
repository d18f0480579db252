package io.lakebeam.demo;

import java.util.List;

/**
 * A real US airline.
 *
 * @param code two characters, the Bureau's
 * @param share of the day's flights, in percent
 * @param hubs at least one end of each of its flights
 */
record Carrier(String code, String name, int share, List<String> hubs) {
  /** The demo's carriers; the same as in the pipeline's reference file. */
  static final List<Carrier> ALL =
      List.of(
          new Carrier("AA", "American Airlines Inc.", 17, List.of("DFW", "CLT", "MIA", "ORD")),
          new Carrier("AS", "Alaska Airlines Inc.", 6, List.of("SEA", "PDX", "SAN")),
          new Carrier("B6", "JetBlue Airways", 6, List.of("JFK", "BOS", "MCO")),
          new Carrier("DL", "Delta Air Lines Inc.", 16, List.of("ATL", "MSP", "DTW", "SLC")),
          new Carrier("F9", "Frontier Airlines Inc.", 4, List.of("DEN", "LAS")),
          new Carrier("HA", "Hawaiian Airlines Inc.", 2, List.of("HNL")),
          new Carrier("NK", "Spirit Air Lines", 5, List.of("LAS", "MCO", "DTW")),
          new Carrier("OO", "SkyWest Airlines Inc.", 12, List.of("SLC", "DEN", "PHX")),
          new Carrier("UA", "United Air Lines Inc.", 14, List.of("EWR", "ORD", "IAH", "DEN")),
          new Carrier("WN", "Southwest Airlines Co.", 18, List.of("BWI", "LAS", "DEN", "PHX")));
}
