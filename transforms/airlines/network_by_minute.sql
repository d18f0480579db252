-- The wall screen: what happened in the network in each minute (UTC). It counts what was told, not
-- flights, and so reads the changes of flights: these are only added to, and a minute is added up.
-- events counts every record, those that come twice too; departures and the ends of flights come
-- once each. The share on time is of the minute's landings, NULL without any.
SELECT
  DATE_TRUNC('MINUTE', updated_at) AS event_minute,
  COUNT(*) AS events,
  COUNT_IF(status = 'DEPARTED') AS departures,
  COUNT_IF(status = 'LANDED') AS landings,
  COUNT_IF(status = 'CANCELLED') AS cancellations,
  COUNT_IF(status = 'DIVERTED') AS diversions,
  AVG(CASE WHEN status = 'LANDED' THEN IF(arrival_delay_minutes < 15, 1, 0) END) AS on_time_share
FROM flights_changes
WHERE _source = 'flight_events'
GROUP BY DATE_TRUNC('MINUTE', updated_at)
