CREATE OR REFRESH STREAMING TABLE a12_customers (
  id INT NOT NULL COMMENT 'The key',
  name STRING,
  country STRING,
  CONSTRAINT a12_key PRIMARY KEY (id)
)
COMMENT 'Customers, by the columns of the table'
PARTITIONED BY (country)
AS SELECT id, name, country FROM STREAM read_files('${landing}/customers', format => 'csv', header => true);
