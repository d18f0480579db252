CREATE OR REFRESH STREAMING TABLE b21_sensors
AS SELECT * FROM STREAM read_files('${landing}/sensors', format => 'json', schema => 'device STRING, temperature DOUBLE, humidity INT, at TIMESTAMP, tags ARRAY<STRING>, place STRUCT<city: STRING, floor: INT>');
CREATE OR REFRESH STREAMING TABLE b21_tags
AS SELECT device, tag FROM STREAM(b21_sensors) LATERAL VIEW OUTER explode(tags) t AS tag;
