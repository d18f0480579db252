CREATE OR REFRESH STREAMING TABLE b22_customers
AS SELECT id, name, regexp_extract(_metadata.file_path, '([^/]+)$', 1) AS file
FROM STREAM read_files('${landing}/customers', format => 'csv', header => true, schema => 'id INT, name STRING, city STRING, country STRING, email STRING');
