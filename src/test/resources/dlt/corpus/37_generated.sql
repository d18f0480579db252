CREATE OR REFRESH STREAMING TABLE r37_orders (
  order_id INT,
  ordered_at TIMESTAMP,
  ordered_on DATE GENERATED ALWAYS AS (CAST(ordered_at AS DATE))
)
AS SELECT * FROM STREAM read_files('${landing}/orders', format => 'json');
