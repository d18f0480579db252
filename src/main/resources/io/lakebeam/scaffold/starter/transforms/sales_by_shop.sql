SELECT
  shop,
  COUNT(*) AS orders,
  SUM(amount) AS total
FROM orders
GROUP BY shop
