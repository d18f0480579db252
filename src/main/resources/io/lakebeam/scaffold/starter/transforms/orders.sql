-- One row an order, with what it came to.
SELECT
  order_id,
  ordered_at,
  shop,
  drink,
  cups,
  cups * price AS amount
FROM bronze_orders
