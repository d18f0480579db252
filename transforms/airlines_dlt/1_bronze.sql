-- Bronze: records as they come. Nothing is left out here and nothing is cast, so that whatever is
-- wrong with a record is found by the rules of silver, or in the quarantine.

-- The tutorials declare this table and then build silver from the files alone: their stream is never
-- wired in. Here it feeds flights and the alerts.
CREATE OR REFRESH STREAMING TABLE bronze_flight_events
COMMENT 'What airlines say of their flights, an event a row'
TBLPROPERTIES ('quality' = 'bronze')
AS SELECT * FROM STREAM(flight_events);

-- The tutorials type delays as DECIMAL(4,2): that ends at 99.99 minutes, and real delays pass 1,000.
-- Most numbers come as 0 in one file and 0.00 in the next, hence DOUBLE; times are hhmm without a
-- reliable leading zero, hence text.
CREATE OR REFRESH STREAMING TABLE bronze_airport_reports
COMMENT 'On-time reports of airports, a line a row'
TBLPROPERTIES ('quality' = 'bronze')
AS SELECT * FROM STREAM read_files(
  '${LANDING:-./landing}/on_time/*.csv',
  format => 'csv',
  header => true,
  escape => '',
  schema => '
    MONTH INT,
    DAY_OF_MONTH INT,
    DAY_OF_WEEK INT,
    OP_UNIQUE_CARRIER STRING,
    TAIL_NUM STRING,
    OP_CARRIER_FL_NUM INT,
    ORIGIN_AIRPORT_ID INT,
    ORIGIN STRING,
    ORIGIN_CITY_NAME STRING,
    DEST_AIRPORT_ID INT,
    DEST STRING,
    DEST_CITY_NAME STRING,
    CRS_DEP_TIME STRING,
    DEP_TIME STRING,
    DEP_DELAY_NEW DOUBLE,
    DEP_DEL15 DOUBLE,
    DEP_TIME_BLK STRING,
    CRS_ARR_TIME STRING,
    ARR_TIME STRING,
    ARR_DELAY_NEW DOUBLE,
    ARR_TIME_BLK STRING,
    CANCELLED DOUBLE,
    CANCELLATION_CODE STRING,
    CRS_ELAPSED_TIME DOUBLE,
    ACTUAL_ELAPSED_TIME DOUBLE,
    DISTANCE DOUBLE,
    DISTANCE_GROUP INT,
    CARRIER_DELAY DOUBLE,
    WEATHER_DELAY DOUBLE,
    NAS_DELAY DOUBLE,
    SECURITY_DELAY DOUBLE,
    LATE_AIRCRAFT_DELAY DOUBLE');

-- Small files that are joined are looked up, whole and anew in every epoch.
CREATE TEMPORARY VIEW airports
AS SELECT * FROM read_files(
  'pipelines/airlines/reference/airports.csv',
  format => 'csv',
  header => true,
  schema => 'airport STRING NOT NULL, name STRING, city STRING, latitude DOUBLE, longitude DOUBLE,
    time_zone STRING');

CREATE TEMPORARY VIEW airlines
AS SELECT * FROM read_files(
  'pipelines/airlines/reference/airlines.csv',
  format => 'csv',
  header => true,
  schema => 'carrier STRING NOT NULL, name STRING');
