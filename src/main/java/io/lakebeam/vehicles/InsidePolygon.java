package io.lakebeam.vehicles;

import io.lakebeam.sql.ScalarFunction;
import java.util.List;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * {@code INSIDE(ring, latitude, longitude)}: whether a point is in a polygon. The vehicle
 * pipeline's example of a function that is written in Java.
 *
 * <p>The ring is what GeoJSON calls a linear ring: corners as {@code [longitude, latitude]}, in
 * either direction, the first one repeated at the end or not. A point on an edge or a corner is
 * inside, as far as numbers of type DOUBLE can say. NULL for NULL. Edges are straight in degrees,
 * which is right for places of a few kilometres; a ring across the 180th meridian or a pole is not
 * meant.
 */
public final class InsidePolygon implements ScalarFunction {
  private static final int FEWEST_CORNERS = 3;

  /**
   * Called by queries.
   *
   * @throws IllegalArgumentException when the ring is none, which fails the row
   */
  public static @Nullable Boolean eval(
      @Nullable List<List<Double>> ring, @Nullable Double latitude, @Nullable Double longitude) {
    if (ring == null || latitude == null || longitude == null) {
      return null;
    }
    if (ring.size() < FEWEST_CORNERS) {
      throw new IllegalArgumentException(
          "a polygon has at least three corners, not " + ring.size());
    }
    boolean isInside = false;
    double[] from = corner(ring, ring.size() - 1);
    for (int i = 0; i < ring.size(); i++) {
      double[] to = corner(ring, i);
      if (isOnEdge(from, to, longitude, latitude)) {
        return true;
      }
      // A line from the point to the east crosses the edges of a polygon that it is in an odd
      // number
      // of times.
      boolean isBetween = (from[1] > latitude) != (to[1] > latitude);
      if (isBetween
          && longitude < from[0] + (to[0] - from[0]) * (latitude - from[1]) / (to[1] - from[1])) {
        isInside = !isInside;
      }
      from = to;
    }
    return isInside;
  }

  private static boolean isOnEdge(double[] from, double[] to, double x, double y) {
    return Math.min(from[0], to[0]) <= x
        && x <= Math.max(from[0], to[0])
        && Math.min(from[1], to[1]) <= y
        && y <= Math.max(from[1], to[1])
        && (to[0] - from[0]) * (y - from[1]) == (to[1] - from[1]) * (x - from[0]);
  }

  private static double[] corner(List<List<Double>> ring, int index) {
    List<Double> corner = ring.get(index);
    if (corner == null || corner.size() < 2 || corner.get(0) == null || corner.get(1) == null) {
      throw new IllegalArgumentException(
          "corner " + (index + 1) + " of a polygon is [longitude, latitude], not " + corner);
    }
    return new double[] {corner.get(0), corner.get(1)};
  }
}
