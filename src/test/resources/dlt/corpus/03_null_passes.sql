-- A condition that is NULL passes: order 4 has no customer.
CREATE STREAMING LIVE TABLE a03_raw
AS SELECT * FROM cloud_files("${landing}/orders", "json", map("schema", "order_id INT, customer_id INT, product STRING, quantity INT, price DOUBLE, status STRING, ordered_at TIMESTAMP"));
CREATE STREAMING LIVE TABLE a03_known (
  CONSTRAINT early_customer EXPECT (customer_id < 12) ON VIOLATION DROP ROW
)
TBLPROPERTIES ("quality" = "silver", "pipelines.autoOptimize.zOrderCols" = "order_id")
AS SELECT order_id, customer_id FROM STREAM(LIVE.a03_raw);
