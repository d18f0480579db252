-- Trades with what the day's file says of their instruments: one row a trade. The file has a row for
-- each instrument and day, so a trade keeps the reference price of its own day.
SELECT
  t.trade_id,
  t.traded_at,
  CAST(t.traded_at AS DATE) AS trading_date,
  t.symbol,
  i.name,
  i.sector,
  t.venue,
  t.price,
  t.quantity,
  t.price * t.quantity AS turnover,
  i.reference_price
FROM bronze_trades AS t
LEFT JOIN instruments AS i
  ON i.trading_date = CAST(t.traded_at AS DATE) AND i.symbol = t.symbol
