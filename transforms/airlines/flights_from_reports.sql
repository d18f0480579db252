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
WITH clocks AS (
  SELECT
    *,
    MAKE_DATE(${report_year}, `MONTH`, DAY_OF_MONTH) AS flight_date,
    CAST(CRS_DEP_TIME AS INT) DIV 100 * 60 + CAST(CRS_DEP_TIME AS INT) % 100 AS scheduled_minute,
    CAST(DEP_TIME AS INT) DIV 100 * 60 + CAST(DEP_TIME AS INT) % 100 AS actual_minute
  FROM bronze_airport_reports
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
  DISTANCE_BAND(CAST(DISTANCE AS INT)) AS distance_band,
  CAST(CARRIER_DELAY AS INT) AS carrier_delay_minutes,
  CAST(WEATHER_DELAY AS INT) AS weather_delay_minutes,
  CAST(NAS_DELAY AS INT) AS system_delay_minutes,
  CAST(SECURITY_DELAY AS INT) AS security_delay_minutes,
  CAST(LATE_AIRCRAFT_DELAY AS INT) AS late_aircraft_delay_minutes,
  TIMESTAMPADD(HOUR, 36, flight_date) AS updated_at
FROM lines
