CREATE OR REFRESH STREAMING LIVE TABLE a17_orders
AS SELECT * FROM cloud_files("${landing}/orders", "json", map("schema", "order_id INT, customer_id INT, product STRING, quantity INT, price DOUBLE, status STRING, ordered_at TIMESTAMP"));
CREATE OR REFRESH LIVE TABLE a17_by_month
COMMENT "Orders of each month"
AS SELECT YEAR(ordered_at) AS y, MONTH(ordered_at) AS m, COUNT(*) AS n, SUM(quantity) AS pieces
FROM LIVE.a17_orders GROUP BY YEAR(ordered_at), MONTH(ordered_at);
CREATE OR REFRESH STREAMING LIVE TABLE a17_stamped
AS SELECT order_id, DATE_FORMAT(ordered_at, 'yyyy-MM-dd') AS ordered_on, CURRENT_TIMESTAMP AS loaded_at
FROM STREAM(LIVE.a17_orders);
