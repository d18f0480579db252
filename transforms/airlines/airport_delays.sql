-- Departures and their delays by airport and scheduled hour (UTC), with the place for a map. Read
-- from the last event of each flight that flew, which comes once, so no flight counts twice. An
-- airport has one name and one place: MAX picks it, because Beam groups by no DOUBLE.
SELECT
  origin,
  DATE_TRUNC('HOUR', scheduled_departure) AS departure_hour,
  MAX(origin_name) AS origin_name,
  MAX(origin_latitude) AS origin_latitude,
  MAX(origin_longitude) AS origin_longitude,
  COUNT(*) AS departures,
  SUM(CASE WHEN departure_delay_minutes >= 15 THEN 1 ELSE 0 END) AS delayed_departures,
  AVG(CAST(departure_delay_minutes AS DOUBLE)) AS average_departure_delay
FROM flights
WHERE _source = 'flight_events' AND status IN ('LANDED', 'DIVERTED')
GROUP BY origin, DATE_TRUNC('HOUR', scheduled_departure)
