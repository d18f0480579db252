-- Without a schema and without inferColumnTypes the loader takes every column for a STRING.
CREATE OR REFRESH STREAMING LIVE TABLE a13_trips
COMMENT "Trips as texts"
AS SELECT pickup, fare, zip FROM cloud_files("${landing}/trips", "csv", map("header", "true", "delimiter", ","));
CREATE OR REFRESH LIVE TABLE a13_zips
AS SELECT zip, SUM(CAST(fare AS DOUBLE)) AS fares FROM LIVE.a13_trips GROUP BY zip;
