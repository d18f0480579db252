-- Databricks notebook source
-- MAGIC %md
-- MAGIC # Customers
-- MAGIC Everybody who ever bought something.

-- COMMAND ----------

-- DBTITLE 1,Raw
CREATE OR REFRESH STREAMING LIVE TABLE a10_customers_raw
COMMENT "Customers as exported"
TBLPROPERTIES ("quality" = "bronze")
AS SELECT * FROM cloud_files("${landing}/customers", "csv", map("header", "true", "schema", "id INT, name STRING, city STRING, country STRING, email STRING"))

-- COMMAND ----------

CREATE OR REFRESH STREAMING LIVE TABLE a10_customers (
  CONSTRAINT has_name EXPECT (name IS NOT NULL) ON VIOLATION DROP ROW
)
TBLPROPERTIES ("quality" = "silver")
AS SELECT id, LOWER(name) AS name, country FROM STREAM(LIVE.a10_customers_raw)

-- COMMAND ----------

-- MAGIC %python
-- MAGIC display(spark.table("a10_customers"))
