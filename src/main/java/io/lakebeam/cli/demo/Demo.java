package io.lakebeam.cli.demo;

import io.lakebeam.demo.AirlineSources;
import io.lakebeam.demo.DemoFolder;
import io.lakebeam.demo.DemoSources;
import io.lakebeam.demo.FileSources;
import io.lakebeam.demo.stocks.TradeFeed;
import io.lakebeam.demo.vehicles.PositionFeed;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The demos, each of a shipped pipeline. */
enum Demo {
  AIRLINES(600, "a broker and the airlines", "flights") {
    @Override
    DemoSources start(DemoFolder folder) throws IOException {
      return AirlineSources.start(folder);
    }
  },
  STOCKS(120, "the trades", "top_movers") {
    @Override
    DemoSources start(DemoFolder folder) {
      return new FileSources(folder, new TradeFeed(folder.seed()));
    }
  },
  VEHICLES(120, "the vehicles", "dwell_by_fence") {
    @Override
    DemoSources start(DemoFolder folder) {
      return new FileSources(folder, new PositionFeed(folder.seed()));
    }
  };

  private final double speed;
  private final String starting;
  private final String table;

  /**
   * @param speed how many times faster than the clock its time passes, some 400 records a second
   * @param starting what is started, for people
   * @param table that is worth a look
   */
  Demo(double speed, String starting, String table) {
    this.speed = speed;
    this.starting = starting;
    this.table = table;
  }

  /** The world outside, which takes some seconds where it has a broker. */
  abstract DemoSources start(DemoFolder folder) throws IOException;

  static Optional<Demo> of(String name) {
    return Arrays.stream(values()).filter(demo -> demo.pipeline().equals(name)).findFirst();
  }

  static List<String> names() {
    return Arrays.stream(values()).map(Demo::pipeline).toList();
  }

  /** The name of the shipped pipeline, and of the demo. */
  String pipeline() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** The lake, where none is named. */
  String lake() {
    return this == AIRLINES ? "lake-demo" : "lake-demo-" + pipeline();
  }

  double speed() {
    return speed;
  }

  String starting() {
    return starting;
  }

  String table() {
    return table;
  }
}
