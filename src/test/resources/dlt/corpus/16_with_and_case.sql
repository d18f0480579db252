CREATE OR REFRESH STREAMING LIVE TABLE a16_orders
AS SELECT * FROM cloud_files('${landing}/orders', 'json', map('schema', 'order_id INT, customer_id INT, product STRING, quantity INT, price DOUBLE, status STRING, ordered_at TIMESTAMP'));
CREATE OR REFRESH STREAMING LIVE TABLE a16_sized
COMMENT "Orders by their size"
AS
WITH priced AS (
  SELECT order_id, quantity * price AS amount FROM STREAM(LIVE.a16_orders) WHERE order_id IS NOT NULL
)
SELECT order_id, amount, CASE WHEN amount >= 10 THEN 'large' WHEN amount > 0 THEN 'small' ELSE 'none' END AS size_class
FROM priced;
