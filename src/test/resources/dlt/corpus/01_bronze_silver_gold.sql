-- The usual three layers, in the spelling of 2022.
CREATE OR REFRESH STREAMING LIVE TABLE a01_orders_raw
COMMENT "Orders as the shop writes them"
TBLPROPERTIES ("quality" = "bronze")
AS SELECT * FROM cloud_files("${landing}/orders/", "json", map("schema", "order_id INT, customer_id INT, product STRING, quantity INT, price DOUBLE, status STRING, ordered_at TIMESTAMP"));

CREATE OR REFRESH STREAMING LIVE TABLE a01_orders (
  CONSTRAINT valid_id EXPECT (order_id IS NOT NULL) ON VIOLATION DROP ROW,
  CONSTRAINT valid_quantity EXPECT (quantity > 0) ON VIOLATION DROP ROW
)
COMMENT "Orders that can be delivered"
TBLPROPERTIES ("quality" = "silver")
AS SELECT order_id, customer_id, TRIM(product) AS product, quantity, price, quantity * price AS amount
FROM STREAM(LIVE.a01_orders_raw);

CREATE OR REFRESH LIVE TABLE a01_revenue
COMMENT "Revenue of each product"
TBLPROPERTIES ("quality" = "gold")
AS SELECT product, SUM(amount) AS revenue, COUNT(*) AS orders
FROM LIVE.a01_orders
GROUP BY product;
