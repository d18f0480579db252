CREATE OR REFRESH STREAMING TABLE a11_sensors
AS SELECT * FROM STREAM read_files('${landing}/sensors', format => 'json', schema => 'device STRING, temperature DOUBLE, humidity INT, at TIMESTAMP, tags ARRAY<STRING>, place STRUCT<city: STRING, floor: INT>');
CREATE OR REFRESH MATERIALIZED VIEW a11_warm
COMMENT 'What is above zero'
AS SELECT device, temperature, CASE WHEN temperature > 22 THEN 'hot' ELSE 'warm' END AS feel
FROM a11_sensors WHERE temperature > 0;
CREATE OR REFRESH MATERIALIZED VIEW a11_by_device
AS SELECT device, COUNT(*) AS n, MIN(temperature) AS low, MAX(humidity) AS damp FROM a11_sensors GROUP BY device;
