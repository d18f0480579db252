package io.lakebeam.demo.vehicles;

import java.math.BigDecimal;

/**
 * A place, in millionths of a degree: exact, so that a place is on an edge or not.
 *
 * @param latitude north
 * @param longitude east
 */
record Place(int latitude, int longitude) {
  private static final int DIGITS = 6;
  private static final double MILLION = 1e6;
  private static final double METRES_OF_A_MILLIONTH = 0.11132;

  /** Some part of the way to another place. */
  Place towards(Place other, long part, long whole) {
    return new Place(
        (int) (latitude + (other.latitude - latitude) * part / whole),
        (int) (longitude + (other.longitude - longitude) * part / whole));
  }

  /** In metres, about. */
  double distance(Place other) {
    double north = (other.latitude - latitude) * METRES_OF_A_MILLIONTH;
    double east =
        (other.longitude - longitude)
            * METRES_OF_A_MILLIONTH
            * StrictMath.cos(StrictMath.toRadians(latitude / MILLION));
    return StrictMath.sqrt(north * north + east * east);
  }

  static String degrees(int millionths) {
    return BigDecimal.valueOf(millionths, DIGITS).toPlainString();
  }

  double latitudeDegrees() {
    return latitude / MILLION;
  }

  double longitudeDegrees() {
    return longitude / MILLION;
  }
}
