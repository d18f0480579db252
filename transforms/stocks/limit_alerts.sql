-- Trades that reach a limit: as many rows of a trade as limits that it reaches. The table keeps the
-- first of each limit and day.
SELECT
  l.limit_id,
  l.owner,
  l.symbol,
  l.direction,
  l.limit_price,
  t.trading_date,
  t.traded_at,
  t.price
FROM trades AS t
JOIN limits AS l
  ON l.symbol = t.symbol
  AND CASE l.direction
    WHEN 'ABOVE' THEN t.price >= l.limit_price
    WHEN 'BELOW' THEN t.price <= l.limit_price
  END
