-- How each carrier did on each day, of the flights whose day is over: flights has one row a flight,
-- whoever told of it, so none counts twice.
-- On time is an arrival less than 15 minutes late, of all flights that were to fly: the definition of
-- the US Department of Transportation, for which a cancelled flight is not on time.
SELECT
  carrier,
  carrier_name,
  flight_date,
  COUNT(*) AS flights,
  COUNT_IF(status = 'LANDED') AS completed,
  COUNT_IF(status = 'CANCELLED') AS cancelled,
  COUNT_IF(status = 'DIVERTED') AS diverted,
  COUNT_IF(status = 'LANDED' AND arrival_delay_minutes < 15) AS on_time,
  AVG(IF(status = 'LANDED' AND arrival_delay_minutes < 15, 1, 0)) AS on_time_share,
  AVG(departure_delay_minutes) AS average_departure_delay,
  AVG(arrival_delay_minutes) AS average_arrival_delay,
  MAX(departure_delay_minutes) AS max_departure_delay,
  MAX(arrival_delay_minutes) AS max_arrival_delay
FROM flights
WHERE status IN ('LANDED', 'CANCELLED', 'DIVERTED')
GROUP BY carrier, carrier_name, flight_date
