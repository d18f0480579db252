-- The wall screen: what happened in the network in each minute (UTC). Departures and the ends of
-- flights come once each, so no flight counts twice in them; events counts every record, repeated
-- position reports too. The share on time is of the minute's landings, NULL without any.
SELECT
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
GROUP BY DATE_TRUNC('MINUTE', updated_at)
