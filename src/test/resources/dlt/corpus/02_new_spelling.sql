CREATE OR REFRESH STREAMING TABLE a02_customers_raw
COMMENT 'Customers as exported'
AS SELECT * FROM STREAM read_files('${landing}/customers', format => 'csv', header => true, schema => 'id INT, name STRING, city STRING, country STRING, email STRING');

CREATE OR REFRESH STREAMING TABLE a02_customers (
  CONSTRAINT has_name EXPECT (name IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT has_mail EXPECT (email LIKE '%@%.%')
)
AS SELECT id, UPPER(name) AS name, city, COALESCE(email, 'none') AS email FROM STREAM a02_customers_raw;

CREATE OR REFRESH MATERIALIZED VIEW a02_by_city
AS SELECT city, COUNT(*) AS customers FROM a02_customers GROUP BY city;
