package io.lakebeam.demo;

import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The content of the gold views, summed up flight by flight. Group columns, in the order of the
 * keys:
 *
 * <ul>
 *   <li>{@code carrier_performance}: carrier, carrier_name, flight_date
 *   <li>{@code airport_delays}: origin, departure_hour
 *   <li>{@code delay_causes}: carrier, carrier_name, flight_date
 *   <li>{@code network_by_minute}: event_minute
 * </ul>
 */
final class GoldViews {
  private static final int ON_TIME_BELOW = 15;
  private static final int HOUR = 3600;
  private static final int MINUTE = 60;

  private final View carrierPerformance = new View();
  private final View airportDelays = new View();
  private final View delayCauses = new View();
  private final View networkByMinute = new View();

  /** An event that the silver table has taken. */
  void event(Occurrence event) {
    network(event);
    if (event.status().isTerminal()) {
      performance(event.flight());
      if (event.flight().end() != Flight.End.CANCELLED) {
        departure(event.flight());
      }
    }
  }

  /** A report's row that the silver table has taken. */
  void reportRow(long seed, Flight flight) {
    boolean late = DelayCauses.given(flight);
    DelayCauses causes = late ? DelayCauses.of(seed, flight) : new DelayCauses(0, 0, 0, 0, 0);
    Carrier carrier = flight.scheduled().carrier();
    delayCauses
        .group(carrier.code(), carrier.name(), flight.date())
        .count("flights", true)
        .count("delayed_flights", late)
        .sum("carrier_minutes", causes.carrier())
        .sum("weather_minutes", causes.weather())
        .sum("system_minutes", causes.system())
        .sum("security_minutes", causes.security())
        .sum("late_aircraft_minutes", causes.lateAircraft());
  }

  Map<String, Map<List<Object>, Map<String, Object>>> content() {
    Map<String, Map<List<Object>, Map<String, Object>>> content = new LinkedHashMap<>();
    content.put("carrier_performance", carrierPerformance.rows());
    content.put("airport_delays", airportDelays.rows());
    content.put("delay_causes", delayCauses.rows());
    content.put("network_by_minute", networkByMinute.rows());
    return content;
  }

  private void network(Occurrence event) {
    Status status = event.status();
    boolean landed = status == Status.LANDED;
    networkByMinute
        .group(floor(event.time(), MINUTE))
        .count("events", true)
        .count("departures", status == Status.DEPARTED)
        .count("landings", landed)
        .count("cancellations", status == Status.CANCELLED)
        .count("diversions", status == Status.DIVERTED)
        .average("on_time_share", landed, onTime(event.flight()) ? 1 : 0);
  }

  private void performance(Flight flight) {
    Carrier carrier = flight.scheduled().carrier();
    boolean landed = flight.end() == Flight.End.LANDED;
    boolean flew = flight.end() != Flight.End.CANCELLED;
    carrierPerformance
        .group(carrier.code(), carrier.name(), flight.date())
        .count("flights", true)
        .count("completed", landed)
        .count("cancelled", !flew)
        .count("diverted", flew && !landed)
        .count("on_time", onTime(flight))
        .average("on_time_share", true, onTime(flight) ? 1 : 0)
        .average("average_departure_delay", flew, flight.departureDelay())
        .average("average_arrival_delay", landed, flight.arrivalDelay())
        .maximum("max_departure_delay", flew, flight.departureDelay())
        .maximum("max_arrival_delay", landed, flight.arrivalDelay());
  }

  private void departure(Flight flight) {
    Airport origin = flight.scheduled().origin();
    long midnight = flight.date().toEpochDay() * Occurrence.SECONDS_A_DAY;
    long scheduled = midnight + flight.scheduled().departureUtcMinute() * (long) MINUTE;
    airportDelays
        .group(origin.code(), floor(scheduled, HOUR))
        .constant("origin_name", origin.name())
        .constant("origin_latitude", origin.latitude())
        .constant("origin_longitude", origin.longitude())
        .count("departures", true)
        .count("delayed_departures", flight.departureDelay() >= ON_TIME_BELOW)
        .average("average_departure_delay", true, flight.departureDelay());
  }

  private static boolean onTime(Flight flight) {
    return flight.end() == Flight.End.LANDED && flight.arrivalDelay() < ON_TIME_BELOW;
  }

  private static Instant floor(long epochSecond, int unit) {
    return Instant.ofEpochSecond(Math.floorDiv(epochSecond, unit) * (long) unit);
  }

  /** The groups of one view. */
  private static final class View {
    private final Map<List<Object>, Group> groups = new LinkedHashMap<>();

    Group group(Object... key) {
      return groups.computeIfAbsent(Arrays.asList(key), unused -> new Group());
    }

    Map<List<Object>, Map<String, Object>> rows() {
      Map<List<Object>, Map<String, Object>> rows = new LinkedHashMap<>();
      groups.forEach((key, group) -> rows.put(List.copyOf(key), group.row()));
      return Collections.unmodifiableMap(rows);
    }
  }

  /** The aggregates of one row, in the order in which they are first added to. */
  private static final class Group {
    private final Map<String, Object> constants = new LinkedHashMap<>();
    private final Map<String, Aggregate> aggregates = new LinkedHashMap<>();

    /** What is the same for every flight of the group. */
    Group constant(String column, Object value) {
      constants.put(column, value);
      return this;
    }

    Group count(String column, boolean counts) {
      return sum(column, counts ? 1 : 0);
    }

    Group sum(String column, long value) {
      of(column, Kind.SUM).add(value);
      return this;
    }

    Group average(String column, boolean present, long value) {
      return add(column, Kind.AVERAGE, present, value);
    }

    Group maximum(String column, boolean present, long value) {
      return add(column, Kind.MAXIMUM, present, value);
    }

    private Group add(String column, Kind kind, boolean present, long value) {
      Aggregate aggregate = of(column, kind);
      if (present) {
        aggregate.add(value);
      }
      return this;
    }

    private Aggregate of(String column, Kind kind) {
      return aggregates.computeIfAbsent(column, unused -> new Aggregate(kind));
    }

    Map<String, Object> row() {
      Map<String, Object> row = new LinkedHashMap<>(constants);
      aggregates.forEach((column, aggregate) -> row.put(column, aggregate.result()));
      return Collections.unmodifiableMap(row);
    }
  }

  private enum Kind {
    SUM,
    AVERAGE,
    MAXIMUM
  }

  private static final class Aggregate {
    private final Kind kind;
    private long count;
    private long sum;
    private long maximum = Long.MIN_VALUE;

    Aggregate(Kind kind) {
      this.kind = kind;
    }

    void add(long value) {
      count++;
      sum += value;
      maximum = Math.max(maximum, value);
    }

    Object result() {
      if (count == 0) {
        return null;
      }
      return switch (kind) {
        case SUM -> (Object) sum;
        case AVERAGE -> (Object) ((double) sum / count);
        case MAXIMUM -> (Object) maximum;
      };
    }
  }
}
