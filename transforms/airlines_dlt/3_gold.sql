-- Gold: follows every correction of silver. flights has one row a flight, so nothing is counted twice.

-- How each carrier did on each day, of the flights whose day is over: flights has one row a flight,
-- whoever told of it, so none counts twice.
-- On time is an arrival less than 15 minutes late, of all flights that were to fly: the definition of
-- the US Department of Transportation, for which a cancelled flight is not on time.
CREATE OR REFRESH MATERIALIZED VIEW carrier_performance
COMMENT 'How each carrier did on each day'
TBLPROPERTIES ('quality' = 'gold')
AS SELECT
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
GROUP BY carrier, carrier_name, flight_date;

-- Departures and their delays by airport and scheduled hour (UTC), with the place for a map. An
-- airport has one name and one place; MAX picks it.
CREATE OR REFRESH MATERIALIZED VIEW airport_delays
COMMENT 'Departures and their delays by airport and scheduled hour, in UTC'
TBLPROPERTIES ('quality' = 'gold')
AS SELECT
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
GROUP BY origin, DATE_TRUNC('HOUR', scheduled_departure);

-- Minutes of arrival delay by cause. Only reports know causes, and only of flights that are 15
-- minutes late or more.
CREATE OR REFRESH MATERIALIZED VIEW delay_causes
COMMENT 'Minutes of arrival delay by cause'
TBLPROPERTIES ('quality' = 'gold')
AS SELECT
  carrier,
  carrier_name,
  flight_date,
  COUNT(*) AS delayed_flights,
  SUM(carrier_delay_minutes) AS carrier_minutes,
  SUM(weather_delay_minutes) AS weather_minutes,
  SUM(system_delay_minutes) AS system_minutes,
  SUM(security_delay_minutes) AS security_minutes,
  SUM(late_aircraft_delay_minutes) AS late_aircraft_minutes
FROM flights
WHERE carrier_delay_minutes IS NOT NULL
GROUP BY carrier, carrier_name, flight_date;

-- The wall screen: what happened in the network in each minute (UTC). It counts what was told, not
-- flights, and so reads the changes of flights: these are only added to, and a minute is added up.
-- events counts every record, those that come twice too; departures and the ends of flights come
-- once each. The share on time is of the minute's landings, NULL without any.
CREATE OR REFRESH MATERIALIZED VIEW network_by_minute
COMMENT 'The wall screen: what happened in each minute, in UTC'
TBLPROPERTIES ('quality' = 'gold')
AS SELECT
  DATE_TRUNC('MINUTE', updated_at) AS event_minute,
  COUNT(*) AS events,
  COUNT_IF(status = 'DEPARTED') AS departures,
  COUNT_IF(status = 'LANDED') AS landings,
  COUNT_IF(status = 'CANCELLED') AS cancellations,
  COUNT_IF(status = 'DIVERTED') AS diversions,
  AVG(CASE WHEN status = 'LANDED' THEN IF(arrival_delay_minutes < 15, 1, 0) END) AS on_time_share
FROM flights_changes
WHERE _source = 'flight_events'
GROUP BY DATE_TRUNC('MINUTE', updated_at);

-- Of each airport and day (UTC) the hour with the longest delays, beside what the whole network did
-- in that hour: is it the airport, or everybody? A view over two others.
CREATE OR REFRESH MATERIALIZED VIEW worst_hours
COMMENT 'The worst hour of each airport and day, beside the whole network'
TBLPROPERTIES ('quality' = 'gold')
AS SELECT
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
WHERE place = 1;
