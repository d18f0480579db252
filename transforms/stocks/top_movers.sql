-- Of each day the five instruments whose prices have moved the most since the day's first trade.
SELECT
  trading_date,
  place,
  symbol,
  name,
  sector,
  open,
  last,
  change_percent,
  trades
FROM (
  SELECT
    *,
    ROW_NUMBER() OVER (PARTITION BY trading_date ORDER BY ABS(change_percent) DESC, symbol) AS place
  FROM (
    SELECT
      *,
      100 * CAST(last - open AS DOUBLE) / CAST(open AS DOUBLE) AS change_percent
    FROM (
      SELECT
        trading_date,
        symbol,
        name,
        sector,
        MIN_BY(price, STRUCT(traded_at, trade_id)) AS open,
        MAX_BY(price, STRUCT(traded_at, trade_id)) AS last,
        COUNT(*) AS trades
      FROM trades
      GROUP BY trading_date, symbol, name, sector
    ) AS days
  ) AS changes
) AS places
WHERE place <= 5
