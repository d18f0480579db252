CREATE OR REFRESH STREAMING LIVE TABLE b30_trips (
  CONSTRAINT forward EXPECT (DATEDIFF(MINUTE, pickup, dropoff) >= 0) ON VIOLATION DROP ROW,
  CONSTRAINT known_zip EXPECT (zip RLIKE '^[0-9]{5}$' AND LEN(zip) == 5)
)
COMMENT "Trips that end after they begin"
AS SELECT zip, pickup, dropoff, DATEDIFF(MINUTE, pickup, dropoff) AS minutes FROM cloud_files("${landing}/trips", "csv", map("header", "true", "schema", "pickup TIMESTAMP, dropoff TIMESTAMP, distance DOUBLE, fare DOUBLE, zip STRING"));
