CREATE OR REFRESH STREAMING TABLE a29_orders
COMMENT 'Orders with what the schema does not know'
AS SELECT * FROM STREAM read_files('${landing}/orders', format => 'json', schema => 'order_id INT, customer_id INT, product STRING, quantity INT, price DOUBLE, status STRING, ordered_at TIMESTAMP', rescuedDataColumn => '_rescued_data');
CREATE OR REFRESH STREAMING TABLE a29_odd
AS SELECT order_id, _rescued_data AS odd FROM STREAM(a29_orders) WHERE _rescued_data IS NOT NULL;
