package io.lakebeam.demo;

import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
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
 * @param zone whose clocks its schedules and reports go by
 */
record Airport(
    String code, int id, String name, String city, double latitude, double longitude, ZoneId zone) {
  private static final double EARTH_RADIUS_MILES = 3958.8;

  /** The demo's airports; the same as in the pipeline's reference file. */
  static final List<Airport> ALL =
      List.of(
          at(
              "ATL",
              10397,
              "Hartsfield Jackson Atlanta",
              "Atlanta, GA",
              33.6367,
              -84.4281,
              "America/New_York"),
          at("AUS", 10423, "Austin Bergstrom", "Austin, TX", 30.1945, -97.6699, "America/Chicago"),
          at("BNA", 10693, "Nashville", "Nashville, TN", 36.1245, -86.6782, "America/Chicago"),
          at("BOS", 10721, "Boston Logan", "Boston, MA", 42.3643, -71.0052, "America/New_York"),
          at(
              "BWI",
              10821,
              "Baltimore Washington",
              "Baltimore, MD",
              39.1754,
              -76.6683,
              "America/New_York"),
          at(
              "CLT",
              11057,
              "Charlotte Douglas",
              "Charlotte, NC",
              35.2140,
              -80.9431,
              "America/New_York"),
          at(
              "DCA",
              11278,
              "Ronald Reagan Washington",
              "Washington, DC",
              38.8521,
              -77.0377,
              "America/New_York"),
          at("DEN", 11292, "Denver", "Denver, CO", 39.8617, -104.6732, "America/Denver"),
          at(
              "DFW",
              11298,
              "Dallas Fort Worth",
              "Dallas/Fort Worth, TX",
              32.8968,
              -97.0380,
              "America/Chicago"),
          at(
              "DTW",
              11433,
              "Detroit Metro Wayne County",
              "Detroit, MI",
              42.2124,
              -83.3534,
              "America/Detroit"),
          at("EWR", 11618, "Newark Liberty", "Newark, NJ", 40.6925, -74.1687, "America/New_York"),
          at("HNL", 12173, "Honolulu", "Honolulu, HI", 21.3187, -157.9224, "Pacific/Honolulu"),
          at(
              "IAH",
              12266,
              "George Bush Intercontinental",
              "Houston, TX",
              29.9844,
              -95.3414,
              "America/Chicago"),
          at("JFK", 12478, "John F Kennedy", "New York, NY", 40.6398, -73.7789, "America/New_York"),
          at(
              "LAS",
              12889,
              "Harry Reid",
              "Las Vegas, NV",
              36.0801,
              -115.1523,
              "America/Los_Angeles"),
          at(
              "LAX",
              12892,
              "Los Angeles",
              "Los Angeles, CA",
              33.9425,
              -118.4081,
              "America/Los_Angeles"),
          at("LGA", 12953, "LaGuardia", "New York, NY", 40.7772, -73.8726, "America/New_York"),
          at("MCO", 13204, "Orlando", "Orlando, FL", 28.4294, -81.3090, "America/New_York"),
          at("MIA", 13303, "Miami", "Miami, FL", 25.7933, -80.2906, "America/New_York"),
          at(
              "MSP",
              13487,
              "Minneapolis St Paul",
              "Minneapolis, MN",
              44.8820,
              -93.2218,
              "America/Chicago"),
          at("ORD", 13930, "Chicago O'Hare", "Chicago, IL", 41.9786, -87.9048, "America/Chicago"),
          at("PDX", 14057, "Portland", "Portland, OR", 45.5887, -122.5975, "America/Los_Angeles"),
          at(
              "PHL",
              14100,
              "Philadelphia",
              "Philadelphia, PA",
              39.8719,
              -75.2411,
              "America/New_York"),
          at(
              "PHX",
              14107,
              "Phoenix Sky Harbor",
              "Phoenix, AZ",
              33.4343,
              -112.0116,
              "America/Phoenix"),
          at("SAN", 14679, "San Diego", "San Diego, CA", 32.7336, -117.1897, "America/Los_Angeles"),
          at(
              "SEA",
              14747,
              "Seattle Tacoma",
              "Seattle, WA",
              47.4490,
              -122.3093,
              "America/Los_Angeles"),
          at(
              "SFO",
              14771,
              "San Francisco",
              "San Francisco, CA",
              37.6190,
              -122.3749,
              "America/Los_Angeles"),
          at(
              "SLC",
              14869,
              "Salt Lake City",
              "Salt Lake City, UT",
              40.7884,
              -111.9778,
              "America/Denver"),
          at(
              "STL",
              15016,
              "St Louis Lambert",
              "St. Louis, MO",
              38.7487,
              -90.3700,
              "America/Chicago"),
          at("TPA", 15304, "Tampa", "Tampa, FL", 27.9755, -82.5333, "America/New_York"));

  private static final Map<String, Airport> BY_CODE =
      ALL.stream().collect(Collectors.toUnmodifiableMap(Airport::code, Function.identity()));

  static Airport of(String code) {
    return BY_CODE.get(code);
  }

  /**
   * A time on the airport's clock in minutes after a day's midnight in UTC.
   *
   * @param minute after the day's midnight at the airport
   */
  int utcMinute(LocalDate date, int minute) {
    LocalDateTime local = date.atStartOfDay().plusMinutes(minute);
    return minute - zone.getRules().getOffset(local).getTotalSeconds() / 60;
  }

  /**
   * What the airport's clock shows, in minutes after its last midnight.
   *
   * @param minute after the day's midnight in UTC
   */
  int localMinute(LocalDate date, int minute) {
    LocalDateTime utc = date.atStartOfDay().plusMinutes(minute);
    LocalDateTime local = utc.atOffset(ZoneOffset.UTC).atZoneSameInstant(zone).toLocalDateTime();
    return local.getHour() * 60 + local.getMinute();
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
      String code,
      int id,
      String name,
      String city,
      double latitude,
      double longitude,
      String zone) {
    return new Airport(code, id, name, city, latitude, longitude, ZoneId.of(zone));
  }
}
