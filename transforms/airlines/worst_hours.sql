-- Of each airport and day (UTC) the hour with the longest delays, beside what the whole network did
-- in that hour: is it the airport, or everybody? A view over two others.
SELECT
  origin,
  departure_day,
  origin_name,
  departure_hour,
  departures,
  delayed_departures,
  average_departure_delay,
  network_departures,
  network_cancellations
FROM (
  SELECT
    *,
    CAST(departure_hour AS DATE) AS departure_day,
    ROW_NUMBER() OVER (
      PARTITION BY origin, CAST(departure_hour AS DATE)
      ORDER BY average_departure_delay DESC, departure_hour) AS place
  FROM airport_delays
) AS hours
LEFT JOIN (
  SELECT
    DATE_TRUNC('HOUR', event_minute) AS network_hour,
    SUM(departures) AS network_departures,
    SUM(cancellations) AS network_cancellations
  FROM network_by_minute
  GROUP BY DATE_TRUNC('HOUR', event_minute)
) AS network ON departure_hour = network_hour
WHERE place = 1
