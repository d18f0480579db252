-- How each carrier did on each day. Read from the last event of each flight, which comes once, so
-- no flight counts twice; the reports' rows of the same flights are left out.
-- On time is an arrival less than 15 minutes late, of all flights that were to fly: the definition of
-- the US Department of Transportation, for which a cancelled flight is not on time.
SELECT
  carrier,
  carrier_name,
  flight_date,
  COUNT(*) AS flights,
  SUM(CASE WHEN status = 'LANDED' THEN 1 ELSE 0 END) AS completed,
  SUM(CASE WHEN status = 'CANCELLED' THEN 1 ELSE 0 END) AS cancelled,
  SUM(CASE WHEN status = 'DIVERTED' THEN 1 ELSE 0 END) AS diverted,
  SUM(CASE WHEN status = 'LANDED' AND arrival_delay_minutes < 15 THEN 1 ELSE 0 END) AS on_time,
  AVG(CASE WHEN status = 'LANDED' AND arrival_delay_minutes < 15 THEN 1E0 ELSE 0E0 END)
    AS on_time_share,
  AVG(CAST(departure_delay_minutes AS DOUBLE)) AS average_departure_delay,
  AVG(CAST(arrival_delay_minutes AS DOUBLE)) AS average_arrival_delay,
  MAX(departure_delay_minutes) AS max_departure_delay,
  MAX(arrival_delay_minutes) AS max_arrival_delay
FROM flights
WHERE _source = 'flight_events' AND status IN ('LANDED', 'CANCELLED', 'DIVERTED')
GROUP BY carrier, carrier_name, flight_date
