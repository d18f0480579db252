package io.lakebeam.demo.vehicles;

import io.lakebeam.demo.Feed;
import java.time.Instant;
import java.util.Locale;

/**
 * A position as it is sent.
 *
 * @param millis when the vehicle was there, after the epoch
 * @param told when the vehicle says that it sends it
 * @param sent when it arrives, after the epoch; later than told for one that the network delivers
 *     twice
 * @param speed kilometres per hour
 */
record Position(
    int vehicle, long millis, long told, long sent, Place place, int speed, Defect defect)
    implements Feed.Message {
  private static final long HOUR_MILLIS = 3_600_000;
  private static final int TOO_FAST = 900;

  Position deliveredAgain(long later) {
    return new Position(vehicle, millis, told, later, place, speed, defect);
  }

  String name() {
    return String.format(Locale.ROOT, "V%03d", vehicle);
  }

  Instant time() {
    return Instant.ofEpochMilli(millis);
  }

  Instant toldAt() {
    return Instant.ofEpochMilli(told);
  }

  @Override
  public String line() {
    String latitude =
        switch (defect) {
          case NO_FIX -> "null";
          case OUT_OF_RANGE -> "123.456789";
          default -> Place.degrees(place.latitude());
        };
    String speedText =
        switch (defect) {
          case NO_SPEED -> "null";
          case TOO_FAST -> Integer.toString(TOO_FAST);
          default -> Integer.toString(speed);
        };
    String line =
        String.format(
            Locale.ROOT,
            "{%s\"recorded_at\":\"%s\",\"sent_at\":\"%s\",\"latitude\":%s,\"longitude\":%s,\"speed_kmh\":%s}",
            defect == Defect.NO_VEHICLE ? "" : "\"vehicle\":\"" + name() + "\",",
            defect == Defect.BACKWARDS ? time().plusMillis(HOUR_MILLIS) : time(),
            toldAt(),
            latitude,
            Place.degrees(place.longitude()),
            speedText);
    return defect == Defect.BROKEN_JSON ? line.substring(0, line.length() / 2) : line;
  }
}
