CREATE OR REFRESH STREAMING TABLE r33_source
AS SELECT id, name, operation, updated FROM STREAM read_files('${landing}/changes', format => 'csv', header => 'true', schema => 'id INT, name STRING, operation STRING, updated INT');
CREATE OR REFRESH STREAMING TABLE r33_target COMMENT 'One row a key';
CREATE FLOW r33_flow AS AUTO CDC INTO r33_target
FROM STREAM(r33_source)
KEYS (id)
APPLY AS DELETE WHEN operation = 'DELETE'
SEQUENCE BY STRUCT(updated, name)
COLUMNS (id, name)
STORED AS SCD TYPE 1;
CREATE OR REFRESH MATERIALIZED VIEW r33_down AS SELECT name, COUNT(*) AS n FROM r33_target GROUP BY name;
