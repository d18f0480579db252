CREATE STREAMING TABLE r32_source
AS SELECT * FROM STREAM read_files("${landing}/changes", format => "csv", header => true, schema => "id INT, name STRING, operation STRING, updated INT");
CREATE STREAMING TABLE r32_target;
APPLY CHANGES INTO r32_target
FROM STREAM r32_source
KEYS (id)
IGNORE NULL UPDATES
APPLY AS DELETE WHEN operation = 'DELETE'
APPLY AS TRUNCATE WHEN id = 2 AND operation <> 'DELETE'
SEQUENCE BY struct(updated, id)
COLUMNS (id, name)
STORED AS SCD TYPE 1
TRACK HISTORY ON * EXCEPT (name);
