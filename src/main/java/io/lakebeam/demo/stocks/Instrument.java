package io.lakebeam.demo.stocks;

import io.lakebeam.demo.Draws;
import java.util.List;

/**
 * A share that is traded. The companies are made up.
 *
 * @param index its place in the list
 * @param cents what it is worth, about
 */
record Instrument(int index, String symbol, String name, String sector, int cents) {
  static final List<Instrument> ALL =
      List.of(
          new Instrument(0, "ALTA", "Alta Power", "Energy", 5_240),
          new Instrument(1, "BRIN", "Brine Chemicals", "Materials", 3_115),
          new Instrument(2, "CEDR", "Cedar Foods", "Consumer", 7_780),
          new Instrument(3, "DOVE", "Dove Airways", "Transport", 2_460),
          new Instrument(4, "ELMO", "Elmore Bank", "Finance", 9_205),
          new Instrument(5, "FERN", "Fern Software", "Technology", 18_430),
          new Instrument(6, "GLEN", "Glen Insurance", "Finance", 6_650),
          new Instrument(7, "HALO", "Halo Chips", "Technology", 24_910),
          new Instrument(8, "IRIS", "Iris Optics", "Health", 4_025),
          new Instrument(9, "JUNO", "Juno Pharma", "Health", 11_370),
          new Instrument(10, "KELP", "Kelp Shipping", "Transport", 1_985),
          new Instrument(11, "LUMO", "Lumo Retail", "Consumer", 5_510),
          new Instrument(12, "MIRA", "Mira Networks", "Technology", 13_260),
          new Instrument(13, "NOVA", "Nova Steel", "Materials", 3_840),
          new Instrument(14, "OAKS", "Oaks Gas", "Energy", 4_695),
          new Instrument(15, "PINE", "Pine Paper", "Materials", 2_730));

  private static final long PURPOSE = 21;
  private static final int LARGEST_CHANGE_PER_MILLE = 20;
  private static final int THOUSAND = 1000;

  /** In cents: the price that a day's trades are held against. */
  int reference(long seed, int day) {
    int change =
        Draws.at(seed, PURPOSE, day, index)
            .between(-LARGEST_CHANGE_PER_MILLE, LARGEST_CHANGE_PER_MILLE);
    return cents * (THOUSAND + change) / THOUSAND;
  }
}
