package io.lakebeam.demo;

import io.lakebeam.airlines.DistanceBand;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.checkerframework.checker.nullness.qual.Nullable;

/**
 * What somebody says of a flight: a change of the table {@code flights}. The newest word counts.
 */
sealed interface Word {
  /** The flight as it is told of. */
  Flight flight();

  Status status();

  /** When it was known: what changes are ordered by. */
  Instant known();

  /** The aircraft's registration, where one is named. */
  Optional<String> tail();

  /** Why it was late, where that is said. */
  Optional<DelayCauses> causes();

  /** When the aircraft landed is told. */
  private boolean tellsLanding() {
    return status() == Status.LANDED;
  }

  /** Minutes. */
  default Optional<Integer> departureDelay() {
    return status().isAfterDeparture() ? Optional.of(flight().departureDelay()) : Optional.empty();
  }

  /** Minutes. */
  default Optional<Integer> arrivalDelay() {
    return tellsLanding() ? Optional.of(flight().arrivalDelay()) : Optional.empty();
  }

  /** The row of {@code flights}, without the columns of its key. */
  default Map<String, Object> row() {
    Flight flight = flight();
    ScheduledFlight scheduled = flight.scheduled();
    Map<String, @Nullable Object> row = new LinkedHashMap<>();
    row.put("carrier_name", scheduled.carrier().name());
    row.put("tail_number", tail().orElse(null));
    row.put("origin_name", scheduled.origin().name());
    row.put("origin_latitude", scheduled.origin().latitude());
    row.put("origin_longitude", scheduled.origin().longitude());
    row.put("destination", scheduled.destination().code());
    row.put("scheduled_departure", instant(flight.scheduledDeparture()));
    row.put("scheduled_arrival", instant(flight.scheduledArrival()));
    row.put(
        "actual_departure", status().isAfterDeparture() ? instant(flight.actualDeparture()) : null);
    row.put("actual_arrival", tellsLanding() ? instant(flight.actualArrival()) : null);
    row.put("departure_delay_minutes", number(departureDelay()));
    row.put("arrival_delay_minutes", number(arrivalDelay()));
    row.put("status", status().name());
    row.put(
        "cancellation_code",
        status() == Status.CANCELLED ? String.valueOf(flight.cancellationCode()) : null);
    row.put("distance_miles", (long) scheduled.distanceMiles());
    row.put("distance_band", DistanceBand.eval(scheduled.distanceMiles()));
    row.put("carrier_delay_minutes", number(causes().map(DelayCauses::carrier)));
    row.put("weather_delay_minutes", number(causes().map(DelayCauses::weather)));
    row.put("system_delay_minutes", number(causes().map(DelayCauses::system)));
    row.put("security_delay_minutes", number(causes().map(DelayCauses::security)));
    row.put("late_aircraft_delay_minutes", number(causes().map(DelayCauses::lateAircraft)));
    row.put("updated_at", known());
    return row;
  }

  private Instant instant(int minute) {
    return Instant.ofEpochSecond(flight().seconds(minute));
  }

  private static @Nullable Long number(Optional<Integer> minutes) {
    return minutes.map(Integer::longValue).orElse(null);
  }

  /** What an airline says in an event. */
  record OfEvent(Occurrence event) implements Word {
    @Override
    public Flight flight() {
      return event.flight();
    }

    @Override
    public Status status() {
      return event.status();
    }

    @Override
    public Instant known() {
      return Instant.ofEpochSecond(event.time());
    }

    @Override
    public Optional<String> tail() {
      return EventJson.sentTail(event);
    }

    @Override
    public Optional<DelayCauses> causes() {
      return Optional.empty();
    }
  }

  /**
   * What an airport says in a line of its report.
   *
   * @param flight as reported
   */
  record OfReport(long seed, Flight flight, ReportDefect defect) implements Word {
    @Override
    public Status status() {
      return Status.valueOf(flight.end().name());
    }

    @Override
    public Instant known() {
      return World.reported(flight.day());
    }

    @Override
    public Optional<String> tail() {
      return ReportCsv.sentTail(flight, defect);
    }

    @Override
    public Optional<DelayCauses> causes() {
      return DelayCauses.given(flight)
          ? Optional.of(DelayCauses.of(seed, flight))
          : Optional.empty();
    }
  }
}
