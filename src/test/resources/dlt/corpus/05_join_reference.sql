CREATE OR REFRESH STREAMING TABLE a05_orders
AS SELECT * FROM STREAM read_files('${landing}/orders', format => 'json', schema => 'order_id INT, customer_id INT, product STRING, quantity INT, price DOUBLE, status STRING, ordered_at TIMESTAMP');
CREATE OR REFRESH STREAMING TABLE a05_enriched
COMMENT 'Orders with their category'
AS SELECT o.order_id, o.product, p.category
FROM STREAM(a05_orders) AS o
LEFT JOIN read_files('${landing}/products', format => 'csv', header => 'true', schema => 'sku STRING, category STRING, cost DOUBLE') AS p
  ON o.product = p.sku
WHERE o.order_id IS NOT NULL;
