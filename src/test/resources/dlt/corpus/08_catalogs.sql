USE CATALOG main;
USE SCHEMA ${schema};
CREATE OR REFRESH STREAMING TABLE a08_customers
AS SELECT * FROM STREAM read_files('${landing}/customers', format => 'csv', header => true, schema => 'id INT, name STRING, city STRING, country STRING, email STRING');
CREATE OR REFRESH MATERIALIZED VIEW main.gold.a08_countries
COMMENT 'Customers of each country'
AS SELECT country, COUNT(id) AS customers FROM main.${schema}.a08_customers GROUP BY country;
