package io.lakebeam.demo;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A real US airport.
 *
 * @param id the Bureau of Transportation Statistics' number
 * @param city as in the Bureau's reports, with its comma
 * @param latitude degrees, north positive
 * @param longitude degrees, east positive
 * @param utcOffsetMinutes standard time; the demo's world never changes its clocks
 */
record Airport(
    String code,
    int id,
    String name,
    String city,
    double latitude,
    double longitude,
    int utcOffsetMinutes) {
  private static final double EARTH_RADIUS_MILES = 3958.8;

  /** The demo's airports; the same as in the pipeline's reference file. */
  static final List<Airport> ALL =
      List.of(
          at("ATL", 10397, "Hartsfield Jackson Atlanta", "Atlanta, GA", 33.6367, -84.4281, -5),
          at("AUS", 10423, "Austin Bergstrom", "Austin, TX", 30.1945, -97.6699, -6),
          at("BNA", 10693, "Nashville", "Nashville, TN", 36.1245, -86.6782, -6),
          at("BOS", 10721, "Boston Logan", "Boston, MA", 42.3643, -71.0052, -5),
          at("BWI", 10821, "Baltimore Washington", "Baltimore, MD", 39.1754, -76.6683, -5),
          at("CLT", 11057, "Charlotte Douglas", "Charlotte, NC", 35.2140, -80.9431, -5),
          at("DCA", 11278, "Ronald Reagan Washington", "Washington, DC", 38.8521, -77.0377, -5),
          at("DEN", 11292, "Denver", "Denver, CO", 39.8617, -104.6732, -7),
          at("DFW", 11298, "Dallas Fort Worth", "Dallas/Fort Worth, TX", 32.8968, -97.0380, -6),
          at("DTW", 11433, "Detroit Metro Wayne County", "Detroit, MI", 42.2124, -83.3534, -5),
          at("EWR", 11618, "Newark Liberty", "Newark, NJ", 40.6925, -74.1687, -5),
          at("HNL", 12173, "Honolulu", "Honolulu, HI", 21.3187, -157.9224, -10),
          at("IAH", 12266, "George Bush Intercontinental", "Houston, TX", 29.9844, -95.3414, -6),
          at("JFK", 12478, "John F Kennedy", "New York, NY", 40.6398, -73.7789, -5),
          at("LAS", 12889, "Harry Reid", "Las Vegas, NV", 36.0801, -115.1523, -8),
          at("LAX", 12892, "Los Angeles", "Los Angeles, CA", 33.9425, -118.4081, -8),
          at("LGA", 12953, "LaGuardia", "New York, NY", 40.7772, -73.8726, -5),
          at("MCO", 13204, "Orlando", "Orlando, FL", 28.4294, -81.3090, -5),
          at("MIA", 13303, "Miami", "Miami, FL", 25.7933, -80.2906, -5),
          at("MSP", 13487, "Minneapolis St Paul", "Minneapolis, MN", 44.8820, -93.2218, -6),
          at("ORD", 13930, "Chicago O'Hare", "Chicago, IL", 41.9786, -87.9048, -6),
          at("PDX", 14057, "Portland", "Portland, OR", 45.5887, -122.5975, -8),
          at("PHL", 14100, "Philadelphia", "Philadelphia, PA", 39.8719, -75.2411, -5),
          at("PHX", 14107, "Phoenix Sky Harbor", "Phoenix, AZ", 33.4343, -112.0116, -7),
          at("SAN", 14679, "San Diego", "San Diego, CA", 32.7336, -117.1897, -8),
          at("SEA", 14747, "Seattle Tacoma", "Seattle, WA", 47.4490, -122.3093, -8),
          at("SFO", 14771, "San Francisco", "San Francisco, CA", 37.6190, -122.3749, -8),
          at("SLC", 14869, "Salt Lake City", "Salt Lake City, UT", 40.7884, -111.9778, -7),
          at("STL", 15016, "St Louis Lambert", "St. Louis, MO", 38.7487, -90.3700, -6),
          at("TPA", 15304, "Tampa", "Tampa, FL", 27.9755, -82.5333, -5));

  private static final Map<String, Airport> BY_CODE =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Airport::code, Function.identity()));

  static Airport of(String code) {
    return BY_CODE.get(code);
  }

  /** Along the great circle, whole miles; computed strictly, so alike on every machine. */
  int milesTo(Airport other) {
    double phi1 = StrictMath.toRadians(latitude);
    double phi2 = StrictMath.toRadians(other.latitude);
    double halfPhi = (phi2 - phi1) / 2;
    double halfLambda = StrictMath.toRadians(other.longitude - longitude) / 2;
    double a =
        StrictMath.sin(halfPhi) * StrictMath.sin(halfPhi)
            + StrictMath.cos(phi1)
                * StrictMath.cos(phi2)
                * StrictMath.sin(halfLambda)
                * StrictMath.sin(halfLambda);
    double angle = 2 * StrictMath.asin(StrictMath.sqrt(a));
    return (int) StrictMath.rint(EARTH_RADIUS_MILES * angle);
  }

  private static Airport at(
      String code, int id, String name, String city, double latitude, double longitude, int hours) {
    return new Airport(code, id, name, city, latitude, longitude, hours * 60);
  }
}
