CREATE OR REFRESH STREAMING LIVE TABLE b28_sensors
AS SELECT * FROM cloud_files("${landing}/sensors", "json", map("schema", "device STRING, temperature DOUBLE, humidity INT, at TIMESTAMP, tags ARRAY<STRING>, place STRUCT<city: STRING, floor: INT>"));
CREATE OR REFRESH STREAMING LIVE TABLE b28_places
AS SELECT device, place.city AS city, named_struct('t', temperature, 'h', humidity).h AS h, transform(tags, x -> upper(x))[0] AS first_tag
FROM STREAM(LIVE.b28_sensors);
