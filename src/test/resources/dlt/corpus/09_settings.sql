SET a09.least = 5;
CREATE OR REFRESH STREAMING LIVE TABLE a09_orders
AS SELECT * FROM cloud_files("${landing}/orders", "json", map("cloudFiles.inferColumnTypes", "true", "schema", "order_id INT, customer_id INT, product STRING, quantity INT, price DOUBLE, status STRING, ordered_at TIMESTAMP"));
CREATE OR REFRESH STREAMING LIVE TABLE a09_many (
  CONSTRAINT enough EXPECT (quantity >= ${a09.least}) ON VIOLATION DROP ROW
) AS SELECT order_id, quantity FROM STREAM(LIVE.a09_orders);
