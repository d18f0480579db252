CREATE OR REFRESH STREAMING TABLE b24_trips
AS SELECT * FROM STREAM read_files('${landing}/trips', format => 'csv', header => true, schema => 'pickup TIMESTAMP, dropoff TIMESTAMP, distance DOUBLE, fare DOUBLE, zip STRING');
CREATE OR REFRESH STREAMING TABLE b24_cast
AS SELECT zip::INT AS zip, try_cast('x' AS INT) AS nothing, 7 / 2 AS half, CAST(fare AS DECIMAL(6,2)) AS fare
FROM STREAM b24_trips;
