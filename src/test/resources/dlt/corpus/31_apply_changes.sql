CREATE OR REFRESH STREAMING LIVE TABLE r31_customers_raw
AS SELECT * FROM cloud_files("${landing}/changes", "csv", map("header", "true", "schema", "id INT, name STRING, operation STRING, updated INT"));
CREATE OR REFRESH STREAMING LIVE TABLE r31_customers;
APPLY CHANGES INTO LIVE.r31_customers
FROM STREAM(LIVE.r31_customers_raw)
KEYS (id)
APPLY AS DELETE WHEN operation = "DELETE"
SEQUENCE BY updated
COLUMNS * EXCEPT (operation, updated, _rescued_data)
STORED AS SCD TYPE 2;
