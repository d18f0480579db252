-- A bar of each instrument and minute in which it was traded, told once the minute is over: trades
-- may be told a minute late. Of trades at one moment the ids decide which is the first.
SELECT
  window.start AS minute,
  symbol,
  sector,
  MIN_BY(price, STRUCT(traded_at, trade_id)) AS open,
  MAX(price) AS high,
  MIN(price) AS low,
  MAX_BY(price, STRUCT(traded_at, trade_id)) AS close,
  COUNT(*) AS trades,
  SUM(quantity) AS volume
FROM STREAM trades WATERMARK traded_at DELAY OF INTERVAL 1 MINUTE
GROUP BY window(traded_at, '1 minute'), symbol, sector
