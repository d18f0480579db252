SELECT
  order_id,
  UPPER(shop) AS shop,
  CAST(ordered_at AS DATE) AS ordered_on,
  CASE WHEN cups > 2 THEN 'many' ELSE 'few' END AS size,
  cups * price AS amount
FROM bronze_orders
