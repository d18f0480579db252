-- Minutes of arrival delay by cause. Only the reports know causes, and have one line a flight; the
-- events of the same flights are left out, so no flight counts twice. Flights less than 15 minutes
-- late have no cause.
SELECT
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
WHERE _source = 'airport_reports'
GROUP BY carrier, carrier_name, flight_date
