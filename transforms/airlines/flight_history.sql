-- What airlines' events said of each flight as the day went by. The changes of flights are read, not
-- bronze: they have passed the rules.
SELECT
  flight_date,
  carrier,
  flight_number,
  origin,
  destination,
  tail_number,
  status,
  departure_delay_minutes,
  arrival_delay_minutes,
  updated_at
FROM flights_changes
WHERE _source = 'flight_events'
