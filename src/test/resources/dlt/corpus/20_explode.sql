CREATE OR REFRESH STREAMING LIVE TABLE b20_sensors
AS SELECT * FROM cloud_files("${landing}/sensors", "json", map("schema", "device STRING, temperature DOUBLE, humidity INT, at TIMESTAMP, tags ARRAY<STRING>, place STRUCT<city: STRING, floor: INT>"));
CREATE OR REFRESH STREAMING LIVE TABLE b20_tags
AS SELECT device, explode(tags) AS tag FROM STREAM(LIVE.b20_sensors);
