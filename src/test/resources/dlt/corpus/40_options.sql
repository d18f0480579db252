CREATE OR REFRESH STREAMING LIVE TABLE r40_orders
AS SELECT * FROM cloud_files("${landing}/orders", "csv", map("header", "true", "timestampFormat", "dd.MM.yyyy", "schema", "id INT, at TIMESTAMP"));
CREATE OR REFRESH STREAMING TABLE r40_once;
CREATE FLOW r40_past AS INSERT INTO ONCE r40_once SELECT * FROM r40_orders;
