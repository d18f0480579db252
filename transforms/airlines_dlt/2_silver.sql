-- Silver: one row a flight, the newest word on it.
--
-- The tutorials make one row a flight by APPLY CHANGES ... SEQUENCE BY carrier. A carrier is no time:
-- of two changes of a flight any may win. Here the sequence is the moment at which a fact was known
-- (updated_at): an event that comes late or twice changes nothing, and a report, which is known last,
-- corrects what the events said.
--
-- They also join the stream to the reports by day and tail number. An aircraft flies several times a
-- day, so each of its flights meets all others: rows multiply. Here both are changes of one table,
-- and nothing is joined but airports and airlines, which have one row a key.
--
-- In Delta Live Tables a condition that is NULL passes. What must be known is asked for with IS TRUE.
CREATE OR REFRESH STREAMING TABLE flights (
  CONSTRAINT has_flight_key EXPECT (
    flight_date IS NOT NULL AND carrier IS NOT NULL
    AND flight_number IS NOT NULL AND origin IS NOT NULL
  ) ON VIOLATION QUARANTINE,
  CONSTRAINT known_carrier EXPECT ((carrier RLIKE '^[A-Z0-9][A-Z0-9]$') IS TRUE) ON VIOLATION QUARANTINE,
  CONSTRAINT different_airports EXPECT ((origin <> destination) IS TRUE) ON VIOLATION QUARANTINE,
  CONSTRAINT plausible_delay EXPECT (
    (departure_delay_minutes IS NULL OR departure_delay_minutes BETWEEN -90 AND 2880)
    AND (arrival_delay_minutes IS NULL OR arrival_delay_minutes BETWEEN -90 AND 2880)
  ) ON VIOLATION QUARANTINE,
  CONSTRAINT valid_tail_number EXPECT ((tail_number IS NOT NULL OR status = 'CANCELLED') IS TRUE),
  CONSTRAINT positive_distance EXPECT ((distance_miles > 0) IS TRUE) ON VIOLATION DROP ROW,
  CONSTRAINT not_from_the_future EXPECT (
    (updated_at <= _ingested_at + INTERVAL '1' DAY) IS TRUE
  ) ON VIOLATION QUARANTINE
)
PARTITIONED BY (flight_date)
COMMENT 'One row a flight'
TBLPROPERTIES ('quality' = 'silver');

CREATE TEMPORARY VIEW events_of_flights AS
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
  CASE
    WHEN e.distance_miles <= 0 THEN NULL
    WHEN e.distance_miles < 500 THEN 'short'
    WHEN e.distance_miles < 1500 THEN 'medium'
    WHEN e.distance_miles >= 1500 THEN 'long'
  END AS distance_band,
  CAST(NULL AS INT) AS carrier_delay_minutes,
  CAST(NULL AS INT) AS weather_delay_minutes,
  CAST(NULL AS INT) AS system_delay_minutes,
  CAST(NULL AS INT) AS security_delay_minutes,
  CAST(NULL AS INT) AS late_aircraft_delay_minutes,
  e.event_time AS updated_at
FROM STREAM(bronze_flight_events) AS e
LEFT JOIN airports AS o ON e.origin = o.airport
LEFT JOIN airlines AS a ON e.carrier = a.carrier;

-- What airports' on-time reports say of flights: one row a line.
-- A report gives times as hhmm on the clocks of the airports, 900 for nine o'clock and 2400 for the
-- next midnight, and delays that count from zero. Here everything is counted from the scheduled
-- departure, which is made UTC by the airport's time zone: so a report that agrees with the events of
-- its flight says the same of it, to the minute, whatever is early or after midnight. Times of an
-- airport that the reference file does not know are NULL.
-- updated_at is when the fact was known: noon of the next day in UTC, when the operating day is over
-- from New York to Honolulu, so a report is younger than every event of its flights, and counts.
-- The Bureau of Transportation Statistics' columns have no flag for diverted flights: they are those
-- that were neither cancelled nor have an arrival delay.
CREATE TEMPORARY VIEW reports_of_flights AS
WITH clocks AS (
  SELECT
    *,
    MAKE_DATE(${report_year}, `MONTH`, DAY_OF_MONTH) AS flight_date,
    CAST(CRS_DEP_TIME AS INT) DIV 100 * 60 + CAST(CRS_DEP_TIME AS INT) % 100 AS scheduled_minute,
    CAST(DEP_TIME AS INT) DIV 100 * 60 + CAST(DEP_TIME AS INT) % 100 AS actual_minute
  FROM STREAM(bronze_airport_reports)
),
lines AS (
  SELECT
    c.*,
    a.name AS carrier_name,
    o.name AS origin_name,
    o.latitude AS origin_latitude,
    o.longitude AS origin_longitude,
    TO_UTC_TIMESTAMP(TIMESTAMPADD(MINUTE, c.scheduled_minute, c.flight_date), o.time_zone)
      AS scheduled_departure,
    -- Late as reported; early as the clock shows it, which may be on the day before.
    CAST(
      CASE
        WHEN c.DEP_DELAY_NEW > 0 THEN c.DEP_DELAY_NEW
        ELSE -PMOD(c.scheduled_minute - c.actual_minute, 1440)
      END AS INT) AS departure_delay,
    CAST(c.CRS_ELAPSED_TIME AS INT) AS scheduled_duration,
    CAST(c.ACTUAL_ELAPSED_TIME AS INT) AS actual_duration
  FROM clocks AS c
  LEFT JOIN airports AS o ON c.ORIGIN = o.airport
  LEFT JOIN airlines AS a ON c.OP_UNIQUE_CARRIER = a.carrier
)
SELECT
  flight_date,
  OP_UNIQUE_CARRIER AS carrier,
  carrier_name,
  OP_CARRIER_FL_NUM AS flight_number,
  TAIL_NUM AS tail_number,
  ORIGIN AS origin,
  origin_name,
  origin_latitude,
  origin_longitude,
  DEST AS destination,
  scheduled_departure,
  TIMESTAMPADD(MINUTE, scheduled_duration, scheduled_departure) AS scheduled_arrival,
  TIMESTAMPADD(MINUTE, departure_delay, scheduled_departure) AS actual_departure,
  TIMESTAMPADD(MINUTE, departure_delay + actual_duration, scheduled_departure) AS actual_arrival,
  departure_delay AS departure_delay_minutes,
  CASE
    WHEN ARR_DELAY_NEW > 0 THEN CAST(ARR_DELAY_NEW AS INT)
    WHEN ARR_DELAY_NEW = 0 THEN departure_delay + actual_duration - scheduled_duration
  END AS arrival_delay_minutes,
  CASE
    WHEN CANCELLED = 1 THEN 'CANCELLED'
    WHEN ARR_DELAY_NEW IS NULL THEN 'DIVERTED'
    ELSE 'LANDED'
  END AS status,
  CANCELLATION_CODE AS cancellation_code,
  CAST(DISTANCE AS INT) AS distance_miles,
  CASE
    WHEN CAST(DISTANCE AS INT) <= 0 THEN NULL
    WHEN CAST(DISTANCE AS INT) < 500 THEN 'short'
    WHEN CAST(DISTANCE AS INT) < 1500 THEN 'medium'
    WHEN CAST(DISTANCE AS INT) >= 1500 THEN 'long'
  END AS distance_band,
  CAST(CARRIER_DELAY AS INT) AS carrier_delay_minutes,
  CAST(WEATHER_DELAY AS INT) AS weather_delay_minutes,
  CAST(NAS_DELAY AS INT) AS system_delay_minutes,
  CAST(SECURITY_DELAY AS INT) AS security_delay_minutes,
  CAST(LATE_AIRCRAFT_DELAY AS INT) AS late_aircraft_delay_minutes,
  TIMESTAMPADD(HOUR, 36, flight_date) AS updated_at
FROM lines;

CREATE FLOW flights_from_events AS AUTO CDC INTO flights
FROM STREAM(events_of_flights)
KEYS (flight_date, carrier, flight_number, origin)
SEQUENCE BY updated_at
STORED AS SCD TYPE 1;

CREATE FLOW flights_from_reports AS AUTO CDC INTO flights
FROM STREAM(reports_of_flights)
KEYS (flight_date, carrier, flight_number, origin)
SEQUENCE BY updated_at
STORED AS SCD TYPE 1;

-- A row for each time that a flight had one status and one aircraft. Lakebeam keeps the changes of a
-- table beside it, behind its rules; elsewhere read events_of_flights.
CREATE OR REFRESH STREAMING TABLE flight_history
PARTITIONED BY (flight_date)
COMMENT 'What was said of each flight as the day went by'
TBLPROPERTIES ('quality' = 'silver');

CREATE TEMPORARY VIEW told_of_flights AS
SELECT
  flight_date,
  carrier,
  flight_number,
  origin,
  destination,
  tail_number,
  status,
  departure_delay_minutes,
  arrival_delay_minutes,
  updated_at
FROM STREAM(flights_changes)
WHERE _source = 'flight_events';

CREATE FLOW history_of_flights AS AUTO CDC INTO flight_history
FROM STREAM(told_of_flights)
KEYS (flight_date, carrier, flight_number, origin)
SEQUENCE BY updated_at
STORED AS SCD TYPE 2
TRACK HISTORY ON (status, tail_number);
