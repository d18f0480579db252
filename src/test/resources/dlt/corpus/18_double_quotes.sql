CREATE OR REFRESH STREAMING LIVE TABLE b18_orders
AS SELECT * FROM cloud_files("${landing}/orders", "json", map("schema", "order_id INT, customer_id INT, product STRING, quantity INT, price DOUBLE, status STRING, ordered_at TIMESTAMP"));
CREATE OR REFRESH STREAMING LIVE TABLE b18_paid (
  CONSTRAINT known_status EXPECT (status IN ("PAID", "OPEN", "SHIPPED")) ON VIOLATION DROP ROW
)
AS SELECT order_id, status, CONCAT(status, "-", product) AS tag FROM STREAM(LIVE.b18_orders) WHERE status = "PAID";
