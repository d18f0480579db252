package io.lakebeam.demo;

import java.util.Optional;

/**
 * Events as the airlines send them: a JSON object, absent fields left out, and now and then what
 * should not have been sent. Not thread-safe.
 */
final class EventJson {
  private static final byte[] FIRST_STATUS = JsonBytes.ascii("\"status\":");
  private static final byte[] EVENT_ID = JsonBytes.name("event_id");
  private static final byte[] EVENT_TIME = JsonBytes.name("event_time");
  private static final byte[] FLIGHT_DATE = JsonBytes.name("flight_date");
  private static final byte[] CARRIER = JsonBytes.name("carrier");
  private static final byte[] FLIGHT_NUMBER = JsonBytes.name("flight_number");
  private static final byte[] TAIL_NUMBER = JsonBytes.name("tail_number");
  private static final byte[] ORIGIN = JsonBytes.name("origin");
  private static final byte[] DESTINATION = JsonBytes.name("destination");
  private static final byte[] SCHEDULED_DEPARTURE = JsonBytes.name("scheduled_departure");
  private static final byte[] SCHEDULED_ARRIVAL = JsonBytes.name("scheduled_arrival");
  private static final byte[] ESTIMATED_DEPARTURE = JsonBytes.name("estimated_departure");
  private static final byte[] ACTUAL_DEPARTURE = JsonBytes.name("actual_departure");
  private static final byte[] ACTUAL_ARRIVAL = JsonBytes.name("actual_arrival");
  private static final byte[] DEPARTURE_DELAY = JsonBytes.name("departure_delay_minutes");
  private static final byte[] ARRIVAL_DELAY = JsonBytes.name("arrival_delay_minutes");
  private static final byte[] CANCELLATION_CODE = JsonBytes.name("cancellation_code");
  private static final byte[] DISTANCE = JsonBytes.name("distance_miles");
  private static final byte[] LATITUDE = JsonBytes.name("latitude");
  private static final byte[] LONGITUDE = JsonBytes.name("longitude");

  private static final byte[] NULL = JsonBytes.ascii("null");
  private static final byte[] NO_TIME = JsonBytes.ascii("\"yesterday\"");
  private static final byte[] UNKNOWN =
      JsonBytes.ascii(",\"gate\":\"B12\",\"crew\":{\"pilots\":2,\"cabin\":4}");
  private static final byte[] BAD_TEXT = {'"', 'N', (byte) 0xC3, '(', '7', '"'};
  private static final byte[][] BAD_NUMBERS = {
    JsonBytes.ascii("\"n/a\""), JsonBytes.ascii("{\"miles\":1}"), JsonBytes.ascii("99999999999")
  };
  private static final byte[][] BAD_CARRIERS = {
    JsonBytes.ascii("AAL"), JsonBytes.ascii("aa"), JsonBytes.ascii("?")
  };
  private static final byte[][] NO_JSON = {
    JsonBytes.ascii("upstream feed timed out after 30 s"),
    JsonBytes.ascii("<html><body>502 Bad Gateway</body></html>"),
    JsonBytes.ascii("[\"not\",\"an\",\"object\"]")
  };
  private static final byte[] FUTURE_DATE = JsonBytes.ascii("2099-12-31");
  private static final int[] ABSURD_DELAYS = {9_999, 100_000, -1_440};

  private final JsonBytes json = new JsonBytes();

  /** The record's bytes; alike for alike occurrences. */
  byte[] bytes(Occurrence event) {
    EventDefect defect = event.defect();
    int variety = variety(event);
    if (defect == EventDefect.NO_JSON) {
      return NO_JSON[variety % NO_JSON.length].clone();
    }
    json.begin();
    json.raw('{');
    identity(event, defect);
    flight(event, defect, variety);
    schedule(event.flight());
    progress(event);
    distance(event.flight(), defect, variety);
    position(event);
    if (defect == EventDefect.UNKNOWN_FIELDS) {
      json.raw(UNKNOWN);
    }
    json.raw('}');
    boolean cut = defect == EventDefect.TRUNCATED_JSON;
    return json.copy(cut ? json.length() * (20 + variety % 70) / 100 : json.length());
  }

  private void identity(Occurrence event, EventDefect defect) {
    Flight flight = event.flight();
    // Status goes first because it is never missing: the first field has no comma before it.
    json.raw(FIRST_STATUS);
    json.string(event.status().name());
    if (defect != EventDefect.NO_EVENT_ID) {
      json.raw(EVENT_ID);
      json.raw('"');
      json.raw(json.isoDate(flight.date().toEpochDay()));
      json.raw('-');
      json.raw(JsonBytes.ascii(flight.scheduled().key()));
      json.raw('-');
      json.number(event.step());
      json.raw('"');
    }
    json.raw(EVENT_TIME);
    switch (defect) {
      case NULL_EVENT_TIME -> json.raw(NULL);
      case WRONG_TYPE_TIME -> json.raw(NO_TIME);
      case FUTURE_TIME -> json.time(event.time(), FUTURE_DATE);
      default -> json.time(event.time());
    }
  }

  private void flight(Occurrence event, EventDefect defect, int variety) {
    Flight flight = event.flight();
    ScheduledFlight scheduled = flight.scheduled();
    if (defect != EventDefect.NO_FLIGHT_DATE) {
      json.raw(FLIGHT_DATE);
      json.date(flight.date().toEpochDay());
    }
    if (defect != EventDefect.NO_CARRIER) {
      json.raw(CARRIER);
      if (defect == EventDefect.BAD_CARRIER) {
        json.string(BAD_CARRIERS[variety % BAD_CARRIERS.length]);
      } else {
        json.string(scheduled.carrier().code());
      }
    }
    json.raw(FLIGHT_NUMBER);
    if (defect == EventDefect.NO_FLIGHT_NUMBER) {
      json.raw(NULL);
    } else {
      json.number(scheduled.number());
    }
    json.raw(TAIL_NUMBER);
    if (defect == EventDefect.INVALID_UTF8) {
      json.raw(BAD_TEXT);
    } else {
      sentTail(event).ifPresentOrElse(json::string, () -> json.raw(NULL));
    }
    if (defect != EventDefect.NO_ORIGIN) {
      json.raw(ORIGIN);
      json.string(scheduled.origin().code());
    }
    json.raw(DESTINATION);
    boolean circular = defect == EventDefect.SAME_AIRPORTS;
    json.string((circular ? scheduled.origin() : scheduled.destination()).code());
  }

  private void schedule(Flight flight) {
    json.raw(SCHEDULED_DEPARTURE);
    json.time(flight.seconds(flight.scheduledDeparture()));
    json.raw(SCHEDULED_ARRIVAL);
    json.time(flight.seconds(flight.scheduledArrival()));
  }

  private void progress(Occurrence event) {
    Flight flight = event.flight();
    Status status = event.status();
    if (status == Status.BOARDING || status.isAfterDeparture()) {
      json.raw(ESTIMATED_DEPARTURE);
      json.time(flight.seconds(flight.actualDeparture()));
    }
    if (status.isAfterDeparture()) {
      json.raw(ACTUAL_DEPARTURE);
      json.time(flight.seconds(flight.actualDeparture()));
      json.raw(DEPARTURE_DELAY);
      json.number(sentDepartureDelay(event));
    }
    if (status == Status.LANDED) {
      json.raw(ACTUAL_ARRIVAL);
      json.time(flight.seconds(flight.actualArrival()));
      json.raw(ARRIVAL_DELAY);
      json.number(flight.arrivalDelay());
    }
    if (status == Status.CANCELLED) {
      json.raw(CANCELLATION_CODE);
      json.raw('"');
      json.raw(flight.cancellationCode());
      json.raw('"');
    }
  }

  private void distance(Flight flight, EventDefect defect, int variety) {
    json.raw(DISTANCE);
    switch (defect) {
      case WRONG_TYPE_NUMBER -> json.raw(BAD_NUMBERS[variety % BAD_NUMBERS.length]);
      case NO_DISTANCE -> json.number(-(variety % 2));
      default -> json.number(flight.scheduled().distanceMiles());
    }
  }

  /** In the air, on the straight line of the map. */
  private void position(Occurrence event) {
    if (event.status() != Status.EN_ROUTE) {
      return;
    }
    Airport from = event.flight().scheduled().origin();
    Airport to = event.flight().scheduled().destination();
    double part = (double) (event.step() - 2) / (event.steps() - 3);
    json.raw(LATITUDE);
    json.tenThousandths(between(from.latitude(), to.latitude(), part));
    json.raw(LONGITUDE);
    json.tenThousandths(between(from.longitude(), to.longitude(), part));
  }

  /** The aircraft that an event names, if any. */
  static Optional<String> sentTail(Occurrence event) {
    Flight flight = event.flight();
    boolean isWithdrawn = event.status() == Status.CANCELLED && flight.withdrawn();
    return event.defect() == EventDefect.NO_TAIL || isWithdrawn
        ? Optional.empty()
        : Optional.of(flight.tail());
  }

  /** The departure delay that an event after departure tells, in minutes, true or not. */
  static int sentDepartureDelay(Occurrence event) {
    return event.defect() == EventDefect.ABSURD_DELAY
        ? ABSURD_DELAYS[variety(event) % ABSURD_DELAYS.length]
        : event.flight().departureDelay();
  }

  /** Which of several ways to go wrong a record takes. */
  private static int variety(Occurrence event) {
    return event.flight().scheduled().index() + event.flight().date().getDayOfMonth();
  }

  private static int between(double from, double to, double part) {
    return (int) Math.floor((from + (to - from) * part) * 10_000);
  }
}
