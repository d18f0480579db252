CREATE OR REFRESH STREAMING TABLE b27_orders
AS SELECT * FROM STREAM read_files('${landing}/orders', format => 'json', schema => 'order_id INT, customer_id INT, product STRING, quantity INT, price DOUBLE, status STRING, ordered_at TIMESTAMP');
CREATE OR REFRESH MATERIALIZED VIEW b27_by_status
COMMENT 'Orders of each status'
AS SELECT status, count(*) AS n, sum(quantity) AS pieces FROM b27_orders GROUP BY ALL;
