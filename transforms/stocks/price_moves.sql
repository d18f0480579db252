-- Windows of some minutes, one beginning in each minute, whose last price is more than some percent
-- away from their first. A move shows in every window that has it; alerts tells it once.
SELECT
  from_time,
  to_time,
  symbol,
  first_price,
  last_price,
  100 * CAST(last_price - first_price AS DOUBLE) / CAST(first_price AS DOUBLE) AS change_percent
FROM (
  SELECT
    window.start AS from_time,
    window.end AS to_time,
    symbol,
    MIN_BY(price, STRUCT(traded_at, trade_id)) AS first_price,
    MAX_BY(price, STRUCT(traded_at, trade_id)) AS last_price
  FROM STREAM trades WATERMARK traded_at DELAY OF INTERVAL 1 MINUTE
  GROUP BY window(traded_at, '${move_minutes} minutes', '1 minute'), symbol
) AS windows
WHERE 100 * ABS(last_price - first_price) > ${move_percent} * first_price
