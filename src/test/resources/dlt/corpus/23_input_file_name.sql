CREATE OR REFRESH STREAMING LIVE TABLE b23_orders
COMMENT "Orders with the file they came in"
AS SELECT order_id, substring_index(input_file_name(), '/', -1) AS file, current_timestamp() AS loaded_at
FROM cloud_files("${landing}/orders", "json", map("schema", "order_id INT, customer_id INT, product STRING, quantity INT, price DOUBLE, status STRING, ordered_at TIMESTAMP"));
