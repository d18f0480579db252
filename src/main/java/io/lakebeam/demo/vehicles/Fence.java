package io.lakebeam.demo.vehicles;

import io.lakebeam.demo.Draws;
import java.util.List;
import java.util.Optional;

/**
 * A fence of the pipeline's file, as rectangles: whoever moves the vehicles knows where they are
 * without polygons. Edges belong to it. No two of them touch.
 */
record Fence(String id, String name, List<Rectangle> rectangles) {
  static final List<Fence> ALL =
      List.of(
          new Fence(
              "customs",
              "Customs Yard",
              List.of(new Rectangle(48_110_000, 11_510_000, 48_114_000, 11_520_000))),
          new Fence(
              "depot",
              "Depot North",
              List.of(new Rectangle(48_180_000, 11_520_000, 48_186_000, 11_530_000))),
          new Fence(
              "market",
              "Wholesale Market",
              List.of(
                  new Rectangle(48_130_000, 11_560_000, 48_138_000, 11_566_000),
                  new Rectangle(48_130_000, 11_566_000, 48_133_000, 11_575_000))),
          new Fence(
              "port",
              "River Port",
              List.of(new Rectangle(48_165_000, 11_630_000, 48_170_000, 11_645_000))),
          new Fence(
              "works",
              "Engine Works",
              List.of(new Rectangle(48_150_000, 11_600_000, 48_156_000, 11_612_000))));

  Fence {
    rectangles = List.copyOf(rectangles);
  }

  /** Edges included, in millionths of a degree. */
  record Rectangle(int south, int west, int north, int east) {
    boolean has(Place place) {
      return place.latitude() >= south
          && place.latitude() <= north
          && place.longitude() >= west
          && place.longitude() <= east;
    }

    /** A place in it, now and then on an edge or in a corner. */
    Place draw(Draws draws) {
      return new Place(
          draws.perMille(100) ? south : draws.between(south, north),
          draws.perMille(100) ? east : draws.between(west, east));
    }
  }

  boolean has(Place place) {
    return rectangles.stream().anyMatch(rectangle -> rectangle.has(place));
  }

  Place draw(Draws draws) {
    return rectangles.get(draws.below(rectangles.size())).draw(draws);
  }

  static Optional<Fence> at(Place place) {
    return ALL.stream().filter(fence -> fence.has(place)).findFirst();
  }
}
