CREATE OR REFRESH STREAMING TABLE a15_trips_raw
AS SELECT * FROM STREAM read_files('${landing}/trips', format => 'csv', header => true, schema => 'pickup TIMESTAMP, dropoff TIMESTAMP, distance DOUBLE, fare DOUBLE, zip STRING');
CREATE OR REFRESH STREAMING TABLE a15_trips (
  CONSTRAINT has_zip EXPECT (zip IS NOT NULL) ON VIOLATION FAIL UPDATE,
  CONSTRAINT forward EXPECT (dropoff > pickup) ON VIOLATION QUARANTINE,
  CONSTRAINT some_way EXPECT (distance > 5)
)
PARTITIONED BY (zip)
AS SELECT zip, fare, distance, pickup, dropoff FROM STREAM(a15_trips_raw);
