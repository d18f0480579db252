-- Gold: kept up to date incrementally. Each view takes rows that come once a flight, so nothing is
-- counted twice; _source says where a row comes from.

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
GROUP BY carrier, carrier_name, flight_date;

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
  SUM(CASE WHEN departure_delay_minutes >= 15 THEN 1 ELSE 0 END) AS delayed_departures,
  AVG(CAST(departure_delay_minutes AS DOUBLE)) AS average_departure_delay
FROM flights
WHERE _source = 'flight_events' AND status IN ('LANDED', 'DIVERTED')
GROUP BY origin, DATE_TRUNC('HOUR', scheduled_departure);

-- Only the reports know causes. Their source is called after the table that reads the files.
CREATE OR REFRESH MATERIALIZED VIEW delay_causes
COMMENT 'Minutes of arrival delay by cause'
TBLPROPERTIES ('quality' = 'gold')
AS SELECT
  carrier,
  carrier_name,
  flight_date,
  COUNT(*) AS flights,
  SUM(CASE WHEN arrival_delay_minutes >= 15 THEN 1 ELSE 0 END) AS delayed_flights,
  SUM(COALESCE(carrier_delay_minutes, 0)) AS carrier_minutes,
  SUM(COALESCE(weather_delay_minutes, 0)) AS weather_minutes,
  SUM(COALESCE(system_delay_minutes, 0)) AS system_minutes,
  SUM(COALESCE(security_delay_minutes, 0)) AS security_minutes,
  SUM(COALESCE(late_aircraft_delay_minutes, 0)) AS late_aircraft_minutes
FROM flights
WHERE _source = 'bronze_airport_reports_files'
GROUP BY carrier, carrier_name, flight_date;

CREATE OR REFRESH MATERIALIZED VIEW network_by_minute
COMMENT 'The wall screen: what happened in each minute, in UTC'
TBLPROPERTIES ('quality' = 'gold')
AS SELECT
  DATE_TRUNC('MINUTE', updated_at) AS event_minute,
  COUNT(*) AS events,
  SUM(CASE WHEN status = 'DEPARTED' THEN 1 ELSE 0 END) AS departures,
  SUM(CASE WHEN status = 'LANDED' THEN 1 ELSE 0 END) AS landings,
  SUM(CASE WHEN status = 'CANCELLED' THEN 1 ELSE 0 END) AS cancellations,
  SUM(CASE WHEN status = 'DIVERTED' THEN 1 ELSE 0 END) AS diversions,
  AVG(CASE WHEN status = 'LANDED' THEN CASE WHEN arrival_delay_minutes < 15 THEN 1E0 ELSE 0E0 END END)
    AS on_time_share
FROM flights
WHERE _source = 'flight_events'
GROUP BY DATE_TRUNC('MINUTE', updated_at);
