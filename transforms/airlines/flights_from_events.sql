-- What airlines' events say of flights: one row an event. All times are UTC.
-- updated_at is when the fact was known: here, when it happened.
SELECT
  e.flight_date,
  e.carrier,
  a.name AS carrier_name,
  e.flight_number,
  e.tail_number,
  e.origin,
  o.name AS origin_name,
  o.latitude AS origin_latitude,
  o.longitude AS origin_longitude,
  e.destination,
  e.scheduled_departure,
  e.scheduled_arrival,
  e.actual_departure,
  e.actual_arrival,
  e.departure_delay_minutes,
  e.arrival_delay_minutes,
  e.status,
  e.cancellation_code,
  e.distance_miles,
  DISTANCE_BAND(e.distance_miles) AS distance_band,
  CAST(NULL AS INTEGER) AS carrier_delay_minutes,
  CAST(NULL AS INTEGER) AS weather_delay_minutes,
  CAST(NULL AS INTEGER) AS system_delay_minutes,
  CAST(NULL AS INTEGER) AS security_delay_minutes,
  CAST(NULL AS INTEGER) AS late_aircraft_delay_minutes,
  e.event_time AS updated_at
FROM bronze_flight_events AS e
LEFT JOIN airports AS o ON e.origin = o.airport
LEFT JOIN airlines AS a ON e.carrier = a.carrier
