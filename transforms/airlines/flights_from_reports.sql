-- What airports' on-time reports say of flights: one row a line.
-- Reports give times as hhmm on the clock of each airport. They are kept as they are, as if UTC, on
-- the day of the flight: 900 is nine o'clock, 2400 the next midnight, and an arrival after midnight
-- reads as before its departure. Delays count from zero: a report knows no early flights.
-- updated_at is when the fact was known: noon of the next day in UTC, when the operating day is over
-- from New York to Honolulu, so a report is younger than every event of its flights.
-- The Bureau of Transportation Statistics' columns have no flag for diverted flights: they are those
-- that were neither cancelled nor have an arrival delay.
SELECT
  CAST(
    '${report_year}-' || LPAD(CAST(r.`MONTH` AS STRING), 2, '0')
    || '-' || LPAD(CAST(r.DAY_OF_MONTH AS STRING), 2, '0') AS DATE) AS flight_date,
  r.OP_UNIQUE_CARRIER AS carrier,
  a.name AS carrier_name,
  r.OP_CARRIER_FL_NUM AS flight_number,
  r.TAIL_NUM AS tail_number,
  r.ORIGIN AS origin,
  o.name AS origin_name,
  o.latitude AS origin_latitude,
  o.longitude AS origin_longitude,
  r.DEST AS destination,
  CAST(CAST(
    '${report_year}-' || LPAD(CAST(r.`MONTH` AS STRING), 2, '0')
    || '-' || LPAD(CAST(r.DAY_OF_MONTH AS STRING), 2, '0') AS DATE) AS TIMESTAMP)
    + CAST(SUBSTRING(LPAD(r.CRS_DEP_TIME, 4, '0') FROM 1 FOR 2) AS INTEGER) * INTERVAL '1' HOUR
    + CAST(SUBSTRING(LPAD(r.CRS_DEP_TIME, 4, '0') FROM 3 FOR 2) AS INTEGER) * INTERVAL '1' MINUTE AS scheduled_departure,
  CAST(CAST(
    '${report_year}-' || LPAD(CAST(r.`MONTH` AS STRING), 2, '0')
    || '-' || LPAD(CAST(r.DAY_OF_MONTH AS STRING), 2, '0') AS DATE) AS TIMESTAMP)
    + CAST(SUBSTRING(LPAD(r.CRS_ARR_TIME, 4, '0') FROM 1 FOR 2) AS INTEGER) * INTERVAL '1' HOUR
    + CAST(SUBSTRING(LPAD(r.CRS_ARR_TIME, 4, '0') FROM 3 FOR 2) AS INTEGER) * INTERVAL '1' MINUTE AS scheduled_arrival,
  CAST(CAST(
    '${report_year}-' || LPAD(CAST(r.`MONTH` AS STRING), 2, '0')
    || '-' || LPAD(CAST(r.DAY_OF_MONTH AS STRING), 2, '0') AS DATE) AS TIMESTAMP)
    + CAST(SUBSTRING(LPAD(r.DEP_TIME, 4, '0') FROM 1 FOR 2) AS INTEGER) * INTERVAL '1' HOUR
    + CAST(SUBSTRING(LPAD(r.DEP_TIME, 4, '0') FROM 3 FOR 2) AS INTEGER) * INTERVAL '1' MINUTE AS actual_departure,
  CAST(CAST(
    '${report_year}-' || LPAD(CAST(r.`MONTH` AS STRING), 2, '0')
    || '-' || LPAD(CAST(r.DAY_OF_MONTH AS STRING), 2, '0') AS DATE) AS TIMESTAMP)
    + CAST(SUBSTRING(LPAD(r.ARR_TIME, 4, '0') FROM 1 FOR 2) AS INTEGER) * INTERVAL '1' HOUR
    + CAST(SUBSTRING(LPAD(r.ARR_TIME, 4, '0') FROM 3 FOR 2) AS INTEGER) * INTERVAL '1' MINUTE AS actual_arrival,
  CAST(r.DEP_DELAY_NEW AS INTEGER) AS departure_delay_minutes,
  CAST(r.ARR_DELAY_NEW AS INTEGER) AS arrival_delay_minutes,
  CASE
    WHEN r.CANCELLED = 1 THEN 'CANCELLED'
    WHEN r.ARR_DELAY_NEW IS NULL THEN 'DIVERTED'
    ELSE 'LANDED'
  END AS status,
  r.CANCELLATION_CODE AS cancellation_code,
  CAST(r.DISTANCE AS INTEGER) AS distance_miles,
  DISTANCE_BAND(CAST(r.DISTANCE AS INTEGER)) AS distance_band,
  CAST(r.CARRIER_DELAY AS INTEGER) AS carrier_delay_minutes,
  CAST(r.WEATHER_DELAY AS INTEGER) AS weather_delay_minutes,
  CAST(r.NAS_DELAY AS INTEGER) AS system_delay_minutes,
  CAST(r.SECURITY_DELAY AS INTEGER) AS security_delay_minutes,
  CAST(r.LATE_AIRCRAFT_DELAY AS INTEGER) AS late_aircraft_delay_minutes,
  CAST(CAST(
    '${report_year}-' || LPAD(CAST(r.`MONTH` AS STRING), 2, '0')
    || '-' || LPAD(CAST(r.DAY_OF_MONTH AS STRING), 2, '0') AS DATE) AS TIMESTAMP) + INTERVAL '36' HOUR AS updated_at
FROM bronze_airport_reports AS r
LEFT JOIN airports AS o ON r.ORIGIN = o.airport
LEFT JOIN airlines AS a ON r.OP_UNIQUE_CARRIER = a.carrier
