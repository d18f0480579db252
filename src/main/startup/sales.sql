SELECT shop, COUNT(*) AS orders, SUM(amount) AS total, MIN(amount) AS least, AVG(amount) AS average
FROM orders_by_shop
GROUP BY shop
