-- Entries and exits. A vehicle that is seen for the first time within a fence enters it then.
SELECT
  vehicle,
  event_time,
  event,
  fence,
  fence_name
FROM fence_visits
LATERAL VIEW STACK(2, 'entry', __START_AT, 'exit', __END_AT) AS event, event_time
WHERE fence IS NOT NULL AND event_time IS NOT NULL
