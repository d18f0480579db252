-- Minutes of arrival delay by cause. Only reports know causes, and only of flights that are 15
-- minutes late or more.
SELECT
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
GROUP BY carrier, carrier_name, flight_date
