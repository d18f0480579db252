-- The right side is a table of the lake, as it stands.
CREATE OR REFRESH STREAMING LIVE TABLE b25_customers
AS SELECT * FROM cloud_files("${landing}/customers", "csv", map("header", "true", "schema", "id INT, name STRING, city STRING, country STRING, email STRING"));
CREATE OR REFRESH STREAMING LIVE TABLE b25_orders
AS SELECT * FROM cloud_files("${landing}/orders", "json", map("schema", "order_id INT, customer_id INT, product STRING, quantity INT, price DOUBLE, status STRING, ordered_at TIMESTAMP"));
CREATE OR REFRESH STREAMING LIVE TABLE b25_joined
COMMENT "Orders with the names of customers"
AS SELECT o.order_id, c.name FROM STREAM(LIVE.b25_orders) o LEFT JOIN LIVE.b25_customers c ON o.customer_id = c.id;
