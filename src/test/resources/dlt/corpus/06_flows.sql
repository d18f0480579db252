-- Two flows into one table.
CREATE OR REFRESH STREAMING TABLE a06_names COMMENT 'Everything that has a name';
CREATE FLOW a06_from_customers AS INSERT INTO a06_names BY NAME
SELECT name FROM STREAM read_files('${landing}/customers', format => 'csv', header => true, schema => 'id INT, name STRING, city STRING, country STRING, email STRING');
CREATE FLOW a06_from_products AS INSERT INTO a06_names BY NAME
SELECT sku AS name FROM STREAM read_files('${landing}/products', format => 'csv', header => true, schema => 'sku STRING, category STRING, cost DOUBLE');
