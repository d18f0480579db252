CREATE OR REFRESH STREAMING LIVE TABLE a07_trips_raw
COMMENT "Trips of taxis"
AS SELECT * FROM cloud_files("${landing}/trips", "csv", map("header", "true", "schema", "pickup TIMESTAMP, dropoff TIMESTAMP, distance DOUBLE, fare DOUBLE, zip STRING"));
CREATE TEMPORARY STREAMING LIVE VIEW a07_real AS
SELECT * FROM STREAM(LIVE.a07_trips_raw) WHERE fare > 0;
CREATE OR REFRESH LIVE TABLE a07_by_zip
AS SELECT zip, COUNT(*) AS trips, SUM(fare) AS fares, MAX(distance) AS longest, AVG(fare) AS average
FROM LIVE.a07_trips_raw GROUP BY zip;
CREATE OR REFRESH STREAMING LIVE TABLE a07_trips
AS SELECT zip, fare, distance FROM STREAM(LIVE.a07_real);
