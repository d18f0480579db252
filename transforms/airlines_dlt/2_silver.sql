-- Silver: facts about flights, one row for each event and each line of a report.
--
-- The tutorials make one row a flight by APPLY CHANGES ... SEQUENCE BY carrier. A carrier is no time:
-- of two changes of a flight any may win. Here every fact is kept with the moment at which it was
-- known (updated_at), which is what SEQUENCE BY wants once flights are upserted.
--
-- They also join the stream to the reports by day and tail number. An aircraft flies several times a
-- day, so each of its flights meets all others: rows multiply. Here both are rows of one table, and
-- nothing is joined but airports and airlines, which have one row a key.
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
COMMENT 'Facts about flights'
TBLPROPERTIES ('quality' = 'silver');

CREATE FLOW flights_from_events AS INSERT INTO flights BY NAME
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

-- Reports give times as hhmm on the clock of each airport; they are kept as if UTC, on the day of the
-- flight: 900 is nine o'clock, 2400 the next midnight. A report is known at noon of the next day in
-- UTC, when the operating day is over from New York to Honolulu: later than every event of its
-- flights.
CREATE TEMPORARY VIEW dated_reports AS
SELECT
  *,
  CAST(
    '${report_year}-' || LPAD(CAST(`MONTH` AS STRING), 2, '0')
    || '-' || LPAD(CAST(DAY_OF_MONTH AS STRING), 2, '0') AS DATE) AS flight_date
FROM STREAM(bronze_airport_reports);

CREATE FLOW flights_from_reports AS INSERT INTO flights BY NAME
SELECT
  r.flight_date,
  r.OP_UNIQUE_CARRIER AS carrier,
  a.name AS carrier_name,
  r.OP_CARRIER_FL_NUM AS flight_number,
  r.TAIL_NUM AS tail_number,
  r.ORIGIN AS origin,
  o.name AS origin_name,
  o.latitude AS origin_latitude,
  o.longitude AS origin_longitude,
  r.DEST AS destination,
  CAST(r.flight_date AS TIMESTAMP)
    + CAST(SUBSTR(LPAD(r.CRS_DEP_TIME, 4, '0'), 1, 2) AS INT) * INTERVAL '1' HOUR
    + CAST(SUBSTR(LPAD(r.CRS_DEP_TIME, 4, '0'), 3, 2) AS INT) * INTERVAL '1' MINUTE AS scheduled_departure,
  CAST(r.flight_date AS TIMESTAMP)
    + CAST(SUBSTR(LPAD(r.CRS_ARR_TIME, 4, '0'), 1, 2) AS INT) * INTERVAL '1' HOUR
    + CAST(SUBSTR(LPAD(r.CRS_ARR_TIME, 4, '0'), 3, 2) AS INT) * INTERVAL '1' MINUTE AS scheduled_arrival,
  CAST(r.flight_date AS TIMESTAMP)
    + CAST(SUBSTR(LPAD(r.DEP_TIME, 4, '0'), 1, 2) AS INT) * INTERVAL '1' HOUR
    + CAST(SUBSTR(LPAD(r.DEP_TIME, 4, '0'), 3, 2) AS INT) * INTERVAL '1' MINUTE AS actual_departure,
  CAST(r.flight_date AS TIMESTAMP)
    + CAST(SUBSTR(LPAD(r.ARR_TIME, 4, '0'), 1, 2) AS INT) * INTERVAL '1' HOUR
    + CAST(SUBSTR(LPAD(r.ARR_TIME, 4, '0'), 3, 2) AS INT) * INTERVAL '1' MINUTE AS actual_arrival,
  CAST(r.DEP_DELAY_NEW AS INT) AS departure_delay_minutes,
  CAST(r.ARR_DELAY_NEW AS INT) AS arrival_delay_minutes,
  -- The reports have no flag for diverted flights: they are those that were neither cancelled nor
  -- have an arrival delay.
  CASE
    WHEN r.CANCELLED = 1 THEN 'CANCELLED'
    WHEN r.ARR_DELAY_NEW IS NULL THEN 'DIVERTED'
    ELSE 'LANDED'
  END AS status,
  r.CANCELLATION_CODE AS cancellation_code,
  CAST(r.DISTANCE AS INT) AS distance_miles,
  CASE
    WHEN CAST(r.DISTANCE AS INT) <= 0 THEN NULL
    WHEN CAST(r.DISTANCE AS INT) < 500 THEN 'short'
    WHEN CAST(r.DISTANCE AS INT) < 1500 THEN 'medium'
    WHEN CAST(r.DISTANCE AS INT) >= 1500 THEN 'long'
  END AS distance_band,
  CAST(r.CARRIER_DELAY AS INT) AS carrier_delay_minutes,
  CAST(r.WEATHER_DELAY AS INT) AS weather_delay_minutes,
  CAST(r.NAS_DELAY AS INT) AS system_delay_minutes,
  CAST(r.SECURITY_DELAY AS INT) AS security_delay_minutes,
  CAST(r.LATE_AIRCRAFT_DELAY AS INT) AS late_aircraft_delay_minutes,
  CAST(r.flight_date AS TIMESTAMP) + INTERVAL '36' HOUR AS updated_at
FROM STREAM(dated_reports) AS r
LEFT JOIN airports AS o ON r.ORIGIN = o.airport
LEFT JOIN airlines AS a ON r.OP_UNIQUE_CARRIER = a.carrier;
