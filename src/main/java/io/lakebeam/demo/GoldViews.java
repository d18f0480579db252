package io.lakebeam.demo;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.checkerframework.checker.nullness.qual.Nullable;

/** The content of the gold views, summed up flight by flight. */
final class GoldViews {
  private static final int ON_TIME_BELOW = 15;
  private static final int HOUR = 3600;
  private static final int MINUTE = 60;

  private final View carrierPerformance = new View("carrier", "carrier_name", "flight_date");
  private final View airportDelays = new View("origin", "departure_hour");
  private final View delayCauses = new View("carrier", "carrier_name", "flight_date");
  private final View networkByMinute = new View("event_minute");

  /** The newest word on a flight. */
  void flight(Word word) {
    if (word.status().isTerminal()) {
      performance(word);
    }
    if (word.status() == Status.LANDED || word.status() == Status.DIVERTED) {
      departure(word);
    }
    word.causes().ifPresent(causes -> causes(word.flight(), causes));
  }

  Map<String, ExpectedTable> tables() {
    Map<String, ExpectedTable> tables = new LinkedHashMap<>();
    tables.put("carrier_performance", carrierPerformance.table());
    tables.put("airport_delays", airportDelays.table());
    tables.put("delay_causes", delayCauses.table());
    tables.put("network_by_minute", networkByMinute.table());
    tables.put("worst_hours", worstHours());
    return tables;
  }

  private void causes(Flight flight, DelayCauses causes) {
    Carrier carrier = flight.scheduled().carrier();
    delayCauses
        .group(carrier.code(), carrier.name(), flight.date())
        .count("delayed_flights", true)
        .sum("carrier_minutes", causes.carrier())
        .sum("weather_minutes", causes.weather())
        .sum("system_minutes", causes.system())
        .sum("security_minutes", causes.security())
        .sum("late_aircraft_minutes", causes.lateAircraft());
  }

  /** An event that the silver table has taken, every one. */
  void event(Occurrence event) {
    Status status = event.status();
    boolean landed = status == Status.LANDED;
    networkByMinute
        .group(floor(event.time(), MINUTE))
        .count("events", true)
        .count("departures", status == Status.DEPARTED)
        .count("landings", landed)
        .count("cancellations", status == Status.CANCELLED)
        .count("diversions", status == Status.DIVERTED)
        .average("on_time_share", landed, onTime(event.flight().arrivalDelay()) ? 1 : 0);
  }

  private void performance(Word word) {
    Flight flight = word.flight();
    Carrier carrier = flight.scheduled().carrier();
    boolean landed = word.status() == Status.LANDED;
    boolean flew = word.status() != Status.CANCELLED;
    boolean onTime = landed && onTime(flight.arrivalDelay());
    carrierPerformance
        .group(carrier.code(), carrier.name(), flight.date())
        .count("flights", true)
        .count("completed", landed)
        .count("cancelled", !flew)
        .count("diverted", flew && !landed)
        .count("on_time", onTime)
        .average("on_time_share", true, onTime ? 1 : 0)
        .average("average_departure_delay", flew, flight.departureDelay())
        .average("average_arrival_delay", landed, flight.arrivalDelay())
        .maximum("max_departure_delay", flew, flight.departureDelay())
        .maximum("max_arrival_delay", landed, flight.arrivalDelay());
  }

  private void departure(Word word) {
    Flight flight = word.flight();
    Airport origin = flight.scheduled().origin();
    long scheduled = flight.seconds(flight.scheduledDeparture());
    airportDelays
        .group(origin.code(), floor(scheduled, HOUR))
        .constant("origin_name", origin.name())
        .constant("origin_latitude", origin.latitude())
        .constant("origin_longitude", origin.longitude())
        .count("departures", true)
        .count("delayed_departures", flight.departureDelay() >= ON_TIME_BELOW)
        .average("average_departure_delay", true, flight.departureDelay());
  }

  /** Of each airport and day the hour with the longest delays, beside the whole network. */
  private ExpectedTable worstHours() {
    Map<Instant, long[]> network = new HashMap<>();
    networkByMinute.rows.forEach(
        (key, group) -> {
          Instant hour = floor(((Instant) key.get(0)).getEpochSecond(), HOUR);
          long[] sums = network.computeIfAbsent(hour, unused -> new long[2]);
          sums[0] += (long) group.row().get("departures");
          sums[1] += (long) group.row().get("cancellations");
        });
    Map<List<Object>, Instant> worst = new LinkedHashMap<>();
    airportDelays.rows.keySet().stream()
        .sorted(Comparator.comparing(key -> (Instant) key.get(1)))
        .forEach(
            key -> {
              Instant hour = (Instant) key.get(1);
              List<Object> day = List.of(key.get(0), hour.atZone(ZoneOffset.UTC).toLocalDate());
              worst.merge(day, hour, (a, b) -> delay(key.get(0), b) > delay(key.get(0), a) ? b : a);
            });
    Map<List<Object>, Supplier<Map<String, Object>>> rows = new LinkedHashMap<>();
    worst.forEach(
        (day, hour) -> {
          Map<String, @Nullable Object> row =
              new LinkedHashMap<>(airportDelays.rows.get(List.of(day.get(0), hour)).row());
          row.keySet().removeAll(List.of("origin_latitude", "origin_longitude"));
          row.put("departure_hour", hour);
          long[] sums = network.get(hour);
          row.put("network_departures", sums == null ? null : sums[0]);
          row.put("network_cancellations", sums == null ? null : sums[1]);
          rows.put(day, () -> row);
        });
    return new ExpectedTable(List.of("origin", "departure_day"), rows);
  }

  private double delay(Object origin, Instant hour) {
    return (double)
        airportDelays.rows.get(List.of(origin, hour)).row().get("average_departure_delay");
  }

  private static boolean onTime(int arrivalDelay) {
    return arrivalDelay < ON_TIME_BELOW;
  }

  private static Instant floor(long epochSecond, int unit) {
    return Instant.ofEpochSecond(Math.floorDiv(epochSecond, unit) * (long) unit);
  }

  /** The groups of one view. */
  private static final class View {
    private final List<String> keys;
    private final Map<List<Object>, Group> rows = new LinkedHashMap<>();

    View(String... keys) {
      this.keys = List.of(keys);
    }

    Group group(Object... key) {
      return rows.computeIfAbsent(List.of(key), unused -> new Group());
    }

    ExpectedTable table() {
      Map<List<Object>, Supplier<Map<String, Object>>> expected = new LinkedHashMap<>();
      rows.forEach((key, group) -> expected.put(key, group::row));
      return new ExpectedTable(keys, expected);
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
