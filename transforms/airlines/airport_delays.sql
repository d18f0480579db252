-- Departures and their delays by airport and scheduled hour (UTC), with the place for a map. An
-- airport has one name and one place; MAX picks it.
SELECT
  origin,
  DATE_TRUNC('HOUR', scheduled_departure) AS departure_hour,
  MAX(origin_name) AS origin_name,
  MAX(origin_latitude) AS origin_latitude,
  MAX(origin_longitude) AS origin_longitude,
  COUNT(*) AS departures,
  COUNT_IF(departure_delay_minutes >= 15) AS delayed_departures,
  AVG(departure_delay_minutes) AS average_departure_delay
FROM flights
WHERE status IN ('LANDED', 'DIVERTED')
GROUP BY origin, DATE_TRUNC('HOUR', scheduled_departure)
