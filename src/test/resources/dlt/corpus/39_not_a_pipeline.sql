-- Databricks notebook source
CREATE OR REFRESH STREAMING LIVE TABLE r39_lines AS SELECT * FROM cloud_files("${landing}/logs", "text")

-- COMMAND ----------

SELECT * FROM r39_lines;

-- COMMAND ----------

CREATE TABLE r39_plain AS SELECT 1 AS one
