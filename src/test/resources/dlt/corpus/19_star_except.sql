CREATE OR REFRESH STREAMING TABLE b19_orders
AS SELECT * FROM STREAM read_files('${landing}/orders', format => 'json', schema => 'order_id INT, customer_id INT, product STRING, quantity INT, price DOUBLE, status STRING, ordered_at TIMESTAMP');
CREATE OR REFRESH STREAMING TABLE b19_short
AS SELECT * EXCEPT (customer_id, product, price, status, ordered_at) FROM STREAM(b19_orders);
